// The list that widgets share: a hundred thousand rows, of which only those in sight are elements and were asked for.
import { h } from "./dom.ts";

/** A column: its heading, and how wide it is (a CSS grid track). */
export interface Column {
  title: string;
  width: string;
}

/** What a grid needs to know; it never sees more of a row than `cells` shows. */
export interface GridOptions<Row> {
  name: string;
  columns: Column[];
  /** Height of every row and of the list, in CSS pixels. */
  rowHeight: number;
  height: number;
  /** What stands in each column. */
  cells(row: Row): (Node | string)[];
  /** Asks for rows; they come by `take`. Rejects, or takes nothing, when there is no answer: scrolling asks again. */
  ask(start: number, count: number): Promise<void>;
  /** Another row was chosen by key or click. */
  chosen(position: number): void;
  /** Enter, or a double click. */
  entered(): void;
}

/** A list of rows with one of them chosen; keys j k, arrows, Page, Home, End while it has the focus. */
export interface Grid<Row> {
  element: HTMLElement;
  /** Other rows than before: their number, and the first page of them. */
  reset(total: number, first: Row[]): void;
  /** Rows from `start` on; they take the place of what was known of them. */
  take(start: number, rows: Row[]): void;
  /** Shows which row is chosen, and brings it into sight. */
  choose(position: number): void;
  /** The chosen row, unless it is still on its way. */
  current(): Row | undefined;
  /** Moves the choice, as j and k do. */
  move(step: number): void;
  focus(): void;
}

const PAGE = 60; // rows asked for at once
const AROUND = 6; // rows drawn above and below those in sight
const KEPT = 3000; // rows remembered
let grids = 0;

