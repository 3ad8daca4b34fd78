// What the errors of a run ask for: how many have which tag, and what that means; each count shows its rows.
import type { Model } from "../shared/afm.ts";
import { follow } from "../shared/bind.ts";
import { h } from "../shared/dom.ts";
import { count, fill } from "../shared/words.ts";
import { filtering, followFilter } from "./filter_button.ts";
import { type Filter, only, type Traits } from "./logic.ts";

const REMEDIES = ["prompt", "gold", "training"] as const;

/** The panel; hidden where nothing can be decided. */
export function createTriage(
  model: Model<Traits>,
  actions: { ask(parts: Partial<Filter>): void; undo(): void },
  signal: AbortSignal,
): HTMLElement {
  const words = model.get("words");
  const remedies = h("dl", { class: "lk-remedies" });
  const tags = h("ul", { class: "lk-tag-counts" });
  const undo = h("button", { type: "button", class: "lk-undo" });
  const hint = h("p", { class: "lk-soft" }, words.triage_hint);
  const panel = h("section", { class: "lk-triage", "aria-label": words.triage }, h("h3", {}, words.triage), remedies, hint, tags, undo);
  panel.hidden = !model.get("triage").can;
  undo.addEventListener("click", () => actions.undo(), { signal });
  const show = (): void => {
    const triage = model.get("triage");
    const language = model.get("language");
    remedies.replaceChildren(
      ...REMEDIES.map((remedy) => {
        const rows = triage.remedies[remedy];
        return h("div", { class: rows ? "lk-some" : undefined }, h("dt", {}, words[`remedy_${remedy}`]), h("dd", {}, count(rows, language)));
      }),
    );
    const held = tags.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["key"] : undefined;
    tags.replaceChildren(...model.get("tags").map(([tag, text]) => h("li", {}, countButton(tag, text, model, actions.ask))));
    if (held) tags.querySelector<HTMLElement>(`[data-key="${held}"]`)?.focus();
    undo.disabled = !triage.undo;
    undo.textContent = triage.undo ? fill(words.undo_what, { what: triage.undo }) : words.undo;
  };
  follow(model, ["triage"], show, signal);
  followFilter(tags, model, signal);
  return panel;
}

function countButton(tag: string, text: string, model: Model<Traits>, ask: (parts: Partial<Filter>) => void): HTMLElement {
  const { tags, untagged } = model.get("triage");
  const rows = tags[tag] ?? untagged;
  const parts = only({ tag });
  const name = fill(model.get("words").tag_cell, { tag: text, rows });
  const shown = [h("span", {}, text), h("b", {}, count(rows, model.get("language")))];
  const button = h("button", { type: "button", "aria-label": name, "data-key": tag }, ...shown);
  button.disabled = rows === 0;
  return filtering(button, parts, model, ask);
}
