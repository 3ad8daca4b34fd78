// A queue of a hundred items on the board, as Python would hand it over; hostile text included on purpose.
import type { Line, Opened, Traits, Word, Words } from "../src/dataset_board/logic.ts";
import { WORDS } from "../src/dataset_board/logic.ts";
import { HOSTILE } from "./sample.ts";

const TEMPLATES: Partial<Record<Word, string>> = {
  annotator: "annotator {name}",
  progress: "{decided} of {total}",
  waiting: "{waiting} waiting",
  kind_cell: "{kind} {open}/{total}",
  times: "{labels} x {rows}",
  row: "row {id}",
  more: "more {rows}",
  left_out: "left out {characters}",
  undo_what: "undo {what}",
  late: "late {seconds}",
  keys: "keys {labels}",
};

export const BOARD_WORDS = Object.fromEntries(WORDS.map((word) => [word, TEMPLATES[word] ?? word])) as Words;

export function boardLine(position: number): Line {
  return { id: `item-${position}`, kind: "conflict", state: "open", said: "open", post: `post ${position} ${HOSTILE}`, labels: ["delivery"] };
}

export function boardItem(position: number, changes: Partial<Opened> = {}): Opened {
  return {
    ...{ revision: 1, position, id: `item-${position}`, kind: "suspect label", state: "open", verdict: "", more: 0, masked: false },
    reasons: ["a model doubts it", HOSTILE],
    rows: [{ id: `row-${position}`, labels: ["delivery"], posts: [["late: two days", 0], [HOSTILE, 7]], note: "irony" }],
    carried: [[["delivery"], 1]],
    ...{ current: [0], question: [0, 1], unclear: [], allowed: [0, 1, 2], sides: [] },
    ...changes,
  };
}

export function boardTraits(changes: Partial<Traits> = {}): Traits {
  return {
    ...{ words: BOARD_WORDS, language: "en", problem: {}, annotator: HOSTILE },
    labels: ["delivery", "refund", "quality"],
    definitions: ["It came late.", "", "It broke."],
    ...{ item: "Post", several: true, none: true, last: "" },
    kinds: [["conflict", "conflict", 3, 10], ["label", "suspect label", 90, 90]],
    progress: { decided: 7, waiting: 1, total: 100 },
    notes: ["style was not examined"],
    wanted: { kind: "", revision: 0 },
    position: 0,
    view: { revision: 1, found: 100, rows: Array.from({ length: 60 }, (_, k) => boardLine(k)) },
    opened: boardItem(0),
    unmasked: "",
    ...changes,
  };
}
