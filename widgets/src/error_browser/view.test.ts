import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen, el, find, grid, model, open, page, pause, press, rows, view, useFreshPages } from "../../preview/browser_page.ts";
import { sampleRow, sampleTraits, sampleView } from "../../preview/browser_sample.ts";
import { HOSTILE } from "../../preview/sample.ts";
import { ALL } from "./logic.ts";

const chips = (): string[] => [...el.querySelectorAll(".lk-chip")].map((e) => e.getAttribute("aria-label")!);

useFreshPages();

test("a filter is one trait with a new revision, and begins at the first row", () => {
  open({ position: 5 });
  find<HTMLSelectElement>("label").value = "1";
  find("label").dispatchEvent(new Event("change", { bubbles: true }));
  assert.deepEqual(model.saved.at(-1)!.wanted, { ...ALL, outcome: "wrong", label: 1, revision: 1 });
  assert.equal(model.state.position, 0);
});

test("a kernel that takes its time is said, once it does", async () => {
  open();
  press("c");
  assert.equal(el.querySelector(".lk-found")!.textContent, "1,000 of 2,000");
  await pause(550);
  assert.equal(el.querySelector(".lk-found")!.textContent, "busy");
  model.receive("view", sampleView({ revision: 1 }, 3));
  assert.equal(el.querySelector(".lk-found")!.textContent, "3 of 2,000");
});

test("what Python answers is the filter that is on, whoever asked for it", () => {
  open();
  model.receive("view", sampleView({ label: 1, revision: 4 }, 3));
  assert.deepEqual(model.state.wanted, { ...ALL, label: 1, revision: 4 });
  assert.deepEqual(chips(), ["remove chip_label", "clear"]);
  assert.equal(el.querySelector(".lk-found")!.textContent, "3 of 2,000");
});

test("an answer that comes after something newer was asked for changes no filter", async () => {
  open();
  press("c");
  press("e");
  assert.deepEqual([model.state.wanted.outcome, model.state.wanted.revision], ["wrong", 2]);
  model.receive("view", sampleView({ revision: 1 }, 2000));
  assert.deepEqual([model.state.wanted.outcome, model.state.wanted.revision], ["wrong", 2]);
  await pause(550);
  assert.equal(el.querySelector(".lk-found")!.textContent, "busy");
});

test("each filter that is on is a chip that takes it off", () => {
  open({ wanted: { ...ALL, outcome: "wrong", missed: 1, revision: 3 } });
  assert.deepEqual(chips(), ["remove only_wrong", "remove chip_missed refund", "clear"]);
  find("remove chip_missed refund").click();
  assert.equal(model.state.wanted.missed, -1);
  assert.deepEqual(chips(), ["remove only_wrong", "clear"]);
  press("Backspace");
  assert.deepEqual(chips(), []);
});

test("a click on a confusion asks for its rows, and the cell shows that it is on", () => {
  open();
  find("cell_swapped delivery refund 4").click();
  assert.deepEqual(model.state.wanted, { ...ALL, missed: 0, spurious: 1, revision: 1 });
  assert.equal(find("cell_swapped delivery refund 4").getAttribute("aria-pressed"), "true");
});

test("labels of one or two characters stand upright over their columns, also beside an edge of many", () => {
  const zeros = [0, 0];
  const swapped = [[0, 1], [0, 0]];
  open({ labels: ["A", "B"], confusions: [{ right: zeros, swapped, missed_alone: zeros, spurious_alone: zeros, unanswered: [2, 0] }] });
  const heads = [...el.querySelectorAll(".lk-matrix th[scope=col]")].map((head) => head.classList.contains("lk-brief"));
  assert.deepEqual(heads, [true, true, false]);
});

test("with many labels the commonest mistakes are listed instead of a matrix", () => {
  const labels = Array.from({ length: 20 }, (_, k) => `label-${k}`);
  const zeros = labels.map(() => 0);
  const swapped = labels.map(() => [...zeros]);
  swapped[3]![4] = 9;
  open({ labels, confusions: [{ right: zeros, swapped, missed_alone: zeros, spurious_alone: zeros, unanswered: zeros }] });
  assert.equal(el.querySelector(".lk-confusion table"), null);
  assert.deepEqual([...el.querySelectorAll(".lk-pairs button")].map((b) => b.textContent), ["cell_swapped label-3 label-4 9"]);
});

test("with two runs the changes are counted per label, and filter", () => {
  const counts = sampleTraits().confusions[0]!;
  open({ runs: ["a", "b"], confusions: [counts, counts], changes: [[5, 2, 1, 9], [3, 1, 0, 4], [2, 1, 1, 5]] });
  find("delivery fixed 3").click();
  assert.deepEqual([model.state.wanted.label, model.state.wanted.change], [0, "fixed"]);
  press("r");
  assert.equal(model.state.wanted.change, "regressed");
  press("r");
  assert.equal(model.state.wanted.change, "");
});

