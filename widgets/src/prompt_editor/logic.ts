// What the editor knows without a page: the draft's shape, lines and lists, index prefixes.
import type { LabTraits } from "../shared/afm.ts";

/** The lists of a definition, in the order they stand in a prompt. */
export const LISTS = ["includes", "excludes", "examples"] as const;
export const RATIONALES = ["before", "after", "none"] as const;
/** The free texts: the three sections, and the few-shot examples ("shots"; a card's examples are something else). */
export const SECTIONS = ["system", "shots", "input", "instruction"] as const;

/** As many examples as labkit/prompts/file.py lets a prompt fetch for a row. */
export const MOST_RETRIEVED = 32;

/** The interface words, by key: those of labkit/texts/views.py that begin with `prompt_editor.`; a test compares. */
// prettier-ignore
export const WORDS = [
  "title", "edited", "details", "key_try", "key_save",
  "system", "system_hint", "input", "input_hint", "instruction", "instruction_hint", "shots", "shots_hint",
  "definitions", "definitions_hint", "meaning", "includes", "excludes", "examples", "one_per_line",
  "unknown_label", "remove", "retrieved", "retrieved_count", "retrieved_hint", "rationale", "rationale_before", "rationale_after", "rationale_none",
  "preview", "fetching", "example", "previous", "next", "go_to", "shown_of", "busy",
  "tokens_total", "tokens_estimated", "tokens_corrected", "tokens_counted", "tokens_shared", "answer", "posts", "shared",
  "finding_error", "finding_warning", "finding_note", "findings", "findings_count", "findings_none",
  "finding_next", "finding_fix", "finding_source", "finding_rows", "finding_row", "finding_more",
  "views", "tab_preview", "tab_versions", "current", "scores", "score", "score_open", "score_none",
  "restore", "restore_of", "restored", "restored_same", "restored_before", "comma", "undo", "undone", "changes", "changes_of", "from", "to", "the_form",
  "by_line", "nothing_changed", "unchanged_definitions", "unchanged_sentences", "moved_labels",
  "rationale_changed", "retrieved_changed", "kind_changed", "kind_added", "kind_removed", "kind_reordered",
  "was_removed", "was_added", "was_moved",
  "outside_changed", "outside_gone", "outside_unreadable", "outside_first",
  "outside_reload", "outside_merge", "outside_keep", "outside_show",
  "tab_run", "model", "rows", "rows_affected", "rows_sample", "rows_dev", "sample_size", "limit", "limit_first",
  "forecast_calls", "forecast_before", "forecast_money", "forecast_free", "forecast_no_price", "forecast_waits",
  "run_start", "run_stop", "run_all", "run_started", "run_progress", "run_stopping", "run_stopped", "run_open", "run_busy",
  "consent", "consent_mask", "consent_send", "result", "result_earlier", "result_score", "result_estimate",
  "result_sample", "result_before", "result_delta", "result_none", "verdict_better", "verdict_worse", "verdict_unclear",
  "result_rows", "result_unanswered", "fixed", "regressed", "still_wrong", "no_rows",
  "row_answers", "gold", "no_label", "this_edit", "earlier_edit", "right", "wrong",
  "message", "message_hint", "save", "saving", "saved", "unchanged", "no_save", "no_answer",
] as const;

export type Word = (typeof WORDS)[number];
export type Words = Record<Word, string>;
export type Section = (typeof SECTIONS)[number];
export type Rationale = (typeof RATIONALES)[number];

/** One label's card. */
export interface Card {
  label: string;
  text: string;
  includes: string[];
  excludes: string[];
  examples: string[];
}

/** A prompt as the form edits it; `draft_of` in labkit/widgets/prompt_editor.py makes it. */
export interface Draft extends Record<Section, string> {
  revision: number;
  filled: number; // how often Python has filled in the form: it takes no draft typed before that
  rationale: Rationale;
  retrieved: number; // how many examples are fetched for each row
  message: string;
  definitions: Card[];
}

/** What wrote a stretch of a message: a section's own words, or what stands in a placeholder's place. */
export type Origin = Section | "definitions" | "examples" | "answer" | "retrieved" | "posts";

/** A message as it is sent, in parts: what wrote it, its text, and whether every row shares it. */
export interface Message {
  role: string;
  parts: [Origin, string, boolean][];
}

/** Tokens by section; `tokenizer` is the model whose own one counted, "" where they are estimated. */
export interface Tokens {
  sections: { section: Origin; tokens: number; shared: boolean }[];
  total: number;
  shared: number;
  tokenizer: string;
  measured_on: number;
}

/** What one prompt answered about the chosen example in the last trial; `version` is "" for the edit's. */
export interface RowAnswer {
  version: string;
  prompt: string;
  labels: string[];
  correct: boolean | null;
  said: string;
}

/** The chosen example as it is sent, or the problem why it cannot be; made from one revision at one position. */
export interface Preview {
  revision: number;
  position: number;
  title: string;
  sha256: string;
  changed: boolean;
  gold: string[] | null;
  answers: RowAnswer[];
  messages: Message[];
  tokens: Partial<Tokens>;
  fetching: boolean; // the examples from the pool, which are not among the messages yet
  problem: string;
}

export const SEVERITIES = ["error", "warning", "note"] as const;

