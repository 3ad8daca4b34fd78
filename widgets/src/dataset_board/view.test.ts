import assert from "node:assert/strict";
import { test } from "node:test";
import { alert, answered, asked, detail, el, model, note, open, press, useFreshPages, view } from "../../preview/board_page.ts";
import { boardItem, boardLine } from "../../preview/board_sample.ts";
import { HOSTILE } from "../../preview/sample.ts";

useFreshPages();

const label = (key: string): HTMLElement => el.querySelector<HTMLElement>(`.lk-choices [data-key="${key}"]`)!;
const pressed = (): string[] => [...el.querySelectorAll<HTMLElement>(".lk-choices [aria-pressed=true]")].map((e) => e.dataset["key"]!);

test("the item shows its posts, its reasons and both definitions; votes are not there", () => {
  open();
  assert.match(detail().textContent!, /a model doubts it/);
  assert.deepEqual([...detail().querySelectorAll(".lk-posts li p:first-of-type")].map((e) => e.textContent), ["late: two days", HOSTILE]);
  assert.deepEqual([...detail().querySelectorAll(".lk-definition h5")].map((e) => e.textContent), ["delivery", "refund"]);
  assert.match(detail().textContent!, /no_definition/);
  assert.equal(detail().querySelectorAll(".lk-vote").length, 0);
  assert.match(detail().textContent!, /left out 7/);
});

test("keys toggle labels, Enter sends them with the note", async () => {
  open();
  assert.deepEqual(pressed(), ["1"], "it begins with the labels that the row carries");
  press("1");
  press("3");
  assert.deepEqual(pressed(), ["3"]);
  assert.deepEqual([...detail().querySelectorAll(".lk-definition h5")].map((e) => e.textContent), ["delivery", "refund", "quality"]);
  note().value = "it broke";
  press("Enter");
  await answered();
  assert.deepEqual(asked, [["decide", { item: "item-0", action: "relabel", labels: [2], reason: "it broke" }]]);
  assert.equal(el.querySelector(".lk-said-done")!.textContent, "done");
  assert.equal(document.activeElement, detail());
});

test("Enter on what nobody touched keeps it; a, d and s decide at once", async () => {
  open();
  for (const key of ["Enter", "a", "d", "s"]) {
    press(key);
    await answered();
  }
  assert.deepEqual(asked.map(([, message]) => (message as { action: string }).action), ["keep", "keep", "drop", "skip"]);
});

test("of copies that differ nothing is chosen, and Enter says so instead of deciding", async () => {
  open({ opened: boardItem(0, { current: null, carried: [[["delivery"], 2], [["refund"], 1]] }) });
  assert.deepEqual(pressed(), []);
  press("Enter");
  await answered();
  assert.deepEqual([asked, alert()], [[], "choose_first"]);
  press("0");
  assert.equal(alert(), "");
  press("Enter");
  await answered();
  assert.deepEqual(asked, [["decide", { item: "item-0", action: "relabel", labels: [], reason: "" }]]);
});

test("while a decision is on its way no key decides or chooses anything else", async () => {
  let answer: (reply: object) => void = () => {};
  open({}, () => new Promise<object>((resolve) => (answer = resolve)));
  press("d");
  press("d");
  press("3");
  assert.equal(asked.length, 1);
  assert.deepEqual(pressed(), ["1"]);
  answer({ ok: true, said: "dropped" });
  await answered();
  press("3");
  assert.deepEqual(pressed(), ["1", "3"]);
});

test("a held key decides one item, and a key behind j none that is not shown yet", async () => {
  open();
  detail().dispatchEvent(new KeyboardEvent("keydown", { key: "d", bubbles: true, repeat: true }));
  press("j");
  press("d");
  await answered();
  assert.equal(asked.length, 0);
  press("k");
  press("d");
  await answered();
  assert.deepEqual(asked.map(([name]) => name), ["decide"]);
});

test("votes come when asked for, go when pressed again, and are hidden for the next item", async () => {
  const votes = [{ row: "", model: "v1", labels: ["refund"], status: "", rationale: HOSTILE }];
  open({}, () => ({ ok: true, votes }));
  press("v");
  await answered();
  assert.match(detail().querySelector(".lk-vote")!.textContent!, /v1.*refund/);
  press("v");
  assert.equal(detail().querySelectorAll(".lk-vote").length, 0);
  press("v");
  await answered();
  model.receive("opened", boardItem(1));
  assert.equal(detail().querySelectorAll(".lk-vote").length, 0);
  assert.deepEqual(asked, [["votes", { item: "item-0" }], ["votes", { item: "item-0" }]]);
});

test("votes that come late are not shown beside another item", async () => {
  let answer: (reply: object) => void = () => {};
  open({}, () => new Promise<object>((resolve) => (answer = resolve)));
  press("v");
  model.receive("opened", boardItem(1));
  answer({ ok: true, votes: [{ row: "", model: "v1", labels: [], status: "", rationale: "" }] });
  await answered();
  assert.equal(detail().querySelectorAll(".lk-vote").length, 0);
});

test("the next item begins anew; the same one keeps what is chosen", () => {
  open();
  press("3");
  note().value = "half a thought";
  model.receive("opened", boardItem(0, { verdict: "kept" }));
  assert.deepEqual([pressed(), note().value], [["1", "3"], "half a thought"]);
  model.receive("opened", boardItem(1, { current: [1] }));
  assert.deepEqual([pressed(), note().value], [["2"], ""]);
});

