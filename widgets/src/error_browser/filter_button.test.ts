import assert from "node:assert/strict";
import { test } from "node:test";
import { el, find, open, press, useFreshPages } from "../../preview/browser_page.ts";

useFreshPages();

test("a filter presses the buttons that stand for it and draws none anew", () => {
  open();
  const before = [...el.querySelectorAll("aside button")];
  const cell = find("cell_swapped delivery refund 4");
  cell.focus();
  cell.click();
  assert.deepEqual([cell.getAttribute("aria-pressed"), cell.tabIndex, document.activeElement === cell], ["true", 0, true]);
  press("c");
  assert.equal(cell.getAttribute("aria-pressed"), "false");
  const after = [...el.querySelectorAll("aside button")];
  assert.ok(before.length > 5 && before.length === after.length && before.every((button, k) => button === after[k]));
});
