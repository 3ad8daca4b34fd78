// Text fields of the form: made with a name for everyone, written to only when that changes something.
import { h } from "../shared/dom.ts";
import { linesOf } from "./logic.ts";

/** A field: what stands on the page, and the text area in it. */
export interface Field {
  element: HTMLElement;
  area: HTMLTextAreaElement;
}

/** A text area in the task's language, with an accessible name. */
export function textArea(name: string, language: string, rows: number): HTMLTextAreaElement {
  return h("textarea", { "aria-label": name, rows: String(rows), lang: language, dir: "auto", spellcheck: "false" });
}

/** Shows a text, unless it stands there already: writing it again would move the caret. */
export function setValue(area: HTMLTextAreaElement, text: string): void {
  if (area.value !== text) area.value = text;
}

/** Shows a list, unless the lines typed so far mean the same list: an unfinished empty line must stay. */
export function setLines(area: HTMLTextAreaElement, lines: string[]): void {
  if (linesOf(area.value).join("\n") !== lines.join("\n")) area.value = lines.join("\n");
}
