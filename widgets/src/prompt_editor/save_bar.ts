// The bottom line: what changed, "save as new version", and where it went.
import type { RenderContext } from "../shared/afm.ts";
import type { Alert } from "../shared/alert.ts";
import { follow } from "../shared/bind.ts";
import { ask } from "../shared/commands.ts";
import { h, setText } from "../shared/dom.ts";
import { fill } from "../shared/words.ts";
import type { Draft, Traits } from "./logic.ts";

const PATIENCE = 20; // seconds a save may take before the editor says that the kernel does not answer

/** What the bar needs from the editor around it. */
export interface SaveSetting {
  message: HTMLInputElement;
  read: () => Draft;
  /** Called once the version is written. */
  written: () => void;
  alert: Alert;
}

/** The bar, and its action for the keyboard. */
export interface SaveBar {
  element: HTMLElement;
  save: () => Promise<void>;
}

/** Builds the bar; without `can_save` it only says where to read the value. */
export function createSaveBar(context: RenderContext<Traits>, setting: SaveSetting): SaveBar {
  const { model, signal } = context;
  const words = model.get("words");
  const button = h("button", { type: "button", class: "lk-primary", "aria-keyshortcuts": "Control+S" }, words.save);
  const state = h("p", { class: "lk-state", role: "status" });
  const caption = h("span", { class: "lk-caption" }, words.message);
  const field = h("label", { class: "lk-field" }, caption, setting.message);
  const row = h("div", { class: "lk-save-row" }, field, button);
  const element = h("footer", { class: "lk-save" }, setting.alert.element, row, state);
  const showSaved = (): void => {
    const { name, where } = model.get("saved");
    setText(state, name && where ? fill(words.saved, { name, where }) : "");
  };
  if (!model.get("can_save")) {
    button.remove();
    setText(state, words.no_save);
    return { element, save: async () => {} };
  }
  const save = saving(context, setting, (text) => (text === undefined ? showSaved() : setText(state, text)));
  button.addEventListener("click", save, { signal });
  follow(model, ["saved", "outside"], showSaved, signal); // news of the file makes what was said of it old
  return { element, save };
}

/** The save action: one at a time; `say(undefined)` shows the version written last. */
function saving(
  { model, experimental }: RenderContext<Traits>,
  { read, written, alert }: SaveSetting,
  say: (text: string | undefined) => void,
): () => Promise<void> {
  const words = model.get("words");
  let busy = false;
  return async () => {
    if (busy) return;
    busy = true;
    alert.clear();
    say(words.saving);
    const reply = await ask<{ unchanged: boolean; outside: boolean }>(experimental.invoke, "save", { draft: read() }, PATIENCE);
    busy = false;
    if (reply.ok && reply.outside) return say(words.outside_first);
    if (reply.ok && reply.unchanged) return say(fill(words.unchanged, { name: model.get("version") }));
    if (reply.ok) written();
    else alert.show(reply.late ? fill(words.no_answer, { seconds: PATIENCE }) : reply);
    say(undefined);
  };
}
