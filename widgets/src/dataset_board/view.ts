// The board as a whole: kinds filter the queue, the list is windowed, the chosen item is decided by keyboard alone.
import type { Model, RenderContext } from "../shared/afm.ts";
import { type Alert, createAlert } from "../shared/alert.ts";
import { follow } from "../shared/bind.ts";
import { h, quoted, setText } from "../shared/dom.ts";
import { stepOf } from "../shared/grid.ts";
import { keepKeys } from "../shared/keys.ts";
import { createPagedGrid, type PagedGrid } from "../shared/paged_grid.ts";
import { watchPresses } from "../shared/press.ts";
import { count, fill } from "../shared/words.ts";
import { createDeciding, type Deciding } from "./deciding.ts";
import { itemParts, plates } from "./detail.ts";
import { keysOf, type Line, type Opened, type Traits } from "./logic.ts";

const ROW_HEIGHT = 40;
const HEIGHT = 200;

/** Draws the board into `el`; all that was decided is in the traits, so a reload shows the same. */
export function renderBoard(context: RenderContext<Traits>): void {
  const { model, el, signal } = context;
  const words = model.get("words");
  const root = h("div", { class: "lk-widget lk-dataset-board", lang: model.get("language") });
  keepKeys(root, signal);
  watchPresses(root, signal);
  const alert = createAlert(words.details);
  const detail = h("section", { class: "lk-detail", tabindex: "-1", "aria-label": words.opened });
  const focus = (): void => detail.focus({ preventScroll: true });
  const deciding = createDeciding(context, alert, focus);
  const grid = createQueue(context, alert, focus);
  const nothing = h("p", { class: "lk-nothing" });
  root.append(header(model, signal), kindChips(model, signal), notes(model, signal), alert.element, deciding.said);
  root.append(grid.element, nothing, detail, keyLine(model, signal));
  root.addEventListener("keydown", (event) => onKey(event, { model, grid, deciding, focus }), { signal });
  follow(model, ["opened"], () => showOpened(model, detail, deciding), signal);
  follow(model, ["view"], () => setText(nothing, model.get("view").found ? "" : words.nothing), signal);
  follow(model, ["problem"], () => alert.show(model.get("problem")), signal);
  el.append(root);
  grid.choose(model.get("position"));
}

/** The list of what is to be decided. */
function createQueue(context: RenderContext<Traits>, alert: Alert, entered: () => void): PagedGrid<Line> {
  const words = context.model.get("words");
  const columns = [
    { title: words.column_kind, width: "minmax(84px, 0.7fr)" },
    { title: words.column_post, width: "minmax(120px, 2.6fr)" },
    { title: words.column_labels, width: "minmax(76px, 1.2fr)" },
    { title: words.column_state, width: "minmax(64px, 0.7fr)" },
  ];
  const cells = (line: Line): (Node | string)[] => [
    line.kind,
    quoted(line.post),
    h("span", {}, ...plates(line.labels, words)),
    h("span", { class: `lk-state-${line.state}` }, line.said),
  ];
  return createPagedGrid<Line>(context, alert, { name: words.list, columns, rowHeight: ROW_HEIGHT, height: HEIGHT, cells, entered });
}

/** Shows the chosen item, and keeps the focus inside when what had it is replaced. */
function showOpened(model: Model<Traits>, detail: HTMLElement, deciding: Deciding): void {
  const opened = model.get("opened");
  const held = document.activeElement;
  const lost = held !== null && held !== detail && detail.contains(held);
  if (opened.id === undefined) return detail.replaceChildren();
  const item = opened as Opened;
  const typing = held instanceof HTMLInputElement && deciding.element.contains(held);
  const parts = h("div", { class: "lk-item" }, ...itemParts(item, model));
  const before = detail.querySelector(".lk-item");
  if (before && detail.contains(deciding.element)) before.replaceWith(parts);
  else detail.replaceChildren(parts, deciding.element);
  deciding.show(item);
  if (lost && !typing && !detail.contains(document.activeElement)) detail.focus({ preventScroll: true });
}

