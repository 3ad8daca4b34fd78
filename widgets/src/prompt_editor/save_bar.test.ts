import assert from "node:assert/strict";
import { test } from "node:test";
import { button, el, find, model, open, pause, type, useFreshPages } from "../../preview/editor_page.ts";
import type { Traits } from "./logic.ts";

const saveState = (): string => el.querySelector(".lk-save .lk-state")!.textContent!;
const alertText = (): string => el.querySelector(".lk-save .lk-alert")!.textContent!;

useFreshPages();

test("a refusal is forgotten with the next edit", async () => {
  open({}, async () => [{ ok: false, error: "unknown placeholder", details: "" }, []]);
  button("save").click();
  await pause(0);
  assert.equal(alertText(), "unknown placeholder");
  type("system", "mended");
  await pause(350);
  assert.equal(alertText(), "");
});

test("saving hands over the draft on screen, shows where it went and clears the message", async () => {
  let sent: unknown;
  open({}, async (_name, message) => {
    sent = message;
    model.receive("saved", { name: "v3", where: "prompts/v3.md" });
    return [{ ok: true, unchanged: false }, []];
  });
  type("message", "clearer refund");
  type("system", "Typed just now");
  button("save").click();
  await pause(0);
  const { draft } = sent as { draft: Traits["draft"] };
  assert.equal(model.saved[0]!.draft.system, "Typed just now", "the trait must not be behind what is saved");
  assert.deepEqual([draft.system, draft.message], ["Typed just now", "clearer refund"]);
  assert.equal(saveState(), "saved v3 prompts/v3.md");
  assert.equal(model.state.draft.message, "");
});

test("saving what has not changed says so; a refusal is an alert and keeps the message", async () => {
  open();
  button("save").click();
  await pause(0);
  assert.equal(saveState(), "unchanged v2");
  open({}, async () => [{ ok: false, error: "disk full", details: "" }, []]);
  type("message", "keep me");
  button("save").click();
  await pause(0);
  assert.equal(alertText(), "disk full");
  assert.equal(find<HTMLInputElement>("message").value, "keep me");
});

test("a kernel that does not answer is named, and every question has an end", async () => {
  let end: AbortSignal | undefined;
  open({}, async (_name, _message, { signal }) => {
    end = signal;
    throw new DOMException("late", "TimeoutError");
  });
  button("save").click();
  button("save").click();
  await pause(0);
  assert.ok(end);
  assert.equal(alertText(), "no_answer 20");
});

test("Ctrl+S saves, and the browser does not", async () => {
  let asked = 0;
  open({}, async () => [{ ok: true, unchanged: (asked += 1) > 0 }, []]);
  const event = new KeyboardEvent("keydown", { key: "s", ctrlKey: true, bubbles: true, cancelable: true });
  find("system").dispatchEvent(event);
  await pause(0);
  assert.equal(asked, 1);
  assert.ok(event.defaultPrevented);
});

test("without on_save there is no save button", () => {
  open({ can_save: false });
  assert.equal(button("save"), undefined);
  assert.equal(saveState(), "no_save");
});
