import assert from "node:assert/strict";
import { test } from "node:test";
import { button, el, find, model, open, pause, type, useFreshPages, view } from "../../preview/editor_page.ts";
import { HOSTILE, sampleDraft } from "../../preview/sample.ts";

useFreshPages();

test("shows the draft: sections, cards, rationale", () => {
  open();
  assert.equal(find<HTMLTextAreaElement>("refund: includes").value, "waiting\nasking again");
  assert.equal(el.querySelectorAll("article").length, 2);
  assert.equal(el.querySelector<HTMLInputElement>("input:checked")!.value, "before");
});

test("how many examples are fetched for each row is asked where they can be, and carried along where not", async () => {
  open();
  const count = el.querySelector<HTMLInputElement>(".lk-retrieved")!;
  assert.equal(count.value, "3");
  count.value = "99";
  count.dispatchEvent(new Event("input", { bubbles: true }));
  await pause(350);
  assert.equal(model.state.draft.retrieved, 32);
  assert.equal(count.value, "32", "what is sent is what one sees");
  for (const [typed, sent] of [["", "0"], ["-2", "0"], ["2.7", "2"]] as const) {
    count.value = typed;
    count.dispatchEvent(new Event("input", { bubbles: true }));
    assert.equal(count.value, typed, "it may be typed further");
    count.dispatchEvent(new Event("change", { bubbles: true }));
    assert.equal(count.value, sent);
  }
  open({ can_fetch: false });
  assert.ok(el.querySelector<HTMLElement>(".lk-retrieved")!.closest<HTMLElement>("[hidden]"));
});

test("what no field shows is carried along to a save", async () => {
  const sent: unknown[] = [];
  open({ can_fetch: false }, async (_name, message) => {
    sent.push(message);
    return [{ ok: true }, []];
  });
  type("system", "mended");
  button("save").click();
  await pause(0);
  assert.ok(JSON.stringify(sent).includes('"retrieved":3'));
});

test("the focused element, whichever it is, keeps its keys from JupyterLab", () => {
  open();
  const next = find("next");
  next.dispatchEvent(new Event("focusin", { bubbles: true }));
  assert.equal(next.dataset["lmSuppressShortcuts"], "true");
  assert.equal(el.querySelector<HTMLElement>(".lk-widget")!.dataset["lmSuppressShortcuts"], "true");
});

test("every field, choice and button has a name", () => {
  open();
  const fields = [...el.querySelectorAll("textarea, input, select, button")];
  const nameless = fields.filter((e) => !e.getAttribute("aria-label") && !e.closest("label") && !e.textContent);
  assert.deepEqual(nameless, []);
});

test("typing is sent once it pauses, with a new revision", async () => {
  open();
  type("refund: meaning", "Money");
  type("refund: meaning", "Money is wanted back.");
  assert.equal(model.saved.length, 0);
  await pause(350);
  assert.equal(model.saved.length, 1);
  assert.equal(model.state.draft.definitions[0]!.text, "Money is wanted back.");
  assert.equal(model.state.draft.revision, 1);
});

test("leaving a field sends at once, and nothing is sent when nothing changed", () => {
  open();
  const area = find<HTMLTextAreaElement>("system");
  area.dispatchEvent(new Event("focusout", { bubbles: true }));
  assert.equal(model.saved.length, 0);
  type("system", "New {{answer}}");
  area.dispatchEvent(new Event("focusout", { bubbles: true }));
  assert.equal(model.saved.length, 1);
});

test("an input method's half words are not sent, the finished word is", async () => {
  open();
  const area = find<HTMLTextAreaElement>("refund: meaning");
  area.dispatchEvent(new Event("compositionstart", { bubbles: true }));
  type("refund: meaning", "tui");
  await pause(350);
  assert.equal(model.saved.length, 0);
  model.receive("draft", { ...sampleDraft(), revision: 5 });
  assert.equal(area.value, "tui", "a draft from Python must not break the composition");
  area.value = "退款";
  area.dispatchEvent(new Event("compositionend", { bubbles: true }));
  await pause(350);
  assert.equal(model.state.draft.definitions[0]!.text, "退款");
});

test("an edit that still waits is sent when the view goes away, and all listeners are gone", () => {
  open();
  type("instruction", "Now.");
  view.abort();
  assert.equal(model.state.draft.instruction, "Now.");
  assert.equal(model.listeners(), 0);
});

test("a draft set by Python is shown, and not sent back", async () => {
  open();
  model.receive("draft", { ...sampleDraft(), system: "Other", definitions: [], revision: 3 });
  assert.equal(find<HTMLTextAreaElement>("system").value, "Other");
  assert.equal(el.querySelectorAll("article").length, 0);
  await pause(350);
  assert.equal(model.saved.length, 0);
});

test("hostile text stays text everywhere", () => {
  open({ problem: { error: HOSTILE, details: HOSTILE }, saved: { name: HOSTILE, where: HOSTILE } });
  assert.equal(el.querySelectorAll("img, script").length, 0);
  assert.ok(el.querySelector(".lk-user pre")!.textContent!.includes(HOSTILE));
  assert.ok(el.querySelector(".lk-save .lk-alert")!.textContent!.includes(HOSTILE));
});

