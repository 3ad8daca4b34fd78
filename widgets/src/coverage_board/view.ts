// The board as a whole: quotas on the left, the map and the regions beside it, posts of the opened region below.
import type { Model, RenderContext } from "../shared/afm.ts";
import { type Alert, createAlert } from "../shared/alert.ts";
import { follow } from "../shared/bind.ts";
import { ask } from "../shared/commands.ts";
import { h, setText } from "../shared/dom.ts";
import { keepKeys } from "../shared/keys.ts";
import { watchPresses } from "../shared/press.ts";
import { count, fill } from "../shared/words.ts";
import { createCurve } from "./curve.ts";
import { changed, type Traits } from "./logic.ts";
import { createMap } from "./map.ts";
import { createQuotas } from "./quotas.ts";
import { createOpened, createRegions } from "./regions.ts";

const WRITING_S = 600;

/** Draws the board into `el`; what is wished and what was found are in the traits, so a reload shows the same. */
export function renderCoverage(context: RenderContext<Traits>): void {
  const { model, el, signal } = context;
  const words = model.get("words");
  const root = h("div", { class: "lk-widget lk-coverage-board", lang: model.get("language") });
  keepKeys(root, signal);
  watchPresses(root, signal);
  const alert = createAlert(words.details);
  const open = (region: number): void => {
    model.set("region", region);
    model.save_changes();
  };
  const left = h("div", { class: "lk-wishes" }, createQuotas(model, signal), createCurve(context, alert));
  const right = h("div", { class: "lk-seen" }, createMap(model, open, signal), createRegions(model, open, signal));
  root.append(h("h2", {}, words.title), summary(model, signal), alert.element);
  root.append(h("div", { class: "lk-sides" }, left, right), createOpened(context, alert), writing(context, alert));
  follow(model, ["problem"], () => alert.show(model.get("problem")), signal);
  el.append(root);
}

/** What was chosen, how much that covers, and what the last move changed. */
function summary(model: Model<Traits>, signal: AbortSignal): HTMLElement {
  const [words, language] = [model.get("words"), model.get("language")];
  const told = h("p", { class: "lk-summary", role: "status" });
  const sampled = h("p", { class: "lk-soft" });
  const show = (): void => {
    const { rows, value, before, regions, pool_rows } = model.get("found");
    const bare = regions.filter(([, , chosen]) => !chosen).length;
    setText(told, fill(words.summary, { rows: count(rows, language), value: value.toFixed(3), change: changed(before, value), bare, regions: regions.length }));
    const seen = model.get("places").region.length;
    setText(sampled, seen < pool_rows ? fill(words.sampled, { rows: count(seen, language), pool: count(pool_rows, language) }) : "");
  };
  follow(model, ["found"], show, signal);
  return h("div", {}, told, sampled);
}

/** A name, and the button that writes the dataset. */
function writing({ model, signal, experimental }: RenderContext<Traits>, alert: Alert): HTMLElement {
  const words = model.get("words");
  const name = h("input", { type: "text", "aria-label": words.name, placeholder: words.name, maxlength: "120" });
  const button = h("button", { type: "button", class: "lk-primary" }, words.write);
  const said = h("p", { role: "status", class: "lk-soft" });
  const write = async (): Promise<void> => {
    if (button.disabled) return;
    button.disabled = true;
    const reply = await ask<{ said: string }>(experimental.invoke, "write", { name: name.value }, WRITING_S);
    if (signal.aborted) return;
    button.disabled = false;
    setText(said, reply.ok ? reply.said : "");
    if (reply.ok) alert.clear();
    else alert.show(reply.late ? fill(words.late, { seconds: WRITING_S }) : reply);
  };
  button.addEventListener("click", () => void write(), { signal });
  name.addEventListener("keydown", (event) => { // JupyterLab lets no Enter submit a form
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    void write();
  }, { signal });
  return h("div", { class: "lk-line lk-writing" }, name, button, said);
}
