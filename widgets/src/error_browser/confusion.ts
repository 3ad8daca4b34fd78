// The confusion that filters: a matrix, or the commonest mistakes where the labels are too many for one.
import type { Model } from "../shared/afm.ts";
import { follow } from "../shared/bind.ts";
import { h, quoted } from "../shared/dom.ts";
import { roveIn } from "../shared/roving.ts";
import { count, fill } from "../shared/words.ts";
import { filtering, followFilter } from "./filter_button.ts";
import { type Cell, cellOf, type Confusion, type Filter, mistakes, only, type Traits, unansweredCell } from "./logic.ts";

const MOST_LABELS = 14; // of a matrix that still fits beside the opened row
const BRIEF = 2; // characters of a label that stands over its column without being turned
const LISTED = 60; // mistakes in the list

type Ask = (parts: Partial<Filter>) => void;

/** The panel; empty when nothing has gold labels. */
export function createConfusion(model: Model<Traits>, ask: Ask, signal: AbortSignal): HTMLElement {
  const words = model.get("words");
  const body = h("div", {});
  const settle = roveIn(body, signal);
  const panel = h("section", { class: "lk-confusion", "aria-label": words.confusions }, h("h3", {}, words.confusions), body);
  let earlier = false; // whose answers are drawn
  const show = (): void => {
    panel.hidden = !model.get("labelled");
    earlier = model.get("wanted").earlier;
    const counts = model.get("confusions")[model.get("confusions").length > 1 && earlier ? 0 : -1 + model.get("confusions").length];
    if (!counts || panel.hidden) return;
    const table = model.get("labels").length > MOST_LABELS ? list(counts, model, ask) : matrix(counts, model, ask);
    const held = body.contains(document.activeElement) ? document.activeElement!.getAttribute("aria-label") : null;
    body.replaceChildren(...runChoice(model, ask), ...table);
    settle();
    if (held) [...body.querySelectorAll<HTMLElement>("button")].find((b) => b.getAttribute("aria-label") === held)?.focus();
  };
  follow(model, ["confusions"], show, signal);
  follow(model, ["wanted"], () => earlier === model.get("wanted").earlier || show(), signal);
  followFilter(body, model, signal, settle);
  return panel;
}

/** Whose answers the matrix counts, when there are two runs. */
function runChoice(model: Model<Traits>, ask: Ask): Node[] {
  const { of_run, earlier, later } = model.get("words");
  if (model.get("confusions").length < 2) return [];
  const now = model.get("wanted").earlier;
  const choice = ([name, value]: [string, boolean]): HTMLElement => {
    const made = h("button", { type: "button", "aria-pressed": String(now === value), "aria-label": `${of_run}: ${name}` }, name);
    made.addEventListener("click", () => ask({ earlier: value }));
    return made;
  };
  const choices: [string, boolean][] = [[earlier, true], [later, false]];
  return [h("p", { class: "lk-line lk-choice", role: "group", "aria-label": of_run }, h("b", {}, of_run), ...choices.map(choice))];
}

function matrix(counts: Confusion, model: Model<Traits>, ask: Ask): Node[] {
  const [words, labels] = [model.get("words"), model.get("labels")];
  const lines = some(counts.spurious_alone) ? [...labels.keys(), -1] : [...labels.keys()];
  const places = some(counts.missed_alone) ? [...labels.keys(), -1] : [...labels.keys()];
  const unanswered = some(counts.unanswered);
  const worst = Math.max(1, ...counts.swapped.flat(), ...counts.missed_alone, ...counts.spurious_alone, ...counts.unanswered);
  const cell = (found: Cell, right: boolean): HTMLElement => h("td", {}, cellButton(found, found.rows / worst, right, model, ask));
  const brief = labels.every((label) => label.length <= BRIEF) ? "lk-brief" : undefined;
  const columns = labels.map((label, k) => h("th", { scope: "col", class: brief }, headButton(label, words.all_spurious, { spurious: k }, model, ask)));
  const edges = [...(places.includes(-1) ? [words.none_given] : []), ...(unanswered ? [words.unanswered] : [])];
  const lastColumns = edges.map((text) => h("th", { scope: "col", class: "lk-soft" }, h("span", {}, text)));
  const rows = lines.map((missed) => {
    const head = missed < 0 ? h("span", { class: "lk-soft" }, words.none_missed) : headButton(labels[missed]!, words.all_missed, { missed }, model, ask);
    const cells = places.map((spurious) =>
      missed < 0 && spurious < 0 ? h("td", {}) : cell(cellOf(counts, labels, words, missed, spurious), missed === spurious),
    );
    const last = missed < 0 ? h("td", {}) : cell(unansweredCell(counts, labels, words, missed), false);
    return h("tr", {}, h("th", { scope: "row" }, head), ...cells, ...(unanswered ? [last] : []));
  });
  const table = h("table", {}, h("thead", {}, h("tr", {}, h("td", {}), ...columns, ...lastColumns)), h("tbody", {}, ...rows));
  return [h("p", { class: "lk-soft" }, words.confusions_hint), h("div", { class: "lk-matrix" }, table)];
}

/** Whether an edge of the matrix has anything to show: with one label a row, as a rule nothing is missed alone. */
function some(counts: number[]): boolean {
  return counts.some((rows) => rows > 0);
}

function list(counts: Confusion, model: Model<Traits>, ask: Ask): Node[] {
  const [words, language] = [model.get("words"), model.get("language")];
  const found = mistakes(counts, model.get("labels"), words);
  const worst = found[0]?.rows ?? 1;
  const items = found.slice(0, LISTED).map((cell) => {
    const button = cellButton(cell, cell.rows / worst, false, model, ask);
    button.replaceChildren(quoted(cell.text));
    return h("li", {}, button);
  });
  const hint = fill(words.pairs_hint, { shown: count(items.length, language), total: count(found.length, language) });
  return [h("p", { class: "lk-soft" }, hint), h("ol", { class: "lk-pairs" }, ...items)];
}

/** The header of a row or a column: all rows where its label was missed, or wrongly given. */
function headButton(label: string, words: string, parts: Partial<Filter>, model: Model<Traits>, ask: Ask): HTMLElement {
  const found: Cell = { rows: 1, text: fill(words, { label }), parts: only(parts) };
  const button = cellButton(found, 0, false, model, ask);
  button.replaceChildren(quoted(label));
  return button;
}

function cellButton({ rows, text, parts }: Cell, share: number, right: boolean, model: Model<Traits>, ask: Ask): HTMLButtonElement {
  const button = h("button", { type: "button", "aria-label": text, title: text }, rows ? count(rows, model.get("language")) : "");
  button.classList.toggle("lk-right", right);
  button.style.setProperty("--lk-share", `${Math.round(70 * share)}%`);
  button.disabled = rows === 0;
  return filtering(button, parts, model, ask);
}
