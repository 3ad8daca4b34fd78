import assert from "node:assert/strict";
import { test } from "node:test";
import { button, el, find, model, open, pause, type, useFreshPages } from "../../preview/editor_page.ts";
import { HOSTILE } from "../../preview/sample.ts";
import type { Forecast, Result, Traits } from "./logic.ts";

useFreshPages();

const FORECAST: Forecast = {
  ...{ revision: 0, problem: "", rows_wished: "affected", rows: 40, of: 140, calls: 30, before_calls: 0 },
  ...{ money: 0, currency: "CNY", free: true },
} as Forecast; // prettier-ignore

const RESULT: Result = {
  ...{ prompt: "sha", before_name: "v2", model: "reader", metric: "macro_f1", asked: 40, open: 0, unanswered: 0 },
  ...{ saved: 100, control: 25, estimated: true, whole: false, verdict: "cannot tell" },
  after: { value: 0.8123, low: 0.75, high: 0.86 },
  before: { value: 0.79 },
  delta: { value: 0.0223, low: -0.01, high: 0.05 },
  ...{ fixed: ["b"], fixed_count: 1, regressed: [HOSTILE], regressed_count: 3, still_wrong: [], still_wrong_count: 0 },
} as Result; // prettier-ignore

function openRun(changes: Partial<Traits> = {}, reply: object = { started: true }): [string, Record<string, unknown>][] {
  const asked: [string, Record<string, unknown>][] = [];
  open({ models: ["reader", "api/m"], forecast: FORECAST, ...changes }, async (name, message) => {
    asked.push([name, message as Record<string, unknown>]);
    return [{ ok: true, ...reply }, []];
  });
  el.querySelectorAll<HTMLElement>("[role=tab]")[1]!.click();
  return asked;
}

const said = (): string => el.querySelector(".lk-run-state [role=status]")!.textContent!;
const result = (): string => el.querySelector(".lk-result")!.textContent!;
const choose = (value: string): void => {
  const radio = el.querySelector<HTMLInputElement>(`.lk-trial-rows [value=${value}]`)!;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
};

test("without models there is nothing to run", () => {
  open();
  assert.equal(el.querySelectorAll("[role=tab]").length, 1);
});

test("what a run takes is asked when the pane is shown, at each choice, and after edits; not while it is hidden", async () => {
  const asked = openRun();
  const expected = (): unknown[] => asked.filter(([name]) => name === "expect").map(([, wish]) => wish["rows"]);
  assert.deepEqual(expected(), ["affected"]);
  choose("sample");
  assert.deepEqual(expected(), ["affected", "sample"]);
  await pause(450);
  assert.equal(expected().length, 2, "not once more for having been drawn");
  type("system", "Other");
  await pause(800);
  assert.equal(expected().length, 3);
  model.receive("version", "v3");
  await pause(800);
  assert.equal(expected().length, 4, "after a save");
  el.querySelectorAll<HTMLElement>("[role=tab]")[0]!.click();
  type("system", "Another");
  await pause(800);
  assert.equal(expected().length, 4);
});

test("a forecast says rows, calls, what is saved and the money; a problem is said in its place", () => {
  openRun();
  const forecast = (): string => el.querySelector(".lk-forecast")!.textContent!;
  assert.equal(forecast(), "40/140 30 saved 100 forecast_free");
  model.receive("forecast", { ...FORECAST, before_calls: 140, free: false, money: 0.1234 });
  assert.equal(forecast(), "40/140 30 saved 100 v2 140 0.12 CNY");
  model.receive("forecast", { ...FORECAST, free: false, money: null });
  assert.ok(forecast().endsWith("forecast_no_price"));
  model.receive("forecast", { revision: 1, problem: HOSTILE });
  assert.equal(forecast(), HOSTILE);
});

test("a model that costs money is asked only within a limit", async () => {
  const asked = openRun({ forecast: { ...FORECAST, free: false, money: 3 } });
  button("run_start").click();
  await pause(0);
  assert.equal(said(), "limit_first");
  find<HTMLInputElement>("limit CNY").value = "2.5";
  button("run_start").click();
  await pause(0);
  const [name, wish] = asked.at(-1)!;
  assert.deepEqual([name, wish["max_cost"], wish["model"]], ["start", 2.5, "reader"]);
});

test("a run shows how far it is and can be stopped; the key that started it stops it", () => {
  const asked = openRun();
  button("run_start").focus();
  model.receive("trial", { state: "running", revision: 0, done: 0, total: 0, note: "" });
  assert.equal(said(), "run_started");
  assert.equal(document.activeElement, button("run_stop"));
  model.receive("trial", { state: "running", revision: 0, done: 7, total: 40, note: "waiting" });
  assert.equal(said(), "7/40");
  assert.equal(el.querySelector("progress")!.value, 7);
  assert.equal(el.querySelector(".lk-run-note")!.textContent, "waiting");
  button("run_stop").click();
  assert.equal(asked.at(-1)![0], "stop");
  model.receive("trial", { state: "stopping", revision: 0 });
  const { length } = asked;
  button("run_stop").click();
  assert.equal(asked.length, length, "it is being stopped already");
  assert.deepEqual([button("run_stop").disabled, button("run_stop").getAttribute("aria-disabled")], [false, "true"]);
  assert.equal(document.activeElement, button("run_stop"), "a disabled button could not keep the focus");
  model.receive("trial", { state: "stopped", revision: 0 });
  assert.equal(said(), "run_stopped");
  assert.equal(button("run_stop").hidden, true);
});