test("the chosen row shows both definitions, marked evidence, and quotes that are not there", () => {
  open();
  const detail = find("opened");
  assert.equal(detail.querySelector("mark")!.textContent, "two days");
  assert.deepEqual([...detail.querySelectorAll("h6 bdi")].map((e) => e.textContent), ["delivery", "refund"]);
  assert.match(detail.textContent!, /no_definition/);
  assert.match(detail.querySelector("ul.lk-flag")!.textContent!, /nowhere/);
  model.receive("opened", { revision: 1, position: -1 });
  assert.equal(detail.textContent, "");
});

test("of two runs the definitions stand below both answers, once where both turn on the same", () => {
  open({ runs: ["v1 · model", "v2 · model"] });
  const [first] = sampleRow(0).answers;
  const show = (text: string): string[] => {
    const later = { ...first!, run: 1, definitions: [{ ...first!.definitions[0]!, text }, first!.definitions[1]!] };
    model.receive("opened", { ...sampleRow(0), answers: [first!, later] });
    return [...find("opened").querySelectorAll(".lk-detail > h5")].map((heading) => heading.textContent!);
  };
  assert.deepEqual(show("It came late."), ["definitions"]);
  assert.deepEqual(show("It never came."), ["definitions · earlier", "definitions · later"]);
  assert.equal(find("opened").querySelectorAll("article .lk-card").length, 0);
});

test("what a part of an edit fixed is a filter; what it did not is none", () => {
  open();
  find("refund, “a” became “b”: fixed 9").click();
  assert.deepEqual([model.state.wanted.group, model.state.wanted.outcome], ["blame.0.fixed", "any"]);
  assert.equal(find<HTMLButtonElement>("refund, “a” became “b”: broke 0").disabled, true);
  assert.ok(chips().includes("remove refund, “a” became “b”: fixed"));
  assert.match(find("opened").querySelector(".lk-odd")!.textContent!, /denies/);
});

test("many rationales are looked through only when somebody asks", async () => {
  const asked: string[] = [];
  open({ groups: [], looked: "" }, async (name) => {
    asked.push(name);
    return [{ ok: true }, []];
  });
  const button = [...el.querySelectorAll("button")].find((e) => e.textContent === "look_closer")!;
  button.click();
  await pause(5);
  assert.deepEqual(asked, ["look_closer"]);
  model.receive("looked", "now");
  assert.deepEqual([button.hidden, el.textContent!.includes("looking")], [true, true]);
});

test("a look at rationales shows how far it is, can be stopped, and leaves the focus in the widget", async () => {
  const asked: string[] = [];
  open({ groups: [], looked: "" }, async (name) => {
    asked.push(name);
    return [{ ok: true }, []];
  });
  const named = (words: string): HTMLElement => [...el.querySelectorAll("button")].find((e) => e.textContent === words)!;
  named("look_closer").focus();
  model.receive("looked", "now");
  model.receive("looked_through", 0.5);
  assert.equal(el.querySelector("progress")!.value, 0.5);
  assert.equal(page.document.activeElement, named("stop_looking"));
  named("stop_looking").click();
  await pause(5);
  assert.deepEqual(asked, ["stop_looking"]);
  model.receive("looked", "");
  assert.equal(page.document.activeElement, named("look_closer"));
});

test("hostile text stays text", () => {
  open({ runs: [HOSTILE], labels: ["delivery", HOSTILE], notes: [HOSTILE], opened: { ...sampleRow(0), id: HOSTILE } });
  assert.equal(el.querySelectorAll("img, script").length, 0);
  assert.ok(rows()[0]!.textContent!.includes(HOSTILE));
});

test("a long post and a long rationale scroll by themselves, by keyboard too; short ones do not", () => {
  const row = sampleRow(0);
  const long = "x".repeat(1300);
  open({ opened: { ...row, posts: [{ parts: [[long, false]], left_out: 0 }, ...row.posts], answers: [{ ...row.answers[0]!, rationale: long }] } });
  const scrolling = [...el.querySelectorAll<HTMLElement>(".lk-long")];
  assert.deepEqual(scrolling.map((e) => [e.textContent!.length, e.tabIndex]), [[1300, 0], [1300, 0]]);
});

test("which of two runs is better stands above what changed", () => {
  open({ changes: [[1, 1, 2, 2]], verdict: HOSTILE });
  assert.equal(el.querySelector(".lk-changes .lk-verdict")!.textContent, HOSTILE);
  model.receive("verdict", "cannot tell");
  assert.equal(el.querySelector(".lk-changes .lk-verdict")!.textContent, "cannot tell");
});

