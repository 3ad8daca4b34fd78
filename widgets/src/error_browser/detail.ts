// The chosen row in full: its posts, what each run answered and why, the definitions it turns on.
import type { Model } from "../shared/afm.ts";
import { follow } from "../shared/bind.ts";
import { h, quoted } from "../shared/dom.ts";
import { fill } from "../shared/words.ts";
import { goldPlates, marked, outcome, plates, rowName } from "./cells.ts";
import type { Judging } from "./judging.ts";
import type { Answer, Opened, Traits, Words } from "./logic.ts";

/** A region that follows the `opened` trait; it can take the focus, for reading on. */
export function createDetail(model: Model<Traits>, judging: Judging, signal: AbortSignal): HTMLElement {
  const words = model.get("words");
  const element = h("section", { class: "lk-detail", tabindex: "-1", "aria-label": words.opened });
  let shown = -1;
  let scrolled = false;
  element.addEventListener("scroll", () => (scrolled = element.scrollTop > 0), { signal, passive: true });
  const show = (): void => {
    const opened = model.get("opened");
    const held = element.contains(document.activeElement) ? (document.activeElement as HTMLElement) : undefined;
    element.replaceChildren(...(isRow(opened) ? rowParts(opened, model, judging) : []));
    if (opened.row !== shown && scrolled) element.scrollTop = 0; // either way it would lay out the page, now and then again
    shown = opened.row ?? -1;
    // What had the focus is gone: the same button of the new row, or the row, keeps it from the notebook.
    if (held && held !== element) (element.querySelector<HTMLElement>(`[data-key="${held.dataset["key"]}"]`) ?? element).focus({ preventScroll: true });
  };
  follow(model, ["opened"], show, signal);
  return element;
}

const LONG = 1200; // characters from which a text scrolls by itself

/** A paragraph; a long one takes part of the room only, and the focus, so that the keyboard scrolls it. */
function paragraph(text: Node, name = ""): HTMLElement {
  const long = (text.textContent ?? "").length > LONG;
  return h("p", { class: `${name}${long ? " lk-long" : ""}`.trim() || undefined, tabindex: long ? "0" : undefined }, text);
}

function isRow(opened: Partial<Opened>): opened is Opened {
  return opened.id !== undefined;
}

function rowParts(row: Opened, model: Model<Traits>, judging: Judging): Node[] {
  const words = model.get("words");
  const history = row.history.map((fix) => h("li", {}, quoted(fix)));
  const answers = row.answers.map((answer) => answerPart(answer, row, model));
  return [
    h("header", {}, h("h3", { dir: "auto" }, quoted(rowName(row, words))), outcome(row, "", words)),
    h("ol", { class: "lk-posts" }, ...row.posts.map((post, k) => postPart(post, k, model))),
    h("p", { class: "lk-line" }, h("b", {}, words.column_gold), goldPlates(row, row.answers.at(-1)!.labels, words), ...judging.goldPart(row)),
    ...(history.length ? [h("h4", {}, words.gold_history), h("ul", { class: "lk-history lk-soft" }, ...history)] : []),
    ...judging.tagPart(row),
    ...fact(words.subtask, row.subtask),
    ...fact(words.note, row.note),
    h("div", { class: "lk-answers" }, ...answers),
    ...definitionParts(row, words),
    ...(row.answers.at(-1)!.definitions.length ? [judging.editPart(row)] : []),
  ];
}

function postPart({ parts, left_out }: Opened["posts"][number], k: number, model: Model<Traits>): HTMLElement {
  const { left_out: more } = model.get("words");
  const cut = left_out ? [h("p", { class: "lk-soft" }, fill(more, { characters: left_out }))] : [];
  return h("li", {}, h("span", { class: "lk-soft" }, `${model.get("item")} ${k + 1}`), paragraph(marked(parts)), ...cut);
}

/** What one run said; two runs stand side by side. */
function answerPart(answer: Answer, row: Opened, model: Model<Traits>): HTMLElement {
  const words = model.get("words");
  const one = row.answers.length === 1;
  const when = one ? words.column_answer : whenOf(answer, words);
  const title = h("h4", {}, when, ...(one ? [] : [h("small", {}, quoted(model.get("runs")[answer.run] ?? ""))]));
  return h(
    "article",
    { "aria-label": when },
    title,
    h("p", { class: "lk-line" }, plates(answer.labels, row.gold, "spurious", words), h("span", { class: "lk-soft" }, answer.status)),
    ...(answer.problem ? [h("p", { class: "lk-problem" }, quoted(answer.problem))] : []),
    ...reasonParts(answer, words),
    ...(answer.reply ? [h("h5", {}, words.reply), h("pre", { dir: "auto", tabindex: "0" }, answer.reply)] : []),
  );
}

function reasonParts(answer: Answer, words: Words): Node[] {
  if (!answer.answered && !answer.rationale) return [];
  const said = answer.rationale ? quoted(answer.rationale) : h("span", { class: "lk-soft" }, words.no_rationale);
  const flags = answer.flags.map(([flag, words]) => h("li", {}, flag, ": ", h("q", {}, quoted(words))));
  const unfound = answer.unfound.map((quote) => h("li", {}, quoted(quote)));
  return [
    h("h5", {}, words.rationale),
    paragraph(said, "lk-rationale"),
    ...(flags.length ? [h("h5", {}, words.flags), h("ul", { class: "lk-odd" }, ...flags)] : []),
    ...(unfound.length ? [h("p", { class: "lk-flag" }, words.unfound), h("ul", { class: "lk-flag" }, ...unfound)] : []),
    ...fact(words.cites, answer.definition),
  ];
}

function whenOf({ run }: Answer, words: Words): string {
  return run === 0 ? words.earlier : words.later;
}

/** The definitions that a row turns on, side by side over the whole width; of two runs once where both turn on the same. */
function definitionParts({ answers }: Opened, words: Words): Node[] {
  const told = answers.filter(({ definitions }) => definitions.length);
  const alike = new Set(told.map(({ definitions }) => JSON.stringify(definitions))).size < told.length;
  return (alike ? told.slice(-1) : told).flatMap((answer) => {
    const whose = answers.length === 1 || alike ? [] : [" · ", whenOf(answer, words)];
    return [h("h5", {}, words.definitions, ...whose), definitionCards(answer, words)];
  });
}

function definitionCards({ definitions }: Answer, words: Words): HTMLElement {
  const cards = definitions.map(({ label, side, text }) =>
    h(
      "div",
      { class: `lk-card lk-${side === "missed" ? "missed" : "spurious"}-card` },
      h("h6", {}, quoted(label), h("small", {}, side === "missed" ? words.missed : words.spurious)),
      h("p", {}, text ? quoted(text) : h("span", { class: "lk-soft" }, words.no_definition)),
    ),
  );
  return h("div", { class: "lk-definitions" }, ...cards);
}

function fact(name: string, value: string): HTMLElement[] {
  return value ? [h("p", { class: "lk-line" }, h("b", {}, name), quoted(value))] : [];
}
