import { fill } from "../shared/words.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL, cellOf, chipsOf, includes, mistakes, readFilter, unansweredCell } from "./logic.ts";
import { sampleTraits } from "../../preview/browser_sample.ts";

const { words, labels, statuses, tags, groups, confusions } = sampleTraits();
const counts = confusions[0]!;

test("every part of a filter that is on has a chip, and each chip takes off its part", () => {
  const wanted = {
    ...ALL, outcome: "wrong", label: 0, missed: 1, spurious: 0, alone: true, status: "failed", change: "fixed", tag: "injection", group: "flag.denies_answer", query: "x",
    earlier: true,
  } as const; // prettier-ignore
  const chips = chipsOf(wanted, { words, labels, statuses, tags, groups });
  assert.deepEqual(Object.assign({}, ...chips.map(({ parts }) => parts)), ALL);
  assert.deepEqual(chipsOf(ALL, { words, labels, statuses, tags, groups }), []);
});

test("chips name labels and statuses as the user knows them", () => {
  const chips = chipsOf({ ...ALL, missed: 1, status: "failed", tag: "untagged" }, { words, labels, statuses, tags, groups });
  assert.deepEqual(chips.map(({ text }) => text), ["chip_missed refund", "chip_status no reply", "chip_tag not tagged"]);
  const blamed = chipsOf({ ...ALL, group: "blame.0.fixed" }, { words, labels, statuses, tags, groups });
  assert.deepEqual(blamed.map(({ text }) => text), ["refund, “a” became “b”: fixed"]);
  const unknown = chipsOf({ ...ALL, group: "gone" }, { words, labels, statuses, tags, groups });
  assert.deepEqual(unknown.map(({ text }) => text), ["gone"]);
});

test("a cell of the confusion finds its rows and nothing left over from other filters", () => {
  const cell = cellOf(counts, labels, words, 0, 1);
  assert.deepEqual([cell.rows, cell.text], [4, "cell_swapped delivery refund 4"]);
  assert.ok(includes({ ...ALL, missed: 0, spurious: 1 }, cell.parts));
  assert.equal(cell.parts.outcome, "any");
});

test("edges of the confusion: nothing missed, nothing given, no answer", () => {
  assert.deepEqual(cellOf(counts, labels, words, -1, 1).parts.alone, true);
  assert.deepEqual(cellOf(counts, labels, words, 0, -1).parts.status, "answered");
  assert.deepEqual(unansweredCell(counts, labels, words, 1).parts.status, "unanswered");
  assert.equal(cellOf(counts, labels, words, 1, 1).parts.outcome, "right");
});

test("mistakes are listed with the commonest first, without what is right and what never happened", () => {
  assert.deepEqual(mistakes(counts, labels, words).map(({ rows }) => rows), [4, 3, 2, 1]);
});

test("a filter that a browser kept is read only where it is one", () => {
  const kept = { ...ALL, label: 1, query: "快递" };
  assert.deepEqual(readFilter(JSON.stringify(kept)), kept);
  assert.deepEqual(readFilter('{"label":"1","query":7,"foreign":true}'), ALL);
  for (const junk of [null, "", "null", "7", "{", '"x"']) assert.equal(readFilter(junk), undefined);
});

test("a word follows its count, and what no value is given for stays", () => {
  const words = "{rows} {rows:row|rows} of {{posts}} {label}";
  assert.equal(fill(words, { rows: 1 }), "1 row of {{posts}} {label}");
  assert.equal(fill(words, { rows: "1,200", label: "x" }), "1,200 rows of {{posts}} x");
});
