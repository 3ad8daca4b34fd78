// A small prompt in the editor, as Python would hand it over; hostile text included on purpose.
import { type Draft, type Finding, type Traits, type Version, WORDS, type Words } from "../src/prompt_editor/logic.ts";

export const HOSTILE = `<img src=x onerror="window.hacked=1"></script>\u202Eabc`;

export function sampleDraft(): Draft {
  return {
    revision: 0,
    filled: 0,
    system: "You sort posts. {{definitions}} {{answer}}",
    input: "{{posts}}",
    instruction: "Answer now.",
    shots: "",
    rationale: "before",
    retrieved: 3,
    message: "",
    definitions: [
      { label: "refund", text: "Money back.", includes: ["waiting", "asking again"], excludes: ["prices"], examples: [] },
      { label: HOSTILE, text: HOSTILE, includes: [], excludes: [], examples: [] },
    ],
  };
}

/** A finding about the first card. */
export function sampleFinding(changes: Partial<Finding> = {}): Finding {
  return {
    rule: "short",
    severity: "warning",
    section: "definitions",
    label: "refund",
    quote: "Money back.",
    reason: `too short ${HOSTILE}`,
    fix: "say more",
    source: "a guide",
    rows: [["b", true], ["elsewhere", false]],
    more: 3,
    ...changes,
  }; // prettier-ignore
}

/** Two versions and one that cannot be read, the newest first. */
export function sampleVersions(): Version[] {
  const score = { model: "reader", rows: 16, pending: 0, metric: "macro_f1", value: 0.75, low: 0.5, high: 0.9 };
  return [
    { name: "v3", message: "", problem: HOSTILE, scores: [] },
    { name: "v2", message: `shorter ${HOSTILE}`, problem: "", scores: [score, { ...score, pending: 4 }, { ...score, value: null }] },
    { name: "v1", message: "", problem: "", scores: [] },
  ];
}

/** All traits of a PromptEditor; words are their own keys, with the placeholders that the real ones have. */
export function sampleTraits(changes: Partial<Traits> = {}): Traits {
  const words = Object.fromEntries(WORDS.map((key) => [key, key])) as Words;
  const placeholders = { saved: "saved {name} {where}", unchanged: "unchanged {name}", no_answer: "no_answer {seconds}" };
  return {
    words: { ...words, ...placeholders, forecast_calls: "{rows}/{of} {calls} saved {saved}", forecast_before: "{version} {calls}", forecast_money: "{money} {currency}", run_progress: "{done}/{total}", run_open: "open {open}/{asked}", result_score: "{metric} {value} {low} {high}", result_before: "{version} {value}", result_delta: "{value} {low} {high}", result_rows: "{asked} {control} {saved}", result_unanswered: "unanswered {unanswered}", limit: "limit {currency}", score: "{metric} {value} {low} {high} {model} {rows}", score_open: "{model} {pending}/{rows}", restore_of: "restore {name}", changes_of: "changes of {name}", restored: "restored {name}", restored_same: "same {name}", unchanged_definitions: "{count} same", unchanged_sentences: "{count} same", moved_labels: "moved {labels}", rationale_changed: "{before} {after}", retrieved_changed: "fetched {before} {after}", outside_changed: "changed {name}", outside_unreadable: "unreadable {problem}", findings_count: "{errors} {warnings} {notes}", finding_row: "row {id}", finding_more: "+{more}", tokens_total: "{total} {how}", tokens_shared: "{shared} {share}", shown_of: "{shown}/{total}" },
    language: "en",
    problem: {},
    version: "v2",
    task_language: "en",
    item: "Post",
    labels: ["refund", HOSTILE],
    titles: ["a · one", `b · ${HOSTILE}`],
    total: 2,
    position: 0,
    draft: sampleDraft(),
    preview: {
      revision: 0,
      position: 0,
      title: "a · one",
      sha256: "sha",
      changed: false,
      gold: ["refund"],
      answers: [],
      fetching: false,
      problem: "",
      messages: [
        { role: "system", parts: [["system", "You sort posts.", true]] },
        { role: "user", parts: [["posts", `Post 1: one\nPost 2: ${HOSTILE}`, false], ["instruction", "\n\nAnswer now.", false]] },
      ],
      tokens: {
        sections: [
          { section: "system", tokens: 4.2, shared: true },
          { section: "posts", tokens: 14.1, shared: false },
          { section: "instruction", tokens: 3, shared: false },
        ],
        total: 21.3,
        shared: 4.2,
        tokenizer: "",
        measured_on: 0,
      },
    },
    findings: {},
    versions: [],
    outside: {},
    models: [],
    asked: {},
    currency: "CNY",
    forecast: {},
    trial: {},
    saved: {},
    can_save: true,
    can_fetch: true,
    ...changes,
  };
}
