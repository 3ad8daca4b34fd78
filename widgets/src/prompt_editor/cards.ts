// The definitions: one card per label, with its meaning and three lists.
import { h, quoted } from "../shared/dom.ts";
import { type Field, setLines, setValue, textArea } from "./fields.ts";
import { findingSlot } from "./findings.ts";
import type { FormSetting } from "./form.ts";
import { type Card, cardPlace, LISTS, linesOf, type Words } from "./logic.ts";

/** All cards of a draft. */
export interface CardList {
  element: HTMLElement;
  read(): Card[];
  show(cards: Card[]): void;
  /** Puts the cards of labels first, and the focus into the first of them. */
  first(labels: string[]): void;
  /** Where the findings of a card are shown. */
  slot(place: string): HTMLElement | undefined;
}

interface CardForm {
  element: HTMLElement;
  place: string;
  findings: HTMLElement;
  read(): Card;
  show(card: Card): void;
  focus(): void;
}

/** Builds an empty list; `show` makes the cards. */
export function cardList(setting: FormSetting): CardList {
  const element = h("div", { class: "lk-cards" });
  let forms: CardForm[] = [];
  const read = (): Card[] => forms.map((form) => form.read());
  const remove = (form: CardForm): void => {
    forms = forms.filter((other) => other !== form);
    form.element.remove();
    setting.edited();
  };
  const rebuild = (labels: string[]): void => {
    forms = labels.map((label) => cardForm(setting, label, remove));
    element.replaceChildren(...forms.map((form) => form.element));
  };
  const show = (cards: Card[]): void => {
    const labels = cards.map((card) => card.label);
    const shown = read().map((card) => card.label);
    if (shown.join("\n") !== labels.join("\n")) rebuild(labels);
    forms.forEach((form, k) => form.show(cards[k]!));
  };
  const slot = (place: string): HTMLElement | undefined => forms.find((form) => form.place === place)?.findings;
  const first = (labels: string[]): void => {
    const asked = labels.flatMap((label) => forms.find(({ place }) => place === cardPlace(label)) ?? []);
    for (const form of forms) form.element.classList.toggle("lk-asked", asked.includes(form));
    element.classList.toggle("lk-pair", asked.length > 1);
    element.prepend(...asked.map((form) => form.element)); // on the page only: the draft keeps its order
    asked[0]?.focus();
  };
  return { element, read, show, first, slot };
}

function cardForm(setting: FormSetting, label: string, remove: (form: CardForm) => void): CardForm {
  const { words, labels } = setting;
  const text = cardField(setting, label, words.meaning);
  const [includes, excludes, examples] = LISTS.map((name) => cardField(setting, label, words[name], words.one_per_line)) as [
    Field,
    Field,
    Field,
  ];
  const lists = { includes, excludes, examples };
  const element = h("article", { class: "lk-card", "aria-label": label }, h("h4", {}, quoted(label)));
  const form: CardForm = {
    element,
    place: cardPlace(label),
    findings: findingSlot(words),
    read: () => ({
      label,
      text: text.area.value,
      includes: linesOf(includes.area.value),
      excludes: linesOf(excludes.area.value),
      examples: linesOf(examples.area.value),
    }),
    show: (card) => {
      setValue(text.area, card.text);
      for (const name of LISTS) setLines(lists[name].area, card[name]);
    },
    focus: () => {
      element.scrollIntoView({ block: "nearest" });
      text.area.focus({ preventScroll: true });
    },
  };
  if (!labels.includes(label)) element.append(unknownLabel(words, label, () => remove(form)));
  element.append(text.element, h("div", { class: "lk-lists" }, ...LISTS.map((name) => lists[name].element)), form.findings);
  return form;
}

/** A field of a card; its accessible name begins with the label, since every card has the same fields. */
function cardField({ taskLanguage }: FormSetting, label: string, name: string, placeholder = ""): Field {
  const area = textArea(`${label}: ${name}`, taskLanguage, 2);
  area.placeholder = placeholder;
  const caption = h("span", { class: "lk-caption", "aria-hidden": "true" }, name);
  return { area, element: h("label", { class: "lk-field" }, caption, area) };
}

/** A definition that the task does not know cannot be sent: say so, and offer to take it out. */
function unknownLabel(words: Words, label: string, remove: () => void): HTMLElement {
  const button = h("button", { type: "button", "aria-label": `${words.remove}: ${label}` }, words.remove);
  button.addEventListener("click", remove);
  return h("p", { class: "lk-unknown" }, words.unknown_label, button);
}