/** Builds an empty grid. */
export function createGrid<Row>(options: GridOptions<Row>, signal: AbortSignal): Grid<Row> {
  const { rowHeight, columns } = options;
  const prefix = `lk-grid-${(grids += 1)}`;
  const head = headRow(columns);
  const body = h("div", { role: "rowgroup", class: "lk-grid-body" });
  const element = h("div", { role: "grid", tabindex: "0", class: "lk-grid", "aria-label": options.name }, head, body);
  element.style.height = `${options.height}px`;
  element.style.setProperty("--lk-columns", columns.map(({ width }) => width).join(" "));
  element.style.setProperty("--lk-row", `${rowHeight}px`);
  element.setAttribute("aria-colcount", String(columns.length));

  let total = 0;
  let chosen = 0;
  let top: number | undefined; // how far it is scrolled, where that is known without laying out the whole page
  const known = new Map<number, Row>();
  const drawn = new Map<number, HTMLElement>();
  const asked = new Set<number>();

  const scrolled = (): number => top ?? element.scrollTop;
  const scrollTo = (to: number): void => {
    if (scrolled() === to) return;
    element.scrollTop = to;
    top = undefined;
  };
  const inSight = (): [number, number] => {
    const first = Math.floor(scrolled() / rowHeight);
    const last = Math.ceil((scrolled() + options.height) / rowHeight);
    return [Math.max(0, first - AROUND), Math.min(total, last + AROUND)];
  };
  const draw = (): void => {
    const [first, last] = inSight();
    for (const [position, row] of drawn) if ((position < first || position >= last) && position !== chosen) forget(position, row);
    for (let position = first; position < last; position += 1) drawRow(position);
    if (chosen < total) drawRow(chosen); // so that assistive technology can name it
    askFor(first, last);
  };
  const forget = (position: number, row: HTMLElement): void => {
    row.remove();
    drawn.delete(position);
  };
  const drawRow = (position: number): void => {
    const row = known.get(position);
    const old = drawn.get(position);
    if (old && (old.dataset["known"] === "true" || !row)) return;
    const cells = row === undefined ? ["…"] : options.cells(row);
    const made = h("div", { role: "row", class: "lk-row", id: `${prefix}-${position}`, "aria-rowindex": String(position + 2) });
    made.append(...cells.map((cell) => h("div", { role: "gridcell" }, cell)));
    made.style.transform = `translateY(${position * rowHeight}px)`;
    made.dataset["known"] = String(row !== undefined);
    made.dataset["position"] = String(position);
    made.setAttribute("aria-selected", String(position === chosen));
    if (old) old.replaceWith(made);
    else body.append(made);
    drawn.set(position, made);
  };
  const askFor = (first: number, last: number): void => {
    for (let page = Math.floor(first / PAGE); page * PAGE < last; page += 1) {
      const start = page * PAGE;
      const end = Math.min(start + PAGE, total);
      const missing = Array.from({ length: end - start }, (_, k) => start + k).some((position) => !known.has(position));
      if (!missing || asked.has(page)) continue;
      asked.add(page);
      void options.ask(start, PAGE).finally(() => asked.delete(page));
    }
  };
  const choose = (position: number): void => {
    const before = drawn.get(chosen);
    before?.setAttribute("aria-selected", "false");
    chosen = Math.max(0, Math.min(position, total - 1));
    intoSight();
    draw();
    drawn.get(chosen)?.setAttribute("aria-selected", "true");
    if (total > 0) element.setAttribute("aria-activedescendant", `${prefix}-${chosen}`);
    else element.removeAttribute("aria-activedescendant");
  };
  const intoSight = (): void => {
    const row = chosen * rowHeight;
    const room = options.height - 2 * rowHeight; // the heading stands over the first row's height
    if (row < scrolled()) scrollTo(row);
    else if (row > scrolled() + room) scrollTo(row - room);
  };
  const move = (step: number): void => {
    const before = chosen;
    choose(chosen + step);
    if (chosen !== before) options.chosen(chosen);
  };
  const reset = (rows: number, first: Row[]): void => {
    scrollTo(0);
    top = 0;
    queueMicrotask(() => (top = undefined)); // by then all that draws for these rows has drawn
    total = rows;
    known.clear();
    asked.clear();
    for (const [position, row] of drawn) forget(position, row);
    body.style.height = `${total * rowHeight}px`;
    element.setAttribute("aria-rowcount", String(total + 1));
    take(0, first);
  };
  const take = (start: number, rows: Row[]): void => {
    if (known.size > KEPT) known.clear();
    rows.forEach((row, k) => {
      known.set(start + k, row);
      const old = drawn.get(start + k);
      if (old) old.dataset["known"] = "false";
    });
    draw();
  };

  element.addEventListener("scroll", () => requestAnimationFrame(draw), { signal, passive: true });
  element.addEventListener("click", (event) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-position]");
    if (row) move(Number(row.dataset["position"]) - chosen);
  }, { signal });
  element.addEventListener("dblclick", () => options.entered(), { signal });
  element.addEventListener("keydown", (event) => onKey(event, Math.floor(options.height / rowHeight) - 2, move, options.entered), { signal });
  return { element, reset, take, choose, current: () => known.get(chosen), move, focus: () => element.focus({ preventScroll: true }) };
}

/** How far a key moves the choice; undefined for keys that are none of the grid's. */
export function stepOf(key: string, page: number): number | undefined {
  const steps: Record<string, number> = {
    j: 1, ArrowDown: 1, k: -1, ArrowUp: -1,
    PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity,
  };
  return steps[key];
}

function onKey(event: KeyboardEvent, page: number, move: (step: number) => void, enter: () => void): void {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = stepOf(event.key, page);
  if (step === undefined && event.key !== "Enter") return;
  event.preventDefault();
  event.stopPropagation();
  if (step === undefined) enter();
  else move(step);
}

function headRow(columns: Column[]): HTMLElement {
  const cells = columns.map(({ title }) => h("div", { role: "columnheader" }, title));
  return h("div", { role: "rowgroup", class: "lk-grid-head" }, h("div", { role: "row", class: "lk-row", "aria-rowindex": "1" }, ...cells));
}