test("keys typed into the search are no commands; Escape leads back to the list", async () => {
  open();
  press("/");
  const search = find<HTMLInputElement>("search");
  assert.equal(document.activeElement, search);
  press("c", search);
  assert.equal(model.state.wanted.outcome, "wrong");
  search.value = "late";
  search.dispatchEvent(new Event("input", { bubbles: true }));
  await pause(150);
  assert.equal(model.state.wanted.query, "late");
  press("Escape", search);
  assert.equal(document.activeElement, grid());
});

test("the first search goes at once; those typed right behind it wait for each other, and the last one goes", async () => {
  open();
  const search = find<HTMLInputElement>("search");
  const type = (query: string): void => {
    search.value = query;
    search.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const asked = (): string => model.state.wanted.query;
  const { revision } = model.state.wanted;
  for (const query of ["l", "la", "late"]) type(query);
  assert.equal(asked(), "l");
  while (asked() !== "late") await pause(10);
  assert.equal(model.state.wanted.revision, revision + 2);
});

test("filters given by hand stand again when the same runs are opened anew", () => {
  open({ memory: "runs-1" });
  find("cell_swapped delivery refund 4").click();
  view.abort();
  open({ memory: "runs-1" });
  assert.deepEqual([model.state.wanted.missed, model.state.wanted.spurious], [0, 1]);
  view.abort();
  open({ memory: "runs-2" });
  assert.equal(model.state.wanted.missed, -1);
  view.abort();
  open({ memory: "", wanted: { ...ALL, label: 1, revision: 0 } });
  assert.deepEqual([model.state.wanted.label, model.state.wanted.missed], [1, -1]);
});

test("what is pressed is not drawn anew before its release, so that the click is not lost", async () => {
  const { PointerEvent, KeyboardEvent } = page;
  const events: [down: () => object, up: () => object][] = [
    [() => new PointerEvent("pointerdown", { bubbles: true }), () => new PointerEvent("pointerup", { bubbles: true })],
    [() => new KeyboardEvent("keydown", { key: " ", bubbles: true }), () => new KeyboardEvent("keyup", { key: " ", bubbles: true })],
  ];
  open();
  for (const [down, up] of events) {
    const pressed = find("clear");
    pressed.dispatchEvent(down() as Event);
    grid().dispatchEvent(new Event("blur")); // the press takes the focus away from where it was
    await pause(5);
    model.receive("groups", [...model.get("groups")]);
    assert.ok(pressed.isConnected, "a click would find nothing");
    pressed.dispatchEvent(up() as Event);
    await pause(5);
    assert.equal(pressed.isConnected, false, "it is drawn after the release");
  }
});

test("a press that ends with its view holds up no other", () => {
  open();
  find("clear").dispatchEvent(new page.PointerEvent("pointerdown", { bubbles: true }) as unknown as Event);
  view.abort();
  open();
  press("c");
  assert.deepEqual(chips(), []);
});

test("a view that is gone listens no more", () => {
  open();
  assert.ok(model.listeners() > 0);
  view.abort();
  assert.equal(model.listeners(), 0);
});

test("nothing found is said", () => {
  open({ view: sampleView({}, 0), opened: {} });
  assert.equal(el.querySelector(".lk-nothing")!.textContent, "nothing");
  assert.equal(grid().hasAttribute("aria-activedescendant"), false);
  press("j");
  model.receive("view", sampleView({ revision: 1 }, 1));
  assert.equal(chosen(), "2");
});

test("a matrix of many buttons is one tab stop, and arrow keys go over it past what cannot be pressed", () => {
  open();
  const matrix = el.querySelector<HTMLElement>(".lk-matrix")!;
  const buttons = [...matrix.querySelectorAll<HTMLButtonElement>("button:not([disabled])")];
  const stops = (): HTMLButtonElement[] => buttons.filter((button) => button.tabIndex === 0);
  assert.ok(buttons.length > 4);
  assert.equal(stops().length, 1);
  stops()[0]!.focus();
  for (const key of ["ArrowRight", "ArrowDown"]) press(key, document.activeElement as HTMLElement);
  const reached = document.activeElement as HTMLButtonElement;
  assert.ok(buttons.includes(reached) && reached !== buttons[0]);
  assert.deepEqual(stops(), [reached]);
  for (let k = 0; k < 40; k += 1) press("ArrowUp", document.activeElement as HTMLElement);
  assert.ok(buttons.includes(document.activeElement as HTMLButtonElement), "the focus never leaves it by an arrow key");
});