test("an estimate is called one, stands with its interval against the version before, and offers the full run", async () => {
  const asked = openRun({ trial: { state: "done", revision: 0, result: RESULT } });
  for (const words of ["result_estimate", "macro_f1 0.812 0.750 0.860", "v2 0.790", "+0.022 -0.010 +0.050", "40 25 100"]) {
    assert.ok(result().includes(words), words);
  }
  assert.ok(result().includes("verdict_unclear"));
  button("run_all").click();
  await pause(0);
  assert.equal(asked.at(-1)![1]["rows"], "dev");
  model.receive("trial", { state: "done", revision: 0, result: { ...RESULT, whole: true, estimated: false } });
  assert.ok(!result().includes("result_estimate"));
  assert.equal(button("run_all").hidden, true);
});

test("what is pressed and then hidden leaves the focus in the editor, where its keys are", async () => {
  openRun({ trial: { state: "done", revision: 0, result: RESULT } }, { position: 1 });
  button("run_all").focus();
  model.receive("trial", { state: "running", revision: 0, done: 0, total: 140 });
  assert.equal(document.activeElement, button("run_stop"));
  model.receive("trial", { state: "consent", revision: 0, problem: "1 row" });
  button("consent_mask").focus();
  model.receive("trial", { state: "running", revision: 0, done: 0, total: 140 });
  assert.equal(document.activeElement, button("run_stop"));
  model.receive("trial", { state: "done", revision: 0, result: RESULT });
  const link = el.querySelector<HTMLElement>(".lk-good button")!;
  link.focus();
  link.click();
  await pause(0);
  assert.equal(document.activeElement, button("tab_preview"));
});

test("a row that is handed over is shown in the preview, whatever stood beside the form; without one that stays", () => {
  openRun();
  const pane = el.querySelector<HTMLElement>(".lk-preview")!;
  pane.getBoundingClientRect = () => ({ top: -40 }) as DOMRect;
  model.receive("preview", { ...model.state.preview, position: 1 });
  model.receive("asked", { turn: 1, labels: ["refund"], row: false });
  assert.deepEqual([pane.hidden, pane.scrollTop], [true, 0]);
  model.receive("asked", { turn: 2, labels: ["refund"], row: true });
  assert.deepEqual([pane.hidden, pane.scrollTop], [false, 40]);
  assert.equal(document.activeElement!.getAttribute("aria-label"), "refund: meaning");
  el.querySelectorAll<HTMLElement>("[role=tab]")[1]!.click();
  el.querySelectorAll<HTMLElement>("[role=tab]")[0]!.click();
  assert.equal(pane.scrollTop, 40, "one stays where one reads");
});

test("fixed and regressed rows are links into the preview, and stay text", async () => {
  openRun({ trial: { state: "done", revision: 0, result: RESULT } }, { position: 1 });
  assert.equal(el.querySelectorAll("img").length, 0);
  assert.ok(result().includes("regressed 3"));
  assert.ok(!result().includes("still_wrong"), "nothing to say, nothing said");
  const moved = { still_wrong: [HOSTILE], still_wrong_count: 2 };
  model.receive("trial", { state: "done", revision: 0, result: { ...RESULT, ...moved } });
  assert.ok(result().includes(`still_wrong 2 ${HOSTILE}`), result());
  assert.equal(el.querySelectorAll("img").length, 0);
  el.querySelector<HTMLElement>(".lk-good button")!.click();
  await pause(0);
  assert.equal(model.state.position, 1);
  assert.equal(el.querySelector<HTMLElement>("[role=tabpanel]")!.hidden, false);
});

test("the preview says of its row what gold is, what was answered before, and what the edit answers", () => {
  open();
  const known = (): string => el.querySelector(".lk-row-answers")!.textContent!;
  assert.equal(known(), "goldrefund");
  const before = { version: "v2", prompt: "old", labels: [], correct: false, said: HOSTILE };
  const edit = { version: "", prompt: "new", labels: ["refund"], correct: true, said: "asks for it" };
  const preview = { ...model.state.preview, sha256: "new", changed: true, answers: [before, edit] };
  model.receive("preview", preview);
  assert.equal(known(), `goldrefundv2no_labelwrong${HOSTILE}this_editrefundrightasks for it`);
  assert.equal(el.querySelectorAll("img").length, 0);
  model.receive("preview", { ...preview, sha256: "newer" });
  assert.ok(known().includes("earlier_edit"));
  model.receive("version", "v3");
  model.receive("preview", { ...preview, changed: false });
  assert.ok(known().includes("v3refund"), known());
  model.receive("preview", { ...preview, gold: null, answers: [] });
  assert.equal(el.querySelector(".lk-row-answers"), null);
});

test("a result of an earlier text of the form is called that", () => {
  openRun({ trial: { state: "done", revision: 0, result: RESULT } });
  assert.ok(!result().includes("result_earlier"));
  model.receive("preview", { ...model.state.preview, sha256: "other" });
  assert.ok(result().includes("result_earlier"));
});

test("personal data is asked about in words, and the answer goes with the run", async () => {
  const asked = openRun({ trial: { state: "consent", revision: 0, problem: `1 row holds ${HOSTILE}` } });
  assert.ok(el.querySelector(".lk-run [role=alert]")!.textContent!.includes(HOSTILE));
  button("consent_mask").click();
  await pause(0);
  assert.deepEqual([asked.at(-1)![0], asked.at(-1)![1]["personal_data"]], ["start", "mask"]);
});

test("a refusal is an alert, a used-up limit is said, and a second run is not started", async () => {
  openRun({ trial: { state: "refused", revision: 0, problem: "no key", details: "" } }, { started: false });
  assert.equal(el.querySelector(".lk-run-state [role=alert]")!.textContent, "no key");
  model.receive("trial", { state: "open", revision: 0, result: { ...RESULT, open: 9 } });
  assert.equal(said(), "open 9/40");
  assert.equal(result(), "");
  button("run_start").click();
  await pause(0);
  assert.equal(said(), "run_busy");
});
