import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleDraft } from "../../preview/sample.ts";
import { clamp, linesOf, outdated, sameDraft, stretches } from "./logic.ts";

test("lines are trimmed and empty ones left out", () => {
  assert.deepEqual(linesOf(" 等退款 \r\n\n\tb\n"), ["等退款", "b"]);
  assert.deepEqual(linesOf(""), []);
});

test("a draft is the same whatever its revision, and differs by any field", () => {
  assert.ok(sameDraft(sampleDraft(), { ...sampleDraft(), revision: 9 }));
  assert.ok(!sameDraft(sampleDraft(), { ...sampleDraft(), message: "x" }));
  const other = sampleDraft();
  other.definitions[0]!.excludes.push("more");
  assert.ok(!sameDraft(sampleDraft(), other));
});

test("stepping stops at both ends, also of an empty list", () => {
  assert.deepEqual([clamp(-1, 3), clamp(3, 3), clamp(1, 3), clamp(0, 0)], [0, 2, 1, 0]);
});

test("index prefixes are found in order, and the stretches joined give the message", () => {
  const content = "Input first\n微博 1: 一\n微博 2: 转 微博 3: 不是\n\n微博 9: 也不是";
  const parts = stretches(content, "微博");
  assert.equal(parts.map((part) => part.text).join(""), content);
  assert.deepEqual(
    parts.filter((part) => part.index).map((part) => part.text),
    ["微博 1: ", "微博 2: "],
  );
});

test("an item word with characters that mean something to a regular expression is plain text", () => {
  assert.deepEqual(stretches("P.(st 1: a", "P.(st"), [
    { text: "P.(st 1: ", index: true },
    { text: "a", index: false },
  ]);
});

test("a preview of an older revision or another example is outdated", () => {
  const preview = { revision: 1, position: 0, title: "", sha256: "", changed: false, gold: null, answers: [], messages: [], tokens: {}, fetching: false, problem: "" };
  const draft = { ...sampleDraft(), revision: 1 };
  assert.ok(!outdated(preview, draft, 0));
  assert.ok(outdated(preview, draft, 1));
  assert.ok(outdated(preview, { ...draft, revision: 2 }, 0));
});
