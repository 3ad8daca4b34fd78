// The left side: sections, definitions, rationale. It is read as a draft, and shows one.
import { h } from "../shared/dom.ts";
import { cardList } from "./cards.ts";
import { type Field, setValue, textArea } from "./fields.ts";
import { findingSlot } from "./findings.ts";
import { MOST_RETRIEVED, type Draft, type Rationale, RATIONALES, type Section, SECTIONS, type Words } from "./logic.ts";

/** What the form needs to know about task and interface. */
export interface FormSetting {
  words: Words;
  labels: string[];
  taskLanguage: string;
  /** Whether examples can be fetched from the pool for each row. */
  canFetch: boolean;
  /** Called after an edit that is not typing, such as taking out a card. */
  edited: () => void;
}

/** The form of one draft; the message belongs to the save bar. */
export interface Form {
  element: HTMLElement;
  read(): Omit<Draft, "message" | "revision" | "filled">;
  show(draft: Draft): void;
  /** Puts the cards of labels first, and the focus into the first of them. */
  first(labels: string[]): void;
  /** Where the findings of a section or a card are shown. */
  slot(place: string): HTMLElement | undefined;
}

/** Builds an empty form; `show` fills it. */
export function createForm(setting: FormSetting): Form {
  const { words } = setting;
  const section = (name: Section, rows: number): Field => sectionField(setting, name, rows);
  const system = section("system", 5);
  const shots = section("shots", 2);
  const input = section("input", 2);
  const instruction = section("instruction", 2);
  const sections = { system, shots, input, instruction };
  const rationale = rationaleChoice(words);
  const retrieved = retrievedField(setting);
  shots.element.append(retrieved.element);
  const cards = cardList(setting);
  const hint = h("p", { class: "lk-hint" }, words.definitions_hint);
  const definitions = h("section", { class: "lk-section", "aria-label": words.definitions });
  const slots = new Map([["definitions", findingSlot(words)]]);
  definitions.append(h("h3", {}, words.definitions), hint, slots.get("definitions")!, cards.element);
  for (const name of SECTIONS) {
    slots.set(name, findingSlot(words));
    sections[name].element.append(slots.get(name)!);
  }
  const parts = [system, { element: definitions }, shots, rationale, input, instruction]; // in the order they are sent
  return {
    element: h("div", { class: "lk-form" }, ...parts.map((part) => part.element)),
    read: () => ({
      system: system.area.value,
      shots: shots.area.value,
      input: input.area.value,
      instruction: instruction.area.value,
      rationale: rationale.read(),
      retrieved: retrieved.read(),
      definitions: cards.read(),
    }),
    show: (draft) => {
      for (const name of SECTIONS) setValue(sections[name].area, draft[name]);
      rationale.show(draft.rationale);
      retrieved.show(draft.retrieved);
      cards.show(draft.definitions);
    },
    first: cards.first,
    slot: (place) => slots.get(place) ?? cards.slot(place),
  };
}

function sectionField({ words, taskLanguage }: FormSetting, name: Section, rows: number): Field {
  const area = textArea(words[name], taskLanguage, rows);
  const hint = h("p", { class: "lk-hint" }, words[`${name}_hint`]);
  return { area, element: h("div", { class: "lk-section" }, h("h3", {}, words[name]), hint, area) };
}

/** How many examples are fetched for each row; hidden where none can be, and the number carried along. */
function retrievedField({ words, canFetch }: FormSetting): { element: HTMLElement; read(): number; show(value: number): void } {
  const count = h("input", { type: "number", class: "lk-retrieved", min: "0", max: String(MOST_RETRIEVED), value: "0" });
  const element = h("div", {}, h("label", {}, words.retrieved_count, " ", count), h("p", { class: "lk-hint" }, words.retrieved_hint));
  element.hidden = !canFetch;
  const read = (): number => Math.min(MOST_RETRIEVED, Math.max(0, Math.floor(Number(count.value) || 0)));
  const showSent = (): void => void (count.value = String(read()));
  count.addEventListener("input", () => Number(count.value) > MOST_RETRIEVED && showSent());
  count.addEventListener("change", showSent); // not before: it may be typed further
  return {
    element,
    read,
    show: (value) => {
      if (Number(count.value) !== value) count.value = String(value);
    },
  };
}

let groups = 0; // radio buttons of two editors on one page must not be one group

function rationaleChoice(words: Words): { element: HTMLElement; read(): Rationale; show(value: Rationale): void } {
  const name = `lk-rationale-${(groups += 1)}`;
  const radios = RATIONALES.map((value) => ({ value, button: h("input", { type: "radio", name, value }) }));
  const options = radios.map(({ value, button }) => h("label", {}, button, " ", words[`rationale_${value}`]));
  return {
    element: h("fieldset", { class: "lk-rationale" }, h("legend", {}, words.rationale), ...options),
    read: () => radios.find(({ button }) => button.checked)?.value ?? "before",
    show: (shown) => {
      for (const { value, button } of radios) button.checked = value === shown;
    },
  };
}