test("the preview shows what is sent, its size, and marks the index prefixes", () => {
  open();
  const sent = model.state.preview.messages[1]!.parts.map(([, text]) => text).join("");
  assert.equal(el.querySelector(".lk-user pre")!.textContent, sent);
  assert.deepEqual([...el.querySelectorAll("mark")].map((m) => m.textContent), ["Post 1: ", "Post 2: "]);
  assert.equal(el.querySelector(".lk-tokens p")!.textContent, "21 tokens_estimated 4 20");
  assert.deepEqual([...el.querySelectorAll(".lk-token-legend li")].map((e) => e.textContent), ["system 4", "posts 14", "instruction 3"]);
  assert.equal(el.querySelectorAll(".lk-system [data-shared]").length, 1);
  assert.equal(el.querySelectorAll(".lk-user [data-shared]").length, 0);
});

test("a prompt that cannot be rendered shows why as an alert", () => {
  open();
  model.receive("preview", { ...model.state.preview, messages: [], problem: "unknown placeholder {{post}}" });
  const alert = el.querySelector(".lk-preview [role=alert]")!;
  assert.equal(alert.textContent, "unknown placeholder {{post}}");
  assert.equal(el.querySelectorAll(".lk-message").length, 0);
});

test("previous and next stop at the ends; the list follows", () => {
  open();
  find("previous").click();
  assert.equal(model.state.position, 0);
  find("next").click();
  find("next").click();
  assert.equal(model.state.position, 1);
  assert.equal(find<HTMLSelectElement>("example").selectedIndex, 1);
});

test("an id is looked up in Python; one that is not there is said, and nothing of it is an edit", async () => {
  const asked: unknown[] = [];
  open({ total: 600 }, async (name, message) => {
    asked.push([name, message]);
    return [asked.length === 1 ? { ok: true, position: 550 } : { ok: false, error: "no such example", details: "" }, []];
  });
  const enter = async (id: string): Promise<void> => {
    type("go_to", id);
    find("go_to").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    await pause(0);
  };
  await enter("row-550");
  assert.deepEqual(asked[0], ["find_example", { id: "row-550" }]);
  assert.equal(model.state.position, 550);
  assert.equal(find<HTMLSelectElement>("example").value, "550");
  model.receive("preview", { ...model.state.preview, position: 550, title: "row-550 · far" });
  assert.equal(find<HTMLSelectElement>("example").selectedOptions[0]!.textContent, "row-550 · far");
  await enter("nowhere");
  assert.equal(el.querySelector(".lk-picked")!.textContent, "no such example");
  await pause(350);
  assert.equal(model.state.draft.revision, 0);
});

test("more examples than the list holds are said aloud", () => {
  open({ total: 7 });
  assert.equal(el.querySelector(".lk-picker small")!.textContent, "2/7");
});

test("an outdated preview is dimmed, and a busy kernel is named after a while", async () => {
  open();
  const said = (): string => el.querySelector(".lk-preview > .lk-state")!.textContent!;
  const dimmed = (): boolean => el.querySelector(".lk-messages")!.classList.contains("lk-late");
  model.receive("position", 1);
  assert.deepEqual([said(), dimmed()], ["", true]);
  await pause(2100);
  assert.equal(said(), "busy");
  model.receive("preview", { ...model.state.preview, position: 1 });
  assert.deepEqual([said(), dimmed()], ["", false]);
});

test("a preview whose examples are still being fetched says so", () => {
  open();
  const said = (): string => el.querySelector(".lk-preview > .lk-state")!.textContent!;
  model.receive("preview", { ...model.state.preview, fetching: true });
  assert.equal(said(), "fetching");
  assert.ok(el.querySelector(".lk-user pre"), "all else is shown");
  model.receive("preview", { ...model.state.preview, fetching: false });
  assert.equal(said(), "");
});

test("a definition of a label that the task does not have can be taken out", async () => {
  open({ labels: ["refund"] });
  find(`remove: ${HOSTILE}`).click();
  await pause(350);
  assert.deepEqual(model.state.draft.definitions.map((card) => card.label), ["refund"]);
});

test("cards that are asked for stand first, side by side, with the focus in the first; the draft keeps its order", () => {
  open();
  const order = (): string[] => [...el.querySelectorAll("article")].map((card) => card.getAttribute("aria-label")!);
  const before = structuredClone(model.state.draft.definitions.map(({ label }) => label));
  model.receive("asked", { turn: 1, labels: [...before].reverse() });
  assert.deepEqual(order(), [...before].reverse());
  assert.equal(document.activeElement!.getAttribute("aria-label"), `${before.at(-1)}: meaning`);
  assert.equal(el.querySelectorAll(".lk-pair > .lk-asked").length, 2);
  type(`${before[0]}: meaning`, "New words.");
  find(`${before[0]}: meaning`).dispatchEvent(new Event("focusout", { bubbles: true }));
  assert.deepEqual(model.state.draft.definitions.map(({ label }) => label), before);
  model.receive("asked", { turn: 2, labels: ["no such label", before[0]!] });
  assert.equal(el.querySelectorAll(".lk-asked").length, 1);
});

test("Ctrl+Enter goes to the button that runs, and the keys are named", () => {
  open({ models: ["definition-reader"], can_save: true });
  const field = find("refund: meaning");
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
  assert.equal(document.activeElement!.textContent, "run_start");
  assert.equal(el.querySelector(".lk-keys")!.textContent, "key_try · key_save");
});
