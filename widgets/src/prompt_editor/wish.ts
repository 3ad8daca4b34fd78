// What is to be tried: with which model, on which rows, for how much.
import type { RenderContext } from "../shared/afm.ts";
import { h } from "../shared/dom.ts";
import { fill } from "../shared/words.ts";
import { TRIAL_ROWS, type TrialRows, type Traits } from "./logic.ts";

/** A wish as Python takes it. */
export interface Wish {
  model: string;
  rows: TrialRows;
  sample: number;
  max_cost: number | null;
}

/** The form of a wish. */
export interface WishForm {
  element: HTMLElement;
  read(): Wish;
  choose(rows: TrialRows): void;
  /** Whether the model costs money, so that there must be a limit. */
  askLimit(needed: boolean): void;
}

let groups = 0; // radio buttons of two editors on one page must not be one group

/** Builds the form; `changed` is called when a choice is made in it. */
export function createWish({ model, signal }: RenderContext<Traits>, changed: () => void): WishForm {
  const words = model.get("words");
  const models = h("select", { "aria-label": words.model });
  for (const name of model.get("models")) models.append(h("option", { value: name }, name));
  const size = h("input", { type: "number", min: "1", value: "50", "aria-label": words.sample_size });
  const limit = h("input", { type: "number", min: "0", step: "any", "aria-label": fill(words.limit, { currency: model.get("currency") }) });
  const limitField = h("label", { class: "lk-field" }, h("span", { class: "lk-caption" }, fill(words.limit, { currency: model.get("currency") })), limit);
  limitField.hidden = true;
  const name = `lk-trial-${(groups += 1)}`;
  const radios = TRIAL_ROWS.map((value) => h("input", { type: "radio", name, value, checked: value === "affected" }));
  const options = radios.map((button, k) => h("label", {}, button, " ", words[`rows_${TRIAL_ROWS[k]!}`]));
  options[TRIAL_ROWS.indexOf("sample")]!.append(" ", size);
  const rows = h("fieldset", { class: "lk-trial-rows" }, h("legend", {}, words.rows), ...options);
  const modelField = h("label", { class: "lk-field" }, h("span", { class: "lk-caption" }, words.model), models);
  const element = h("div", { class: "lk-wish" }, modelField, rows, limitField);
  element.addEventListener("change", changed, { signal });
  element.addEventListener("input", (event) => event.stopPropagation(), { signal }); // it is no edit of the draft
  return {
    element,
    read: () => ({
      model: models.value,
      rows: TRIAL_ROWS.find((_, k) => radios[k]!.checked) ?? "affected",
      sample: Math.max(1, Math.floor(Number(size.value) || 1)),
      max_cost: limitField.hidden || limit.value === "" ? null : Number(limit.value),
    }),
    choose: (chosen) => radios.forEach((button) => (button.checked = button.value === chosen)),
    askLimit: (needed) => void (limitField.hidden = !needed),
  };
}
