// The browser as a whole: filters become the `wanted` trait, rows come by pages, the chosen one is shown in full.
import type { HostContext, Model, RenderContext } from "../shared/afm.ts";
import { type Alert, createAlert } from "../shared/alert.ts";
import { debounce, follow } from "../shared/bind.ts";
import { h, quoted, setText } from "../shared/dom.ts";
import { type Column, type Grid, stepOf } from "../shared/grid.ts";
import { keepKeys } from "../shared/keys.ts";
import { createPagedGrid } from "../shared/paged_grid.ts";
import { watchPresses } from "../shared/press.ts";
import { count, fill } from "../shared/words.ts";
import { lineCells } from "./cells.ts";
import { createChanges } from "./changes.ts";
import { createConfusion } from "./confusion.ts";
import { createDetail } from "./detail.ts";
import { createEditorPlace } from "./editor_place.ts";
import { createGroups } from "./groups.ts";
import { createJudging, type Judging } from "./judging.ts";
import { ALL, type Change, chipsOf, type Filter, type Line, type Traits } from "./logic.ts";
import { recall, remember } from "./memory.ts";
import { createToolbar } from "./toolbar.ts";
import { createTriage } from "./triage.ts";

const ROW_HEIGHT = 46;
const HEIGHT = 336;
const BUSY = 500; // ms without an answer before that is said

/** Draws the browser into `el`; all that it shows is in the traits, so a reload shows the same. */
export function renderBrowser(context: HostContext<Traits>): void {
  const { model, el, signal } = context;
  const words = model.get("words");
  const root = h("div", { class: "lk-widget lk-error-browser", lang: model.get("language") });
  keepKeys(root, signal);
  watchPresses(root, signal);
  adoptAnswers(model, signal);
  const alert = createAlert(words.details);
  const want = (parts: Partial<Filter>): void => setFilter(model, parts);
  const editor = createEditorPlace(context, alert, () => backToRows(grid));
  const judging = createJudging(context, alert, { grid: () => grid, openEditor: editor.open });
  const detail = createDetail(model, judging, signal);
  const grid: Grid<Line> = createRows(context, alert, () => detail.focus());
  const toolbar = createToolbar(model, { ask: want, leave: grid.focus }, signal);
  const triage = createTriage(model, { ask: want, undo: judging.undo }, signal);
  const groups = createGroups(context, alert, want);
  const side = h("aside", {}, createChanges(model, want, signal), createConfusion(model, want, signal), triage, groups);
  const nothing = h("p", { class: "lk-nothing" });
  const keys = [model.get("changes").length ? words.keys_two : words.keys, ...(model.get("triage").can ? [words.triage_keys] : [])];

  root.append(header(model, signal), notes(model, signal), toolbar.element, alert.element, grid.element, nothing, judging.said);
  root.append(...keys.map((text) => h("p", { class: "lk-soft lk-keys" }, text)), h("div", { class: "lk-below" }, detail, side));
  root.addEventListener("keydown", (event) => onKey(event, { model, grid, judging, search: toolbar.search }), { signal });
  follow(model, ["view"], () => setText(nothing, model.get("view").found ? "" : words.nothing), signal);
  follow(model, ["problem"], () => alert.show(model.get("problem")), signal);
  el.append(root, editor.element); // beside, not in it: keys of the browser are none of the editor's
  grid.choose(model.get("position"));
  const kept = recall(model.get("memory"));
  if (kept && model.get("wanted").revision === 0) want(kept);
}

/** Sets parts of the filter, keeps them for the next time, and begins at the first row. */
function setFilter(model: Model<Traits>, parts: Partial<Filter>): void {
  const { revision, ...before } = model.get("wanted");
  const wanted = { ...before, ...parts };
  remember(model.get("memory"), wanted);
  model.set("wanted", { ...wanted, revision: revision + 1 });
  model.set("position", 0);
  model.save_changes();
}

/** Takes over the filter that Python answers when it is newer than what was asked here: code or another page asked. */
function adoptAnswers(model: Model<Traits>, signal: AbortSignal): void {
  const adopt = (): void => {
    const { wanted } = model.get("view");
    if (wanted.revision > model.get("wanted").revision) model.set("wanted", wanted);
  };
  model.on("change:view", adopt);
  signal.addEventListener("abort", () => model.off("change:view", adopt));
  adopt();
}