test("keys typed into the note are no commands; Enter there confirms, Escape leads back", async () => {
  open();
  press("n");
  assert.equal(document.activeElement, note());
  press("d", note());
  await answered();
  assert.deepEqual(asked, []);
  press("Escape", note());
  assert.equal(document.activeElement, detail());
  press("Enter", note());
  await answered();
  assert.equal(asked.length, 1);
});

test("undo is asked for only when there is something to take back", async () => {
  open();
  press("u");
  await answered();
  assert.deepEqual(asked, []);
  model.receive("last", "dropped");
  assert.equal(el.querySelector(".lk-undo")!.textContent, "undo dropped");
  press("u");
  await answered();
  assert.deepEqual(asked, [["undo", {}]]);
});

test("a refused decision is an alert, and what was chosen stays", async () => {
  open({}, () => ({ ok: false, error: "settled only with a reason", details: "" }));
  press("2");
  press("Enter");
  await answered();
  assert.deepEqual([alert(), pressed()], ["settled only with a reason", ["1", "2"]]);
});

test("people who differ stand side by side", () => {
  open({ opened: boardItem(0, { sides: [{ who: "ann", said: "kept", reason: HOSTILE }, { who: "bob", said: "dropped", reason: "" }] }) });
  assert.deepEqual([...detail().querySelectorAll(".lk-item .lk-card h5")].map((e) => e.textContent), ["ann", "bob"]);
});

test("what others differ on waits for a reason, and Enter behind it does what was meant", async () => {
  open({ opened: boardItem(0, { sides: [{ who: "ann", said: "kept", reason: "" }, { who: "bob", said: "dropped", reason: "" }] }) });
  press("d");
  await answered();
  assert.deepEqual([asked, alert(), document.activeElement], [[], "settle_first", note()]);
  note().value = "an advertisement";
  press("Enter", note());
  await answered();
  assert.deepEqual(asked, [["decide", { item: "item-0", action: "drop", labels: [], reason: "an advertisement" }]]);
});

test("a chip asks for one kind; counts and progress follow", () => {
  open();
  const chips = [...el.querySelectorAll<HTMLElement>(".lk-chip")];
  assert.deepEqual(chips.map((chip) => chip.getAttribute("aria-label")), ["all 93/100", "conflict 3/10", "suspect label 90/90"]);
  chips[2]!.click();
  assert.deepEqual(model.saved.at(-1)!.wanted, { kind: "label", revision: 1 });
  assert.equal(el.querySelector(".lk-chip[aria-pressed=true]")!.getAttribute("data-kind"), "label");
  model.receive("progress", { decided: 8, waiting: 0, total: 100 });
  assert.equal(el.querySelector(".lk-found")!.textContent, "8 of 100");
});

test("of a hundred items only those in sight are elements; hostile text stays text", () => {
  open();
  const rows = el.querySelectorAll("[data-position]").length;
  assert.ok(rows > 3 && rows < 40, `${rows} rows drawn`);
  assert.equal(el.querySelectorAll("img, script").length, 0);
  assert.ok(el.textContent!.includes(HOSTILE));
});

test("an empty queue says so, and no key does anything", async () => {
  open({ view: { revision: 1, found: 0, rows: [] }, opened: {} });
  assert.equal(el.querySelector(".lk-nothing")!.textContent, "nothing");
  press("d", el.querySelector(".lk-dataset-board")!);
  press("Enter", el.querySelector(".lk-dataset-board")!);
  await answered();
  assert.deepEqual(asked, []);
});

test("another list is drawn where the kernel says, and a view that is gone listens no more", () => {
  open();
  model.receive("view", { revision: 2, found: 2, rows: [boardLine(7), boardLine(8)] });
  model.receive("position", 1);
  assert.equal(el.querySelector("[aria-selected=true]")!.getAttribute("data-position"), "1");
  view.abort();
  assert.equal(model.listeners(), 0);
});

test("one label a row: its key takes the place of the other", () => {
  open({ several: false, none: false });
  press("2");
  assert.deepEqual(pressed(), ["2"]);
  assert.equal(label("0"), null);
});

test("personal data is shown to whoever asks for it, and nothing says so where there is none", () => {
  open();
  assert.equal(detail().querySelector(".lk-masked"), null);
  model.set("opened", { ...boardItem(0), masked: true });
  const masked = detail().querySelector<HTMLElement>(".lk-masked")!;
  assert.match(masked.textContent!, /masked/);
  masked.querySelector("button")!.click();
  assert.equal(model.get("unmasked"), "item-0");
});

test("more labels than keys are found by their names", async () => {
  const labels = Array.from({ length: 40 }, (_, k) => `label ${k}`);
  open({ labels, definitions: labels.map(() => ""), several: true, opened: { ...boardItem(0), current: [], question: [], allowed: labels.map((_, k) => k) } });
  const narrow = el.querySelector<HTMLInputElement>("[aria-label=narrow]")!;
  assert.equal(narrow.hidden, false);
  press("/");
  assert.equal(document.activeElement, narrow);
  narrow.value = "LABEL 38";
  narrow.dispatchEvent(new Event("input"));
  assert.deepEqual([...el.querySelectorAll(".lk-choices button")].map((e) => e.textContent), ["1 label 38", "0 no_label"]);
  press("Enter", narrow);
  assert.equal(narrow.value, "");
  press("Escape", narrow);
  press("Enter");
  await answered();
  assert.deepEqual(asked, [["decide", { item: "item-0", action: "relabel", labels: [38], reason: "" }]]);
});

test("as many labels as keys need no search", () => {
  open();
  assert.equal(el.querySelector<HTMLInputElement>("[aria-label=narrow]")!.hidden, true);
});
