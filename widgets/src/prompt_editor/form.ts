// The left side: sections, one card per definition, rationale. It is read as a draft, and shows one.
import { h, quoted } from "../shared/dom.ts";
import { type Card, type Draft, LISTS, linesOf, type Rationale, RATIONALES, type Section } from "./logic.ts";

type Words = Record<string, string>;

/** What the form needs to know about task and interface. */
export interface FormSetting {
  words: Words;
  labels: string[];
  taskLanguage: string;
  /** Called after every edit, but not while an input method is composing. */
  edited: () => void;
}

/** The form of one draft. */
export interface Form {
  element: HTMLElement;
  read(): Omit<Draft, "message" | "revision">;
  show(draft: Draft): void;
}

interface TextBox {
  element: HTMLElement;
  area: HTMLTextAreaElement;
}

interface CardForm {
  element: HTMLElement;
  read(): Card;
  show(card: Card): void;
}

/** Builds an empty form; `show` fills it. */
export function createForm(setting: FormSetting): Form {
  const { words } = setting;
  const system = textBox(setting, "system", 5);
  const input = textBox(setting, "input", 2);
  const instruction = textBox(setting, "instruction", 2);
  const shots = textBox(setting, "shots", 2);
  const rationale = rationaleChoice(setting);
  const cards = h("div", { class: "lk-cards" });
  const hint = h("p", { class: "lk-hint" }, words["definitions_hint"] ?? "");
  const definitions = h("section", { class: "lk-section", "aria-label": words["definitions"] }, h("h3", {}, words["definitions"] ?? ""), hint, cards);
  const element = h("div", { class: "lk-form" });
  element.append(system.element, definitions, shots.element, rationale.element, input.element, instruction.element);

  let forms: CardForm[] = [];
  const remove = (form: CardForm): void => {
    forms = forms.filter((other) => other !== form);
    form.element.remove();
    setting.edited();
  };
  const showCards = (shown: Card[]): void => {
    const labels = forms.map((form) => form.read().label);
    if (labels.join("\n") !== shown.map((card) => card.label).join("\n")) {
      forms = shown.map((card) => cardForm(setting, card.label, remove));
      cards.replaceChildren(...forms.map((form) => form.element));
    }
    shown.forEach((card, k) => forms[k]?.show(card));
  };
  const sections: [Section | "shots", TextBox][] = [
    ["system", system],
    ["input", input],
    ["instruction", instruction],
    ["shots", shots],
  ];
  return {
    element,
    read: () => ({
      system: system.area.value,
      input: input.area.value,
      instruction: instruction.area.value,
      shots: shots.area.value,
      rationale: rationale.read(),
      definitions: forms.map((form) => form.read()),
    }),
    show: (draft) => {
      for (const [name, box] of sections) setValue(box.area, draft[name]);
      rationale.show(draft.rationale);
      showCards(draft.definitions);
    },
  };
}

function textBox({ words, taskLanguage }: FormSetting, name: Section | "shots", rows: number): TextBox {
  const area = h("textarea", { rows: String(rows), lang: taskLanguage, dir: "auto", spellcheck: "false" });
  area.setAttribute("aria-label", words[name] ?? name);
  const head = h("h3", {}, words[name] ?? name);
  const hint = h("p", { class: "lk-hint" }, words[`${name}_hint`] ?? "");
  return { area, element: h("div", { class: "lk-section" }, head, hint, area) };
}

function cardForm(setting: FormSetting, label: string, remove: (form: CardForm) => void): CardForm {
  const { words, labels } = setting;
  const text = cardArea(setting, label, words["meaning"] ?? "", 2);
  const lists = LISTS.map((name) => cardArea(setting, label, words[name] ?? name, 2, words["one_per_line"]));
  const element = h("article", { class: "lk-card", "aria-label": label }, h("h4", {}, quoted(label)));
  const form: CardForm = {
    element,
    read: () => {
      const [includes, excludes, examples] = lists.map((box) => linesOf(box.area.value));
      return { label, text: text.area.value, includes: includes ?? [], excludes: excludes ?? [], examples: examples ?? [] };
    },
    show: (card) => {
      setValue(text.area, card.text);
      LISTS.forEach((name, k) => setLines(lists[k]?.area, card[name]));
    },
  };
  if (!labels.includes(label)) element.append(unknownLabel(words, label, () => remove(form)));
  element.append(text.element, h("div", { class: "lk-lists" }, ...lists.map((box) => box.element)));
  return form;
}

/** A field inside a card; its accessible name begins with the label, since every card has the same fields. */
function cardArea({ taskLanguage }: FormSetting, label: string, name: string, rows: number, hint?: string): TextBox {
  const area = h("textarea", { rows: String(rows), lang: taskLanguage, dir: "auto", spellcheck: "false" });
  area.setAttribute("aria-label", `${label}: ${name}`);
  if (hint) area.placeholder = hint;
  const caption = h("span", { class: "lk-caption", "aria-hidden": "true" }, name);
  return { area, element: h("label", { class: "lk-field" }, caption, area) };
}

/** A definition that the task does not know cannot be sent: say so, and offer to take it out. */
function unknownLabel(words: Words, label: string, remove: () => void): HTMLElement {
  const button = h("button", { type: "button", "aria-label": `${words["remove"]}: ${label}` }, words["remove"] ?? "");
  button.addEventListener("click", remove);
  return h("p", { class: "lk-unknown" }, words["unknown_label"] ?? "", " ", button);
}

let groups = 0; // radio buttons of two editors on one page must not be one group

function rationaleChoice({ words }: FormSetting): { element: HTMLElement; read(): Rationale; show(value: Rationale): void } {
  const group = `lk-rationale-${(groups += 1)}`;
  const radios = RATIONALES.map((value) => h("input", { type: "radio", name: group, value }));
  const options = radios.map((radio) => h("label", {}, radio, " ", words[`rationale_${radio.value}`] ?? radio.value));
  const head = h("legend", {}, words["rationale"] ?? "");
  return {
    element: h("fieldset", { class: "lk-rationale" }, head, ...options),
    read: () => (radios.find((radio) => radio.checked)?.value ?? "before") as Rationale,
    show: (value) => {
      for (const radio of radios) radio.checked = radio.value === value;
    },
  };
}

/** Shows a text, unless it stands there already: writing it again would move the caret. */
function setValue(area: HTMLTextAreaElement, text: string): void {
  if (area.value !== text) area.value = text;
}

/** Shows a list, unless the lines typed so far mean the same list: an unfinished empty line must stay. */
function setLines(area: HTMLTextAreaElement | undefined, lines: string[]): void {
  if (area && linesOf(area.value).join("\n") !== lines.join("\n")) area.value = lines.join("\n");
}
