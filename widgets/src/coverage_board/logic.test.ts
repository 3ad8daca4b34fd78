import assert from "node:assert/strict";
import { test } from "node:test";
import { between, changed, dots, moved, type Places, regionAt, SPAN } from "./logic.ts";

const PLACES: Places = { x: [0, 100, 500], y: [0, 100, 1000], region: [1, 1, 2] };

test("dots are one path per region, the highest on top", () => {
  assert.deepEqual([...dots(PLACES, () => true)], [[1, `M0 ${SPAN}h0M100 900h0`], [2, "M500 0h0"]]);
  assert.deepEqual([...dots(PLACES, (place) => place === 2)], [[2, "M500 0h0"]]);
  assert.equal(dots({ x: [], y: [], region: [] }, () => true).size, 0);
});

test("a click means the nearest dot, and none where none is near", () => {
  assert.equal(regionAt(PLACES, 95, 905), 1);
  assert.equal(regionAt(PLACES, 510, 20), 2);
  assert.equal(regionAt(PLACES, 900, 500), 0);
});

test("a moved quota replaces its own, and is released", () => {
  const quotas = moved(moved([], 1, "easy", 4), 1, "hard", 2);
  assert.deepEqual(moved(quotas, 1, "easy", 9), [[1, "hard", 2], [1, "easy", 9]]);
  assert.deepEqual(moved(quotas, 1, "easy", undefined), [[1, "hard", 2]]);
  assert.deepEqual(moved([], -1, "easy", 0), [[-1, "easy", 0]], "none of them is a quota too");
});

test("a change is told with its sign, unless nobody would see it", () => {
  assert.equal(changed(0.2, 0.25), " (+0.050)");
  assert.equal(changed(0.25, 0.2), " (−0.050)");
  assert.equal(changed(0.25, 0.25004), "");
  assert.equal(changed(null, 0.2), "");
});

test("a flat curve lies in the middle", () => {
  assert.equal(between(5, 5, 5), 0.5);
  assert.equal(between(7.5, 5, 10), 0.5);
});
