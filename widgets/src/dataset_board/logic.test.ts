import assert from "node:assert/strict";
import { test } from "node:test";
import { confirmed, defined, keysOf, toggled } from "./logic.ts";

const places = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

test("every label has a key of its own, in the order shown, and none is a command's", () => {
  const keys = [...keysOf(places(26), [5]).values()];
  assert.equal(new Set(keys).size, 26);
  assert.deepEqual(keys.slice(0, 10), [..."123456789q"]);
  assert.deepEqual(keys.filter((key) => "0adjknsuv".includes(key)), []);
});

test("of too many labels those in question have the first keys", () => {
  const keys = keysOf(places(77), [70, 3]);
  assert.deepEqual([keys.get(70), keys.get(3), keys.get(0), keys.get(76)], ["1", "2", "3", undefined]);
  assert.equal(keysOf([0, 2], [1]).get(1), undefined, "a label that the row may not carry has no key");
});

test("several labels are toggled, of one choice the last key counts", () => {
  assert.deepEqual(toggled([2], 0, true), [0, 2]);
  assert.deepEqual(toggled([0, 2], 0, true), [2]);
  assert.deepEqual(toggled([2], 0, false), [0]);
  assert.deepEqual(toggled([2], 2, false), []);
});

test("Enter keeps what nobody touched, and decides nothing where labels differ", () => {
  assert.equal(confirmed(false, [0]), "keep");
  assert.equal(confirmed(false, null), undefined);
  assert.equal(confirmed(true, null), "relabel");
  assert.equal(confirmed(true, [0]), "relabel");
});

test("definitions of what is chosen stand beside those in question", () => {
  assert.deepEqual(defined([0, 1], [1, 2]), [0, 1, 2]);
});