/** What lint says of a place in the prompt; `label` is "" where it is about no definition. */
export interface Finding {
  rule: string;
  severity: (typeof SEVERITIES)[number];
  section: string;
  label: string;
  quote: string;
  reason: string;
  fix: string;
  source: string;
  rows: [id: string, among: boolean][];
  more: number;
}

/** A version's score by one model, with its interval; `value` is null without gold. */
export interface Score {
  model: string;
  rows: number;
  pending: number;
  metric: string;
  value: number | null;
  low?: number;
  high?: number;
}

/** A version's file as it is now; `problem` says why it cannot be read. */
export interface Version {
  name: string;
  message: string;
  problem: string;
  scores: Score[];
}

/** What happened outside to the file of the opened version; {} when nothing did. */
export interface Outside {
  kind?: "changed" | "gone" | "unreadable";
  name?: string;
  problem?: string;
}

export const TRIAL_ROWS = ["affected", "sample", "dev"] as const;
export type TrialRows = (typeof TRIAL_ROWS)[number];

/** What a trial will take, or why there can be none; made for one revision of the draft. */
export interface Forecast {
  revision: number;
  problem: string;
  rows_wished: TrialRows;
  rows: number;
  of: number;
  calls: number;
  before_calls: number;
  money: number | null;
  currency: string;
  free: boolean;
}

/** A value with its interval; the limits are missing where it is known exactly. */
export interface Limits {
  value: number;
  low?: number;
  high?: number;
}

/** What came of a trial; `trial_shown` in labkit/views/trial_result.py makes it. */
export interface Result {
  prompt: string;
  before_name: string;
  model: string;
  metric: string;
  asked: number;
  open: number;
  unanswered: number;
  saved: number;
  control: number;
  estimated: boolean;
  whole: boolean;
  verdict: "better" | "worse" | "cannot tell" | "";
  after: Limits | null;
  before: Limits | null;
  delta: Limits | null;
  fixed: string[];
  fixed_count: number;
  regressed: string[];
  regressed_count: number;
  still_wrong: string[];
  still_wrong_count: number;
}

/** The trial on its way, or the last one. */
export interface Trial {
  state?: "running" | "stopping" | "done" | "open" | "stopped" | "consent" | "refused";
  revision?: number;
  done?: number;
  total?: number;
  note?: string;
  problem?: string;
  details?: string;
  result?: Result;
}

/** The traits of PromptEditor. */
export interface Traits extends LabTraits<Word> {
  version: string;
  task_language: string;
  item: string;
  labels: string[];
  titles: string[];
  total: number;
  position: number;
  draft: Draft;
  preview: Preview;
  findings: { revision?: number; found?: Finding[] };
  versions: Version[];
  outside: Outside;
  models: string[];
  currency: string;
  forecast: Partial<Forecast>;
  trial: Trial;
  saved: { name?: string; where?: string };
  can_save: boolean;
  can_fetch: boolean;
  asked: { turn?: number; labels?: string[]; row?: boolean };
}

/** A list typed one per line: trimmed, empty lines left out. */
export function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Whether two drafts say the same; the revision is only a counter. */
export function sameDraft(one: Draft, other: Draft): boolean {
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
}

function ordered({ system, input, instruction, shots, rationale, retrieved, message, definitions }: Draft): unknown[] {
  const cards = definitions.map(({ label, text, includes, excludes, examples }) => [label, text, includes, excludes, examples]);
  return [system, input, instruction, shots, rationale, retrieved, message, cards];
}

/** A position inside the list: stepping stops at its ends. */
export function clamp(position: number, length: number): number {
  return Math.max(0, Math.min(position, length - 1));
}

/** A stretch of a message; `index` marks the `微博 1:` that labkit wrote before a post. */
export interface Stretch {
  text: string;
  index: boolean;
}

/** Parts rendered posts at their index prefixes, numbered 1, 2, 3, …; the texts joined give the posts again. */
export function stretches(content: string, item: string): Stretch[] {
  const found: Stretch[] = [];
  let rest = content;
  for (let k = 1; ; k += 1) {
    const prefix = `${item} ${k}: `;
    const at = rest.startsWith(prefix) ? 0 : rest.indexOf(`\n${prefix}`) + 1;
    if (at === 0 && !rest.startsWith(prefix)) break;
    found.push({ text: rest.slice(0, at), index: false }, { text: prefix, index: true });
    rest = rest.slice(at + prefix.length);
  }
  return [...found, { text: rest, index: false }].filter(({ text }) => text !== "");
}

/** Where a finding is shown: at a definition's card, or at the field of its section. */
export function placeOf({ label, section }: Finding): string {
  if (label) return cardPlace(label);
  const fields: Record<string, string> = { definitions: "definitions", examples: "shots", posts: "input" };
  return fields[section] ?? section;
}

/** The place of a label's card, whatever the label is called. */
export function cardPlace(label: string): string {
  return `card ${label}`;
}

/** How many findings there are of each severity. */
export function severityCounts(found: Finding[]): Record<string, number> {
  const of = (severity: string): number => found.filter((finding) => finding.severity === severity).length;
  return { errors: of("error"), warnings: of("warning"), notes: of("note") };
}

/** Whether the preview is of an older draft or another example than the editor shows. */
export function outdated(preview: Preview, draft: Draft, position: number): boolean {
  return preview.revision !== draft.revision || preview.position !== position;
}
