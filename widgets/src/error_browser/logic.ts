// What the browser knows without a page: shapes of its traits, filters and their chips, cells of the confusion.
import type { LabTraits } from "../shared/afm.ts";
import { fill } from "../shared/words.ts";

/** The interface words, by key: those of labkit/texts/browsing.py that begin with `error_browser.`; a test compares. */
// prettier-ignore
export const WORDS = [
  "title_one", "title_two", "earlier", "later", "details", "found", "nothing", "busy", "no_answer",
  "search", "search_hint", "outcome", "only_any", "only_wrong", "only_right", "wrong", "right", "label", "any_label", "status", "any_status",
  "chips", "remove", "clear", "chip_label", "chip_missed", "chip_spurious", "chip_alone",
  "chip_status", "chip_query", "chip_earlier",
  "confusions", "confusions_hint", "pairs_hint", "none_missed", "none_given", "unanswered",
  "cell_right", "cell_swapped", "cell_missed", "cell_spurious", "cell_unanswered", "all_missed", "all_spurious", "of_run",
  "changes", "changes_hint", "whole_rows", "fixed", "regressed", "still_wrong", "still_right", "differ", "change_cell",
  "rows", "column_id", "column_posts", "column_gold", "column_answer", "column_before", "column_after",
  "column_rationale", "column_definition", "column_status", "no_label", "not_labelled", "repeat",
  "opened", "note", "subtask", "rationale", "no_rationale", "unfound", "cites", "reply", "definitions",
  "missed", "spurious", "no_definition", "left_out", "keys", "keys_two",
  "tag", "any_tag", "chip_tag", "why", "triage", "triage_hint", "triage_keys", "tag_cell", "untagged",
  "remedy_prompt", "remedy_gold", "remedy_training", "undo", "undo_what",
  "correct_gold", "gold_form", "gold_none", "reason", "reason_hint", "save_gold", "cancel", "gold_history", "edit", "late",
  "group_flag", "group_flag_hint", "group_blame", "group_blame_hint", "group_theme", "group_theme_hint", "group_suspect", "group_suspect_hint", "group_cell", "look_closer", "looking", "stop_looking", "flags",
] as const;

export type Word = (typeof WORDS)[number];
export type Words = Record<Word, string>;
export type Change = "" | "fixed" | "regressed" | "still_wrong" | "still_right" | "differ";

/** Which rows are wanted; labels by their place, -1 for any. `RowFilter` in labkit/diagnosis says what each means. */
export interface Filter {
  outcome: "any" | "wrong" | "right";
  label: number;
  missed: number;
  spurious: number;
  alone: boolean;
  status: string;
  change: Change;
  tag: string;
  group: string;
  query: string;
  earlier: boolean;
}

/** A filter that is asked for; each asking has a higher revision. */
export type Wanted = Filter & { revision: number };

/** A filter that asks for nothing. */
export const ALL: Readonly<Filter> = {
  outcome: "any", label: -1, missed: -1, spurious: -1, alone: false, status: "", change: "", tag: "", group: "", query: "",
  earlier: false,
}; // prettier-ignore

/** A stretch of a post, and whether the model quoted it. */
export type Stretch = [text: string, quoted: boolean];

/** What the list and the opened row share. */
export interface Named {
  id: string;
  repeat: number;
  gold: string[] | null;
  correct: boolean | null;
  change: Change;
}

/** A row in the list; `row` is its place among all rows, `tag` why it went wrong, in words. */
export interface Line extends Named {
  row: number;
  tag: string;
  posts: Stretch[];
  answers: { labels: string[]; status: string }[];
  rationale: string;
  definition: string;
}

/** One run's answer to the opened row. */
export interface Answer {
  run: number;
  labels: string[];
  status: string;
  answered: boolean;
  correct: boolean | null;
  problem: string;
  reply: string;
  rationale: string;
  flags: [flag: string, words: string][];
  unfound: string[];
  definition: string;
  definitions: { label: string; side: "missed" | "wrong"; text: string }[];
}

