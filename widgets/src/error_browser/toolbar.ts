// Search, choices and the chips of what is on.
import type { Model } from "../shared/afm.ts";
import { follow, paced } from "../shared/bind.ts";
import { h, quoted } from "../shared/dom.ts";
import { fill } from "../shared/words.ts";
import { ALL, chipsOf, type Filter, type Traits } from "./logic.ts";

const PAUSE = 120; // ms between two searches while somebody types; the first, such as a pasted word, goes at once

/** What the toolbar may do. */
export interface ToolbarActions {
  /** Sets parts of the filter. */
  ask(parts: Partial<Filter>): void;
  /** Gives the focus to the list: what was clicked may be gone. */
  leave(): void;
}

/** The toolbar, and its search field for the key that goes there. */
export interface Toolbar {
  element: HTMLElement;
  search: HTMLInputElement;
}

/** Builds the controls; they follow the `wanted` trait, whoever sets it. */
export function createToolbar(model: Model<Traits>, actions: ToolbarActions, signal: AbortSignal): Toolbar {
  const words = model.get("words");
  const search = h("input", { type: "text", "aria-label": words.search, dir: "auto", autocomplete: "off" });
  search.placeholder = words.search_hint;
  const labels = model.get("labels").map((label, k): [string, string] => [String(k), label]);
  const outcomes = (["any", "wrong", "right"] as const).map((value): [string, string] => [value, words[`only_${value}`]]);
  const outcome = menu(words.outcome, outcomes);
  const label = menu(words.label, [["-1", words.any_label], ...labels]);
  const status = menu(words.status, [["", words.any_status], ...model.get("statuses")]);
  const tag = menu(words.tag, [["", words.any_tag], ...model.get("tags")]);
  outcome.disabled = !model.get("labelled");

  const send = paced(() => actions.ask({ query: search.value }), PAUSE, signal);
  search.addEventListener("input", (event) => (event as InputEvent).isComposing || send(), { signal });
  search.addEventListener("compositionend", send, { signal });
  outcome.addEventListener("change", () => actions.ask({ outcome: outcome.value as Filter["outcome"], change: "" }), { signal });
  label.addEventListener("change", () => actions.ask({ label: Number(label.value) }), { signal });
  status.addEventListener("change", () => actions.ask({ status: status.value }), { signal });
  tag.addEventListener("change", () => actions.ask({ tag: tag.value }), { signal });

  const show = (): void => {
    const wanted = model.get("wanted");
    if (document.activeElement !== search) search.value = wanted.query;
    outcome.value = wanted.outcome;
    label.value = String(wanted.label);
    status.value = wanted.status;
    tag.value = wanted.tag;
  };
  follow(model, ["wanted"], show, signal);
  const fields = h("div", { class: "lk-fields" }, search, outcome, label, status, ...(model.get("triage").can ? [tag] : []));
  return { element: h("div", { class: "lk-toolbar" }, fields, chipRow(model, actions, signal)), search };
}

function chipRow(model: Model<Traits>, { ask, leave }: ToolbarActions, signal: AbortSignal): HTMLElement {
  const words = model.get("words");
  const row = h("div", { role: "group", "aria-label": words.chips, class: "lk-chips" });
  const button = (content: Node | string, name: string, parts: Partial<Filter>): HTMLElement => {
    const made = h("button", { type: "button", class: "lk-chip", "aria-label": name }, content);
    const press = (): void => {
      ask(parts);
      leave();
    };
    made.addEventListener("click", press, { signal });
    return made;
  };
  const show = (): void => {
    const traits = { words, labels: model.get("labels"), statuses: model.get("statuses"), tags: model.get("tags"), groups: model.get("groups") };
    const chips = chipsOf(model.get("wanted"), traits).map(({ parts, text }) =>
      button(h("span", {}, quoted(text), h("span", { "aria-hidden": "true" }, " ×")), fill(words.remove, { filter: text }), parts),
    );
    const clear = chips.length ? [button(words.clear, words.clear, ALL)] : [];
    row.replaceChildren(...chips, ...clear);
  };
  follow(model, ["wanted", "groups"], show, signal);
  return row;
}

function menu(name: string, options: [string, string][]): HTMLSelectElement {
  const made = options.map(([value, text]) => {
    const option = h("option", {}, text);
    option.value = value;
    return option;
  });
  return h("select", { "aria-label": name }, ...made);
}
