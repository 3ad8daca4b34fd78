// The form for other gold labels: the labels that the row may carry, and a reason, without which nothing is corrected.
import type { Model } from "../shared/afm.ts";
import { h, quoted } from "../shared/dom.ts";
import type { Opened, Traits } from "./logic.ts";

/** The form, hidden until it is opened, and the button that opens it. */
export interface GoldForm {
  element: HTMLElement;
  button: HTMLElement;
  open(): void;
}

const NONE = -1; // the choice "no label at all", where only one can be chosen
let forms = 0;

/** Builds the form of one row; `save` gets the places of the labels. */
export function createGoldForm(row: Opened, model: Model<Traits>, save: (labels: number[], reason: string) => void): GoldForm {
  const words = model.get("words");
  const { several, none } = model.get("triage");
  const name = `lk-gold-${(forms += 1)}`;
  const choices = [...row.allowed, ...(none && !several ? [NONE] : [])].map((place) => {
    const input = h("input", { type: several ? "checkbox" : "radio", name, value: String(place) });
    input.checked = place === NONE ? row.gold !== null && !row.gold.length : row.gold_places.includes(place);
    const text = place === NONE ? words.gold_none : quoted(model.get("labels")[place] ?? "");
    return { place, input, element: h("label", {}, input, text) };
  });
  const reason = h("input", { type: "text", "aria-label": words.reason, dir: "auto", autocomplete: "off", "aria-required": "true" });
  reason.placeholder = words.reason_hint;
  const submit = h("button", { type: "submit", class: "lk-primary" }, words.save_gold);
  const cancel = h("button", { type: "button" }, words.cancel);
  const list = h("div", { class: "lk-choices" }, ...choices.map(({ element }) => element));
  const legend = h("legend", {}, words.gold_form);
  const line = h("div", { class: "lk-line" }, reason, submit, cancel);
  const element = h("form", { class: "lk-gold-form" }, h("fieldset", {}, legend, list, line));
  const button = h("button", { type: "button", "aria-expanded": "false", "data-key": "gold" }, words.correct_gold);

  const show = (open: boolean): void => {
    element.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) (choices.find(({ input }) => input.checked) ?? choices[0])?.input.focus();
  };
  const close = (): void => {
    show(false);
    button.focus();
  };
  show(false);
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") === "false"));
  cancel.addEventListener("click", close);
  const send = (event: Event): void => {
    event.preventDefault();
    const chosen = choices.filter(({ input, place }) => input.checked && place !== NONE);
    save(chosen.map(({ place }) => place), reason.value);
  };
  element.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") close();
    if (event.key === "Enter" && event.target === reason) send(event); // JupyterLab keeps Enter from submitting a form
  });
  element.addEventListener("submit", send);
  return { element, button, open: () => show(true) };
}