/** The chosen row in full; without `id` when nothing was found. */
export interface Opened extends Named {
  revision: number;
  position: number;
  row: number;
  tag: string;
  /** Places of its gold labels, and of those that it may carry. */
  gold_places: number[];
  allowed: number[];
  /** Who corrected its gold, when and why. */
  history: string[];
  posts: { parts: Stretch[]; left_out: number }[];
  note: string;
  subtask: string;
  answers: Answer[];
}

/** Rows that have something in common; groups with the same title stand together. */
export interface Group {
  key: string;
  kind: "blame" | "theme" | "suspect" | "flag";
  title: string;
  words: string;
  rows: number;
}

/** What can be decided, what was, and what that asks for. */
export interface Triage {
  can: boolean;
  several: boolean;
  none: boolean;
  /** What an undo would take back, in words. */
  undo: string;
  tags: Record<string, number>;
  remedies: Record<"gold" | "prompt" | "training", number>;
  untagged: number;
}

/** Counts of one run; arrays by label. */
export interface Confusion {
  right: number[];
  swapped: number[][];
  missed_alone: number[];
  spurious_alone: number[];
  unanswered: number[];
}

/** The traits of ErrorBrowser. */
export interface Traits extends LabTraits<Word> {
  runs: string[];
  labels: string[];
  statuses: [value: string, words: string][];
  item: string;
  total: number;
  labelled: boolean;
  notes: string[];
  confusions: Confusion[];
  verdict: string;
  changes: [fixed: number, regressed: number, stillWrong: number, differ: number][];
  tags: [value: string, words: string][];
  groups: Group[];
  looked: "" | "now" | "done";
  /** The share of that work which is done, 0 to 1. */
  looked_through: number;
  /** What comes of something that takes its time; empty until something does. */
  told: { turn?: number; said?: string };
  triage: Triage;
  memory: string;
  wanted: Wanted;
  position: number;
  view: { revision: number; wanted: Wanted; found: number; rows: Line[] };
  opened: Partial<Opened>;
  editor: string;
}

/** A filter that is on: which of its parts, and how it reads. */
export interface Chip {
  parts: Partial<Filter>;
  text: string;
}

/** What chips take their words from. */
export type ChipWords = Pick<Traits, "words" | "labels" | "statuses" | "tags" | "groups">;

/** The chips of a filter, in the order in which they stand; removing one sets `parts`. */
export function chipsOf(wanted: Filter, { words, labels, statuses, tags, groups }: ChipWords): Chip[] {
  const name = (place: number): string => labels[place] ?? "";
  const named = (known: [string, string][], wanted: string): string => known.find(([value]) => value === wanted)?.[1] ?? wanted;
  const [status, tag] = [named(statuses, wanted.status), named(tags, wanted.tag)];
  const chips: (Chip | false)[] = [
    wanted.outcome !== "any" && { parts: { outcome: "any" }, text: words[`only_${wanted.outcome}`] },
    wanted.change !== "" && { parts: { change: "" }, text: words[wanted.change] },
    wanted.label >= 0 && { parts: { label: -1 }, text: fill(words.chip_label, { label: name(wanted.label) }) },
    wanted.missed >= 0 && { parts: { missed: -1 }, text: fill(words.chip_missed, { label: name(wanted.missed) }) },
    wanted.spurious >= 0 && { parts: { spurious: -1 }, text: fill(words.chip_spurious, { label: name(wanted.spurious) }) },
    wanted.alone && { parts: { alone: false }, text: words.chip_alone },
    wanted.status !== "" && { parts: { status: "" }, text: fill(words.chip_status, { status }) },
    wanted.tag !== "" && { parts: { tag: "" }, text: fill(words.chip_tag, { tag }) },
    wanted.group !== "" && { parts: { group: "" }, text: groupName(groups, wanted.group) },
    wanted.query !== "" && { parts: { query: "" }, text: fill(words.chip_query, { query: wanted.query }) },
    wanted.earlier && { parts: { earlier: false }, text: words.chip_earlier },
  ];
  return chips.filter((chip) => chip !== false);
}