/** The list of rows. */
function createRows(context: RenderContext<Traits>, alert: Alert, entered: () => void): Grid<Line> {
  const words = context.model.get("words");
  const cells = (line: Line): (Node | string)[] => lineCells(line, words);
  const look = { name: words.rows, columns: columns(context.model), rowHeight: ROW_HEIGHT, height: HEIGHT, cells, entered };
  return createPagedGrid<Line>(context, alert, look);
}

function columns(model: Model<Traits>): Column[] {
  const words = model.get("words");
  const answers = model.get("changes").length ? [words.column_before, words.column_after] : [words.column_answer];
  return [
    { title: words.column_id, width: "minmax(56px, 0.5fr)" },
    { title: words.column_posts, width: "minmax(180px, 2.6fr)" },
    { title: words.column_gold, width: "minmax(76px, 1.1fr)" },
    ...answers.map((title) => ({ title, width: "minmax(76px, 1.1fr)" })),
    { title: words.column_rationale, width: "minmax(120px, 1.7fr)" },
    { title: words.column_definition, width: "minmax(56px, 0.6fr)" },
    { title: words.column_status, width: "minmax(98px, 0.7fr)" },
  ];
}

/** Whose rows these are, how many fit, and whether Python is still looking. */
function header(model: Model<Traits>, signal: AbortSignal): HTMLElement {
  const [words, language, runs] = [model.get("words"), model.get("language"), model.get("runs")];
  const title = runs.length > 1 ? words.title_two : fill(words.title_one, { run: runs[0] ?? "" });
  const found = h("span", { class: "lk-found", role: "status" });
  const looking = (): boolean => model.get("view").revision !== model.get("wanted").revision;
  const wait = debounce(() => looking() && setText(found, words.busy), BUSY, signal);
  const show = (): void => {
    if (looking()) return wait.soon();
    setText(found, fill(words.found, { found: count(model.get("view").found, language), total: count(model.get("total"), language) }));
  };
  follow(model, ["view", "wanted"], show, signal);
  const names = runs.length > 1 ? runs.map((run, k) => h("p", { class: "lk-soft" }, h("b", {}, k ? words.later : words.earlier), " ", quoted(run))) : [];
  return h("header", { class: "lk-head" }, h("h2", { dir: "auto" }, title), found, ...names);
}

function notes(model: Model<Traits>, signal: AbortSignal): HTMLElement {
  const list = h("ul", { class: "lk-notes" });
  follow(model, ["notes"], () => list.replaceChildren(...model.get("notes").map((note) => h("li", { dir: "auto" }, note))), signal);
  return list;
}

interface Keyed {
  model: Model<Traits>;
  grid: Grid<Line>;
  judging: Judging;
  search: HTMLInputElement;
}

/** Keys of the whole widget; a field keeps its own, except Escape, which leads back to the list. */
function onKey(event: KeyboardEvent, keyed: Keyed): void {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target as HTMLElement;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
  const action = event.key === "Escape" ? () => backToRows(keyed.grid) : typing ? undefined : keyAction(event.key, keyed);
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

/** The list takes the focus and comes into sight: what was left may stand a page below it. */
function backToRows(grid: Grid<Line>): void {
  grid.focus();
  grid.element.scrollIntoView({ block: "nearest" });
}

function keyAction(key: string, { model, grid, judging, search }: Keyed): (() => void) | undefined {
  const wanted = model.get("wanted");
  const ask = (parts: Partial<Filter>) => (): void => setFilter(model, parts);
  if (key === "/") return () => search.focus();
  if (key === "c") return ask(ALL);
  if (/^[0-8]$/.test(key)) return () => judging.tagChosen(Number(key));
  if (key === "g") return judging.correct;
  if (key === "u") return judging.undo;
  if (key === "q") return () => judging.send("enqueue");
  if (key === "m") return () => judging.send("more_like");
  if (key === "x") return judging.edit;
  if (key === "e" && model.get("labelled")) return ask({ outcome: wanted.outcome === "wrong" ? "any" : "wrong", change: "" });
  if (key === "Backspace") return ask(chipsOf(wanted, { words: model.get("words"), labels: [], statuses: [], tags: [], groups: [] }).at(-1)?.parts ?? {});
  const change: Change | undefined = ({ f: "fixed", r: "regressed", w: "still_wrong", d: "differ" } as const)[key];
  if (change && model.get("changes").length) return ask({ change: wanted.change === change ? "" : change, outcome: "any" });
  const step = stepOf(key, 1);
  return (key === "j" || key === "k") && step ? () => grid.move(step) : undefined;
}
