// What the board knows without a page: shapes of its traits, which key stands for which label, what is chosen.
import type { LabTraits } from "../shared/afm.ts";

/** The interface words, by key: those of labkit/texts/boarding.py that begin with `dataset_board.`; a test compares. */
// prettier-ignore
export const WORDS = [
  "title", "annotator", "details", "progress", "waiting", "kinds", "all", "kind_cell",
  "list", "column_kind", "column_post", "column_labels", "column_state", "nothing",
  "opened", "carried", "no_label", "not_labelled", "times", "row", "note_of_row", "more", "left_out",
  "definitions", "no_definition", "sides", "verdict", "choose", "reason", "reason_hint",
  "confirm", "keep", "drop", "skip", "undo", "undo_what", "show_votes", "hide_votes", "votes", "no_votes",
  "choose_first", "settle_first", "keys", "late", "no_answer", "masked", "unmask", "narrow", "narrow_hint",
  "unclear", "is_unclear", "flag_first",
] as const;

export type Word = (typeof WORDS)[number];
export type Words = Record<Word, string>;
export type State = "open" | "skipped" | "waiting" | "decided";
export type Action = "relabel" | "keep" | "drop" | "skip";

/** An item in the list. */
export interface Line {
  id: string;
  kind: string;
  state: State;
  said: string;
  post: string;
  labels: string[];
}

/** One row of the opened item; a post that was cut says how many characters are missing. */
export interface Row {
  id: string;
  labels: string[] | null;
  posts: [text: string, left_out: number][];
  note: string;
}

/** The chosen item in full; without `id` when there is none. Labels by their place. */
export interface Opened {
  revision: number;
  position: number;
  id: string;
  kind: string;
  state: State;
  reasons: string[];
  rows: Row[];
  more: number;
  /** Whether personal data is masked in what is shown. */
  masked: boolean;
  carried: [labels: string[] | null, rows: number][];
  /** What all rows carry; null when they differ or are not labelled. */
  current: number[] | null;
  question: number[];
  /** Labels whose definitions this annotator called unclear here. */
  unclear: number[];
  allowed: number[];
  sides: { who: string; said: string; reason: string }[];
  verdict: string;
}

/** What one model answered. */
export interface Vote {
  row: string;
  model: string;
  labels: string[];
  status: string;
  rationale: string;
}

/** The traits of labkit/widgets/dataset_board.py; a test compares them. */
export interface Traits extends LabTraits<Word> {
  annotator: string;
  labels: string[];
  definitions: string[];
  item: string;
  several: boolean;
  none: boolean;
  kinds: [kind: string, words: string, open: number, total: number][];
  progress: { decided: number; waiting: number; total: number };
  notes: string[];
  last: string;
  wanted: { kind: string; revision: number };
  position: number;
  view: { revision: number; found: number; rows: Line[] };
  opened: Partial<Opened>;
  unmasked: string;
}

const KEYS = "123456789qwertyiopghlzxcbm"; // without the keys of commands: a d f j k n s u v

/** Place of a label -> its key. In the order shown, so that keys stay the same; of too many labels those in question first. */
export function keysOf(allowed: number[], question: number[]): Map<number, string> {
  const first = question.filter((place) => allowed.includes(place));
  const order = allowed.length <= KEYS.length ? allowed : [...first, ...allowed.filter((place) => !first.includes(place))];
  return new Map(order.slice(0, KEYS.length).map((place, k) => [place, KEYS[k]!]));
}

/** Whether there are more labels than keys, so that they are looked for by their names. */
export function overflows(allowed: number[]): boolean {
  return allowed.length > KEYS.length;
}

/** The labels whose names hold what was typed. */
export function narrowed(allowed: number[], labels: string[], typed: string): number[] {
  const wanted = typed.trim().toLowerCase();
  return allowed.filter((place) => (labels[place] ?? "").toLowerCase().includes(wanted));
}

/** What is chosen after a label's key or button: one more or less, or where only one may be, that one. */
export function toggled(chosen: number[], place: number, several: boolean): number[] {
  if (chosen.includes(place)) return chosen.filter((one) => one !== place);
  return several ? [...chosen, place].sort((a, b) => a - b) : [place];
}

/** What Enter does: undefined where something must be chosen first. */
export function confirmed(touched: boolean, current: number[] | null): Action | undefined {
  if (!touched) return current ? "keep" : undefined;
  return "relabel";
}

/** The definitions to show: of the labels in question, and of those chosen beside them. */
export function defined(question: number[], chosen: number[]): number[] {
  return [...question, ...chosen.filter((place) => !question.includes(place))];
}
