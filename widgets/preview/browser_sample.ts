// A run of a thousand rows in the browser, as Python would hand it over; hostile text included on purpose.
import type { Host, Invoke } from "../src/shared/afm.ts";
import { ALL, type Line, type Opened, type Traits, type Wanted, type Word, WORDS, type Words } from "../src/error_browser/logic.ts";
import { HOSTILE } from "./sample.ts";

const TEMPLATES: Partial<Record<Word, string>> = {
  found: "{found} of {total}",
  remove: "remove {filter}",
  chip_missed: "chip_missed {label}",
  chip_status: "chip_status {status}",
  cell_swapped: "cell_swapped {missed} {spurious} {rows}",
  cell_right: "cell_right {label} {rows}",
  change_cell: "{label} {change} {rows}",
  all_missed: "all_missed {label}",
  group_cell: "{title}{words} {rows}",
  tag_cell: "{tag} {rows}",
  chip_tag: "chip_tag {tag}",
  undo_what: "undo {what}",
  no_answer: "no answer in {seconds} s",
};

export const WORDS_SAMPLE = Object.fromEntries(WORDS.map((word) => [word, TEMPLATES[word] ?? word])) as Words;

/** A page without any other widget. */
export const NO_EDITOR: Host = { getWidget: () => Promise.reject(new Error("there is no other widget")) };

export function sampleLine(position: number): Line {
  return {
    id: `row-${position}`,
    row: position,
    tag: "",
    repeat: 0,
    posts: [["late: ", false], ["two days", true], [` ${HOSTILE}`, false]],
    gold: ["delivery"],
    correct: false,
    change: "",
    answers: [{ labels: ["refund"], status: "" }],
    rationale: `because ${HOSTILE}`,
    definition: "refund",
  };
}

export function sampleRow(position: number): Opened {
  const { id, repeat, gold, correct, change } = sampleLine(position);
  const definitions = [
    { label: "delivery", side: "missed" as const, text: "It came late." },
    { label: "refund", side: "wrong" as const, text: "" },
  ];
  const said = { rationale: HOSTILE, flags: [["denies", HOSTILE] as [string, string]], unfound: ["nowhere"], definition: "refund", definitions };
  return {
    ...{ id, repeat, gold, correct, change, revision: 0, position, note: "", subtask: "", row: position, tag: "" },
    ...{ gold_places: [0], allowed: [0, 1], history: [] },
    posts: [{ parts: [["late: ", false], ["two days", true]], left_out: 0 }],
    answers: [{ run: 0, labels: ["refund"], status: "", answered: true, correct: false, problem: "", reply: "", ...said }],
  };
}

/** What Python answers to a filter: how many rows, and the first of them. */
export function sampleView(wanted: Partial<Wanted>, found: number): Traits["view"] {
  const { revision, ...filter } = { ...ALL, revision: 0, ...wanted };
  const rows = Array.from({ length: Math.min(found, 60) }, (_, k) => sampleLine(k));
  return { revision, wanted: { ...filter, revision }, found, rows };
}

export function sampleTraits(changes: Partial<Traits> = {}): Traits {
  const found = 1000;
  return {
    words: WORDS_SAMPLE,
    language: "en",
    problem: {},
    runs: ["v1 · model"],
    labels: ["delivery", "refund"],
    statuses: [["answered", "answered"], ["failed", "no reply"], ["unanswered", "any"]],
    item: "Post",
    total: 2000,
    labelled: true,
    notes: [],
    confusions: [
      { right: [7, 8], swapped: [[0, 4], [0, 0]], missed_alone: [2, 0], spurious_alone: [0, 3], unanswered: [1, 0] },
    ],
    changes: [],
    verdict: "",
    tags: [["gold_wrong", "gold wrong"], ["injection", "injection"], ["untagged", "not tagged"]],
    triage: { can: true, several: true, none: true, undo: "", tags: { gold_wrong: 2, injection: 0 }, remedies: { gold: 2, prompt: 0, training: 0 }, untagged: 5 },
    groups: [
      { key: "flag.denies_answer", kind: "flag", title: "", words: "denies", rows: 3 },
      { key: "blame.0.fixed", kind: "blame", title: "refund, “a” became “b”", words: "fixed", rows: 9 },
      { key: "blame.0.broken", kind: "blame", title: "refund, “a” became “b”", words: "broke", rows: 0 },
    ],
    looked: "done",
    looked_through: 0,
    told: {},
    memory: "",
    editor: "",
    wanted: { ...ALL, outcome: "wrong", revision: 0 },
    position: 0,
    view: sampleView({ outcome: "wrong", revision: 0 }, found),
    opened: sampleRow(0),
    ...changes,
  }; // prettier-ignore
}

/** Answers `page` as Python does, for any filter. */
export const answerPages: Invoke = async (_name, message) => {
  const { start, count } = message as { start: number; count: number };
  const rows = Array.from({ length: Math.max(0, Math.min(count, 1000 - start)) }, (_, k) => sampleLine(start + k));
  return [{ ok: true, revision: 0, start, rows }, []];
};
