// Groups of rows that filter: odd rationales, themes, what each part of an edit fixed and broke.
import type { RenderContext } from "../shared/afm.ts";
import type { Alert } from "../shared/alert.ts";
import { follow } from "../shared/bind.ts";
import { ask as askPython } from "../shared/commands.ts";
import { h, quoted } from "../shared/dom.ts";
import { count, fill } from "../shared/words.ts";
import { filtering, followFilter } from "./filter_button.ts";
import { type Filter, type Group, only, type Traits, type Word } from "./logic.ts";

const KINDS = ["blame", "theme", "suspect", "flag"] as const;
const PATIENCE = 30; // s to wait for Python; the kernel may be busy

/** The panels, one for each kind of group that there is. */
export function createGroups(
  { model, experimental, signal }: RenderContext<Traits>,
  alert: Alert,
  want: (parts: Partial<Filter>) => void,
): HTMLElement {
  const words = model.get("words");
  const panels = h("div", { class: "lk-groups" });
  const state = h("p", { class: "lk-soft", role: "status" });
  const closer = h("button", { type: "button" }, words.look_closer);
  const stop = h("button", { type: "button" }, words.stop_looking);
  const bar = h("progress", { "aria-label": words.looking });
  const ask = async (command: string): Promise<void> => {
    const reply = await askPython<object>(experimental.invoke, command, {}, PATIENCE);
    if (!signal.aborted) alert.show(reply.ok ? "" : reply.late ? fill(words.late, { seconds: PATIENCE }) : reply);
  };
  closer.addEventListener("click", () => void ask("look_closer"), { signal });
  stop.addEventListener("click", () => void ask("stop_looking"), { signal });
  const looking = h("div", { class: "lk-line" }, bar, stop);
  const element = h("div", {}, panels, state, closer, looking);
  const show = (): void => {
    const held = panels.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["key"] : undefined;
    panels.replaceChildren(...KINDS.flatMap((kind) => panel(kind, model, want)));
    if (held) panels.querySelector<HTMLElement>(`[data-key="${held}"]`)?.focus();
  };
  follow(model, ["groups"], show, signal);
  followFilter(panels, model, signal);
  follow(model, ["looked"], () => {
    const held = document.activeElement === closer || document.activeElement === stop;
    state.textContent = model.get("looked") === "now" ? words.looking : "";
    looking.hidden = model.get("looked") !== "now";
    closer.hidden = model.get("looked") !== "";
    if (held) [stop, closer, ...panels.querySelectorAll("button")].find((e) => !e.closest("[hidden]") && !e.disabled)?.focus();
  }, signal);
  follow(model, ["looked_through"], () => {
    bar.value = model.get("looked_through");
  }, signal);
  return element;
}

function panel(kind: Group["kind"], model: RenderContext<Traits>["model"], want: (parts: Partial<Filter>) => void): HTMLElement[] {
  const words = model.get("words");
  const groups = model.get("groups").filter((group) => group.kind === kind);
  if (!groups.length) return [];
  const titles = [...new Set(groups.map(({ title }) => title))];
  const items = titles.map((title) => {
    const named = groups.filter((group) => group.title === title && group.words); // without words: a remark
    const buttons = named.map((group) => button(group, model, want));
    return h("li", {}, ...(title ? [h("p", {}, quoted(title))] : []), h("div", { class: "lk-line" }, ...buttons));
  });
  const heading = words[`group_${kind}` satisfies Word];
  const hint = h("p", { class: "lk-soft" }, words[`group_${kind}_hint` satisfies Word]);
  return [h("section", { "aria-label": heading }, h("h3", {}, heading), hint, h("ul", { class: "lk-group-list" }, ...items))];
}

function button(group: Group, model: RenderContext<Traits>["model"], want: (parts: Partial<Filter>) => void): HTMLElement {
  const parts = only({ group: group.key });
  const title = group.title ? `${group.title}: ` : "";
  const name = fill(model.get("words").group_cell, { title, words: group.words, rows: group.rows });
  const shown = [quoted(group.words), h("b", {}, count(group.rows, model.get("language")))];
  const tone = group.key.endsWith(".fixed") ? "lk-is-fixed" : group.key.endsWith(".broken") ? "lk-is-regressed" : undefined;
  const made = h("button", { type: "button", "aria-label": name, "data-key": group.key, class: tone }, ...shown);
  made.disabled = group.rows === 0;
  return filtering(made, parts, model, want);
}
