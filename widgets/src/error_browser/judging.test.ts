import assert from "node:assert/strict";
import { test } from "node:test";
import { el, grid, model, open, pause, press, useFreshPages } from "../../preview/browser_page.ts";
import { NO_EDITOR, sampleLine, sampleRow, sampleTraits } from "../../preview/browser_sample.ts";
import { HOSTILE } from "../../preview/sample.ts";
import type { Host } from "../shared/afm.ts";
import type { Traits } from "./logic.ts";

let asked: [name: string, message: unknown][];

/** Opens the browser; each command is answered by `reply`. */
function judge(changes: Partial<Traits> = {}, reply: object = { ok: true }, host: Host = NO_EDITOR): void {
  asked = [];
  open(changes, async (name, message) => {
    asked.push([name, message]);
    return [reply, []];
  }, host);
}

const button = (key: string): HTMLButtonElement => el.querySelector<HTMLButtonElement>(`.lk-detail [data-key="${key}"]`)!;
const form = (): HTMLFormElement => el.querySelector("form")!;

useFreshPages();

test("a digit tags the row that is chosen in the list, also before it is opened", async () => {
  judge();
  press("j");
  press("2");
  press("0");
  press("7");
  await pause(5);
  assert.deepEqual(asked, [["tag", { row: 1, tag: "injection" }], ["tag", { row: 1, tag: "" }]]);
});

test("q sends the chosen row to the queue, m the pool rows like it, and what was done is announced", async () => {
  judge({}, { ok: true, said: "1 rows sent" });
  press("j");
  press("q");
  press("m");
  await pause(5);
  assert.deepEqual(asked, [["enqueue", { row: 1 }], ["more_like", { row: 1 }]]);
  assert.equal(el.querySelector(".lk-said-done")!.textContent, "1 rows sent");
});

test("a tag pressed again is taken away", async () => {
  judge({ opened: { ...sampleRow(0), tag: "injection" } });
  assert.equal(button("injection").getAttribute("aria-pressed"), "true");
  button("injection").click();
  button("gold_wrong").click();
  await pause(5);
  assert.deepEqual(asked, [["tag", { row: 0, tag: "" }], ["tag", { row: 0, tag: "gold_wrong" }]]);
});

test("the line that a decision changed is drawn anew, and what was done is announced", async () => {
  judge({}, { ok: true, lines: [[0, { ...sampleLine(0), tag: HOSTILE }]], said: "Taken back" });
  press("1");
  await pause(5);
  assert.equal(grid().querySelector("[data-position='0'] .lk-tag")!.textContent, HOSTILE);
  assert.equal(el.querySelector(".lk-said-done")!.textContent, "Taken back");
});

test("gold is corrected with the labels chosen and a reason", async () => {
  judge();
  press("g");
  const [delivery, refund] = form().querySelectorAll("input");
  assert.deepEqual([delivery!.checked, refund!.checked, document.activeElement], [true, false, delivery]);
  delivery!.checked = false;
  refund!.checked = true;
  const reason = form().querySelector<HTMLInputElement>("[aria-label=reason]")!;
  reason.value = "asks for money";
  press("Enter", reason);
  await pause(5);
  assert.deepEqual(asked, [["fix_gold", { row: 0, labels: [1], reason: "asks for money" }]]);
  assert.equal(document.activeElement, grid());
});

test("with one label a row there is one choice, no label at all among them where that may be", () => {
  judge({ triage: { ...sampleTraits().triage, several: false } });
  const inputs = [...form().querySelectorAll<HTMLInputElement>("input[type=radio]")];
  assert.deepEqual(inputs.map(({ value }) => value), ["0", "1", "-1"]);
});

test("a refused decision is an alert; Escape leaves the form for the list", async () => {
  judge({}, { ok: false, error: "Gold labels are corrected only with a reason", details: "" });
  press("g");
  form().dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  await pause(5);
  assert.match(el.querySelector("[role=alert]")!.textContent!, /only with a reason/);
  assert.equal(form().hidden, false, "what was chosen is not lost");
  press("Escape", form().querySelector("input")!);
  assert.deepEqual([form().hidden, document.activeElement], [true, grid()]);
});

