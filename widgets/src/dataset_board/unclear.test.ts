import assert from "node:assert/strict";
import { test } from "node:test";
import { alert, answered, asked, el, note, open, press, useFreshPages } from "../../preview/board_page.ts";
import { boardItem } from "../../preview/board_sample.ts";

useFreshPages();

test("f calls the definitions beside the post unclear, with the note; the item stays open", async () => {
  open();
  note().value = "who pays?";
  press("f");
  await answered();
  assert.deepEqual(asked, [["unclear", { item: "item-0", labels: [0, 1], reason: "who pays?" }]]);
  assert.equal(el.querySelector(".lk-said-done")!.textContent, "done");
  assert.equal(el.querySelectorAll(".lk-unclear").length, 0, "only what Python has kept is shown");
});

test("a definition that was called unclear says so, and f takes it back", async () => {
  open({ opened: boardItem(0, { unclear: [2] }) });
  assert.deepEqual([...el.querySelectorAll(".lk-definition")].map((card) => card.querySelector(".lk-unclear") !== null), [false, false, true]);
  press("f");
  await answered();
  assert.deepEqual(asked[0], ["unclear", { item: "item-0", labels: [], reason: "" }]);
});

test("without a label in question one must be chosen first", async () => {
  open({ opened: boardItem(0, { question: [], current: [] }) });
  press("f");
  assert.match(alert(), /flag_first/);
  assert.deepEqual(asked, []);
  press("2");
  press("f");
  await answered();
  assert.deepEqual(asked, [["unclear", { item: "item-0", labels: [1], reason: "" }]]);
});
