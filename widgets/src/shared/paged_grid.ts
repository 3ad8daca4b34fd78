// A list whose lines come from Python by pages: `view` says of which rows, `position` which of them is chosen.
import type { LabTraits, RenderContext } from "./afm.ts";
import type { Alert } from "./alert.ts";
import { debounce, follow } from "./bind.ts";
import { ask } from "./commands.ts";
import { createGrid, type Grid, type GridOptions } from "./grid.ts";
import { drawUnpressed } from "./press.ts";
import { fill } from "./words.ts";

const PATIENCE = 30; // s to wait for a page; the kernel may be busy
const REST = 50; // ms a choice must stand before its row is asked for in full

/** The traits of a widget with such a list (`page` is its command in Python). */
export interface PagedTraits<Line> extends LabTraits<"no_answer"> {
  view: { revision: number; found: number; rows: Line[] };
  position: number;
}

/** What the list looks like; where its lines come from is known. */
export type Look<Line> = Omit<GridOptions<Line>, "ask" | "chosen">;

/** A list whose choice is known to the kernel a moment later. */
export interface PagedGrid<Line> extends Grid<Line> {
  /** Whether the kernel knows which line is chosen. */
  settled(): boolean;
}

/** Builds the list; a page that was overtaken by another view is dropped. */
export function createPagedGrid<Line>(context: RenderContext<PagedTraits<Line>>, alert: Alert, look: Look<Line>): PagedGrid<Line> {
  const { model, signal, experimental } = context;
  const fetchPage = async (start: number, count: number): Promise<void> => {
    const { revision } = model.get("view");
    type Page = { revision: number; start: number; rows: Line[] };
    const reply = await ask<Page>(experimental.invoke, "page", { start, count }, PATIENCE);
    const outdated = (): boolean => signal.aborted || model.get("view").revision !== revision;
    if (outdated()) return;
    if (!reply.ok) return alert.show(reply.late ? fill(model.get("words").no_answer, { seconds: PATIENCE }) : reply);
    if (reply.revision === revision) drawUnpressed(() => outdated() || grid.take(reply.start, reply.rows));
  };
  let latest = model.get("position");
  const choose = debounce(() => {
    model.set("position", latest);
    model.save_changes();
  }, REST, signal);
  const chosen = (position: number): void => {
    latest = position;
    choose.soon();
  };
  const grid = createGrid<Line>({ ...look, ask: fetchPage, chosen }, signal);
  const showChoice = (): void => {
    latest = model.get("position");
    grid.choose(latest);
  };
  follow(model, ["view"], () => {
    grid.reset(model.get("view").found, model.get("view").rows);
    showChoice();
  }, signal);
  follow(model, ["position"], () => model.get("position") === latest || showChoice(), signal);
  return { ...grid, settled: () => latest === model.get("position") };
}