/** Whose board it is, and how far they are. */
function header(model: Model<Traits>, signal: AbortSignal): HTMLElement {
  const [words, language] = [model.get("words"), model.get("language")];
  const done = h("span", { class: "lk-found", role: "status" });
  const bar = h("progress", { "aria-label": words.title });
  const show = (): void => {
    const { decided, waiting, total } = model.get("progress");
    const told = [fill(words.progress, { decided: count(decided, language), total: count(total, language) })];
    if (waiting) told.push(fill(words.waiting, { waiting: count(waiting, language) }));
    setText(done, told.join(" · "));
    bar.max = Math.max(1, total);
    bar.value = decided;
  };
  follow(model, ["progress"], show, signal);
  const who = h("span", { class: "lk-soft" }, quoted(fill(words.annotator, { name: model.get("annotator") })));
  return h("header", { class: "lk-head" }, h("h2", {}, words.title), who, done, bar);
}

/** One chip per kind, with what is open of it; a click shows only these. */
function kindChips(model: Model<Traits>, signal: AbortSignal): HTMLElement {
  const words = model.get("words");
  const row = h("div", { role: "group", "aria-label": words.kinds, class: "lk-chips" });
  const want = (kind: string): void => {
    model.set("wanted", { kind, revision: model.get("wanted").revision + 1 });
    model.set("position", 0);
    model.save_changes();
  };
  const show = (): void => {
    const kinds = model.get("kinds");
    const [open, total] = [2, 3].map((k) => kinds.reduce((sum, kind) => sum + (kind[k] as number), 0)) as [number, number];
    const held = row.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["kind"] : undefined;
    const chips = [["", words.all, open, total] as const, ...kinds].map(([kind, text, left, all]) => {
      const on = String(model.get("wanted").kind === kind);
      const name = fill(words.kind_cell, { kind: text, open: left, total: all });
      const chip = h("button", { type: "button", class: "lk-chip", "aria-pressed": on, "aria-label": name, "data-kind": kind }, text, " ", h("b", {}, count(left, model.get("language"))));
      chip.addEventListener("click", () => want(kind));
      return chip;
    });
    row.replaceChildren(...chips);
    if (held !== undefined) row.querySelector<HTMLElement>(`[data-kind="${held}"]`)?.focus();
  };
  follow(model, ["kinds", "wanted"], show, signal);
  return row;
}

function notes(model: Model<Traits>, signal: AbortSignal): HTMLElement {
  const list = h("ul", { class: "lk-notes lk-soft" });
  follow(model, ["notes"], () => list.replaceChildren(...model.get("notes").map((note) => h("li", { dir: "auto" }, note))), signal);
  return list;
}

/** Which keys there are, and what an undo would take back. */
function keyLine(model: Model<Traits>, signal: AbortSignal): HTMLElement {
  const words = model.get("words");
  const keys = [...keysOf(model.get("labels").map((_, k) => k), []).values()];
  const range = keys.length > 1 ? `${keys[0]}–${keys.at(-1)}` : (keys[0] ?? "");
  const undo = h("p", { class: "lk-soft lk-undo" });
  follow(model, ["last"], () => setText(undo, model.get("last") ? fill(words.undo_what, { what: model.get("last") }) : ""), signal);
  return h("footer", { class: "lk-keys" }, h("p", { class: "lk-soft" }, fill(words.keys, { labels: range })), undo);
}

/** Keys of the whole board; a field keeps its own, except Escape, which leads back to the item. */
function onKey(event: KeyboardEvent, board: { model: Model<Traits>; grid: PagedGrid<Line>; deciding: Deciding; focus: () => void }): void {
  const { model, grid, deciding, focus } = board;
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target as HTMLElement;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
  const pressing = event.key === "Enter" && target.tagName === "BUTTON";
  const step = event.key === "j" || event.key === "k" ? stepOf(event.key, 1) : undefined;
  const move = step === undefined ? undefined : (): void => grid.move(step);
  const decided = typing || pressing || move ? undefined : deciding.action(event.key);
  const action = event.key === "Escape" ? focus : (move && !typing ? move : decided);
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  const seen = grid.settled() && model.get("opened").position === model.get("position");
  if (action !== decided || (seen && !event.repeat)) action(); // nobody decides what is not shown yet, or by a held key
}