test("undo is asked for only when there is something to take back", async () => {
  judge();
  press("u");
  assert.equal(el.querySelector<HTMLButtonElement>(".lk-undo")!.disabled, true);
  model.receive("triage", { ...model.state.triage, undo: "row-0: injection" });
  assert.equal(el.querySelector(".lk-undo")!.textContent, "undo row-0: injection");
  press("u");
  await pause(5);
  assert.deepEqual(asked, [["undo", {}]]);
});

test("counts of tags filter, and x hands the definitions on", async () => {
  judge();
  const counts = [...el.querySelectorAll<HTMLButtonElement>(".lk-tag-counts button")];
  assert.deepEqual(counts.map(({ disabled }) => disabled), [false, true, false]);
  counts[2]!.click();
  assert.deepEqual([model.state.wanted.tag, model.state.wanted.outcome], ["untagged", "any"]);
  press("x");
  await pause(5);
  assert.deepEqual(asked, [["edit", { row: 0 }]]);
});

test("the connected editor is drawn before definitions are handed to it, once, and Escape leads back to the rows", async () => {
  const field = document.createElement("textarea");
  const render = async ({ el: place }: { el: HTMLElement }): Promise<void> => {
    asked.push(["drawn", ""]);
    place.append(field);
  };
  judge({ editor: "anywidget:7" }, { ok: true }, { getWidget: async (reference) => (asked.push(["wanted", reference]), { render }) });
  press("x");
  await pause(5);
  press("x");
  await pause(5);
  const handed = ["edit", { row: 0 }];
  assert.deepEqual(asked, [["wanted", "anywidget:7"], ["drawn", ""], handed, handed]);
  field.focus();
  press("j", field);
  assert.equal(grid().querySelector("[aria-selected=true]")?.getAttribute("aria-rowindex"), "2", "keys of the editor stay there");
  press("Escape", field);
  assert.equal(document.activeElement, grid());
});

test("an editor that cannot be drawn is said, and tried again", async () => {
  let tries = 0;
  const getWidget = async (): Promise<never> => {
    tries += 1;
    throw new Error("No binding found");
  };
  judge({ editor: "anywidget:gone" }, { ok: true }, { getWidget });
  press("x");
  await pause(5);
  assert.match(el.querySelector("[role=alert]")!.textContent!, /No binding found/);
  press("x");
  await pause(5);
  assert.equal(tries, 2);
  assert.deepEqual(asked, [], "nothing is handed to an editor that nobody sees");
});

test("rows like the chosen one are looked for in the background, and what comes of it is said", async () => {
  judge({}, { ok: true, later: true });
  const said = (): string => el.querySelector(".lk-said-done")!.textContent!;
  model.receive("told", { turn: 1, said: "looking for rows" });
  press("m");
  await pause(5);
  assert.deepEqual([asked, said()], [[["more_like", { row: 0 }]], "looking for rows"]);
  model.receive("told", { turn: 2, said: "5 rows sent" });
  assert.equal(said(), "5 rows sent");
});

test("where nothing can be kept, nothing can be decided", async () => {
  judge({ triage: { ...sampleTraits().triage, can: false, undo: "x" } });
  for (const key of ["1", "g", "u"]) press(key);
  await pause(5);
  assert.deepEqual([asked, el.querySelector("form"), el.querySelector(".lk-tags")], [[], null, null]);
  assert.equal(el.querySelector<HTMLElement>(".lk-triage")!.hidden, true);
});

test("a decision that shows the row anew leaves the focus in it", () => {
  judge();
  button("injection").focus();
  model.receive("opened", { ...sampleRow(0), tag: "injection" });
  assert.equal(document.activeElement, button("injection"));
  button("edit").focus();
  model.receive("opened", { ...sampleRow(1), answers: sampleRow(1).answers.map((answer) => ({ ...answer, definitions: [] })) });
  assert.equal(document.activeElement, el.querySelector(".lk-detail"));
});
