import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen, el, grid, model, open, pause, press, rows, useFreshPages } from "../../preview/browser_page.ts";
import { answerPages, sampleView } from "../../preview/browser_sample.ts";

useFreshPages();

test("of a thousand rows only those in sight are elements", () => {
  open();
  assert.equal(grid().getAttribute("aria-rowcount"), "1001");
  assert.ok(rows().length > 5 && rows().length < 30, `${rows().length} rows drawn`);
  assert.equal(grid().querySelectorAll("[role=columnheader]").length, rows()[0]!.querySelectorAll("[role=gridcell]").length);
  assert.equal(el.querySelector(".lk-found")!.textContent, "1,000 of 2,000");
});

test("scrolling asks for the rows that come into sight, once", async () => {
  const asked: unknown[] = [];
  open({}, async (name, message, options) => {
    asked.push(message);
    return answerPages(name, message, options);
  });
  assert.deepEqual(asked, []);
  grid().scrollTop = 46 * 500;
  for (let k = 0; k < 3; k += 1) grid().dispatchEvent(new Event("scroll"));
  await pause(10);
  assert.deepEqual(asked, [{ start: 480, count: 60 }]);
  assert.ok(rows().some((row) => row.textContent!.includes("row-500")));
});

test("rows of an older filter are not taken for those of the new one", async () => {
  let answer: () => void = () => {};
  const waiting = new Promise<void>((resolve) => (answer = resolve));
  open({}, async (name, message, options) => waiting.then(() => answerPages(name, message, options)));
  grid().scrollTop = 46 * 500;
  grid().dispatchEvent(new Event("scroll"));
  await pause(5);
  model.receive("view", sampleView({ revision: 1 }, 700));
  answer();
  await pause(5);
  assert.ok(!grid().textContent!.includes("row-500"));
});

test("a kernel that does not answer is said, and the next scroll asks again", async () => {
  let asked = 0;
  open({}, async () => {
    asked += 1;
    throw new DOMException("", "TimeoutError");
  });
  for (const row of [500, 520]) {
    grid().scrollTop = 46 * row;
    grid().dispatchEvent(new Event("scroll"));
    await pause(10);
  }
  assert.ok(asked >= 2);
  assert.equal(el.querySelector(".lk-alert")!.textContent, "no answer in 30 s");
});

test("j and k move the choice; the row is asked for when the keys rest", async () => {
  open();
  for (const key of ["j", "j", "ArrowDown", "k"]) press(key);
  assert.equal(chosen(), "4");
  assert.equal(grid().getAttribute("aria-activedescendant"), rows().find((row) => row.dataset["position"] === "2")!.id);
  assert.equal(model.saved.length, 0);
  await pause(80);
  assert.deepEqual([model.saved.length, model.state.position], [1, 2]);
  press("k");
  press("k");
  press("k");
  assert.equal(chosen(), "2");
});