/** A group's name with its title; its key until Python has told. */
function groupName(groups: Group[], key: string): string {
  const found = groups.find((group) => group.key === key);
  return found ? [found.title, found.words].filter(Boolean).join(": ") : key;
}

/** Whether all parts of a filter stand as they do in `wanted`. */
export function includes<Asked extends Filter>(wanted: Asked, parts: Partial<Asked>): boolean {
  return (Object.keys(parts) as (keyof Asked)[]).every((key) => wanted[key] === parts[key]);
}

/** A mistake that can be clicked: how many rows, how it reads, which filter finds them. */
export interface Cell {
  rows: number;
  text: string;
  parts: Partial<Filter>;
}

/** The filter of one cell: whatever else could take rows away is taken off, words that are searched for aside. */
export function only(parts: Partial<Filter>): Partial<Filter> {
  return { outcome: "any", label: -1, missed: -1, spurious: -1, alone: false, status: "", change: "", tag: "", group: "", ...parts };
}

/** One cell of the confusion; -1 as `missed` or `spurious`: nothing on that side. */
export function cellOf(counts: Confusion, labels: string[], words: Words, missed: number, spurious: number): Cell {
  const names = { missed: labels[missed] ?? "", spurious: labels[spurious] ?? "", label: labels[missed] ?? "" };
  const cell = (rows: number, key: Word, parts: Partial<Filter>): Cell => ({
    rows,
    text: fill(words[key], { ...names, rows }),
    parts: only(parts),
  });
  if (missed === spurious) return cell(counts.right[missed] ?? 0, "cell_right", { label: missed, outcome: "right" });
  if (missed < 0) return cell(counts.spurious_alone[spurious] ?? 0, "cell_spurious", { spurious, alone: true });
  if (spurious < 0) return cell(counts.missed_alone[missed] ?? 0, "cell_missed", { missed, alone: true, status: "answered" });
  return cell(counts.swapped[missed]?.[spurious] ?? 0, "cell_swapped", { missed, spurious });
}

/** The rows of a label that have no answer. */
export function unansweredCell(counts: Confusion, labels: string[], words: Words, missed: number): Cell {
  const rows = counts.unanswered[missed] ?? 0;
  const text = fill(words.cell_unanswered, { missed: labels[missed] ?? "", rows });
  return { rows, text, parts: only({ missed, status: "unanswered" }) };
}

/** Every mistake that occurs, the commonest first: for tasks with too many labels for a matrix. */
export function mistakes(counts: Confusion, labels: string[], words: Words): Cell[] {
  const places = [-1, ...labels.keys()];
  const cells = places.flatMap((missed) => places.map((spurious) => [missed, spurious] as const));
  return cells
    .filter(([missed, spurious]) => missed !== spurious)
    .map(([missed, spurious]) => cellOf(counts, labels, words, missed, spurious))
    .concat(labels.map((_, missed) => unansweredCell(counts, labels, words, missed)))
    .filter(({ rows }) => rows > 0)
    .sort((one, other) => other.rows - one.rows);
}

/** A filter as it was kept by the web browser, or undefined when what is there is none. */
export function readFilter(kept: string | null): Filter | undefined {
  try {
    const value: unknown = JSON.parse(kept ?? "null");
    if (typeof value !== "object" || value === null) return undefined;
    const found = Object.entries(ALL).map(([key, fallback]) => {
      const part = (value as Record<string, unknown>)[key];
      return [key, typeof part === typeof fallback ? part : fallback];
    });
    return Object.fromEntries(found) as Filter;
  } catch {
    return undefined;
  }
}
