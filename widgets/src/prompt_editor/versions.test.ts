import assert from "node:assert/strict";
import { test } from "node:test";
import { button, el, find, model, open, pause, type, useFreshPages } from "../../preview/editor_page.ts";
import { HOSTILE, sampleDraft, sampleVersions } from "../../preview/sample.ts";
import type { Invoke } from "../shared/afm.ts";
import type { Difference } from "./diff.ts";
import type { Draft, Traits } from "./logic.ts";

useFreshPages();

const DIFFERENCE: Difference = {
  same: false,
  parts: [
    {
      label: "refund",
      section: "",
      kind: "changed",
      changes: [
        { kind: "changed", part: "text", before: "Money back.", after: `Money ${HOSTILE}` },
        { kind: "added", part: "excludes", before: "", after: "prices" },
        { kind: "moved", part: "text", before: "Now.", after: "Now." },
      ],
      same: 2,
    },
    { label: "", section: "instruction", kind: "added", changes: [], same: 0 },
  ],
  unchanged: 1,
  moved: ["refund"],
  rationale: ["before", "none"],
  retrieved: [0, 4],
  lines: [["…", ""], [" ", "same"], ["-", "old"], ["+", HOSTILE]],
}; // prettier-ignore

/** Python that remembers what it was asked. */
function python(replies: Record<string, object>, asked: [string, unknown][] = []): { invoke: Invoke; asked: [string, unknown][] } {
  const invoke: Invoke = async (name, message) => {
    asked.push([name, message]);
    return [{ ok: true, ...replies[name] }, []];
  };
  return { invoke, asked };
}

function openVersions(replies: Record<string, object> = {}, changes: Partial<Traits> = {}): [string, unknown][] {
  const { invoke, asked } = python(replies);
  open({ versions: sampleVersions(), ...changes }, invoke);
  return asked;
}

const shown = (id: string): boolean => !el.querySelector<HTMLElement>(`[role=tabpanel][id$="-${id}"]`)!.hidden;
const key = (name: string): KeyboardEvent => new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true });

test("preview and versions are tabs that arrow keys go through; without versions there is no choice", () => {
  openVersions();
  const [preview, versions] = [...el.querySelectorAll<HTMLElement>("[role=tab]")];
  assert.deepEqual([shown("preview"), shown("versions")], [true, false]);
  preview!.dispatchEvent(key("ArrowRight"));
  assert.deepEqual([shown("preview"), shown("versions")], [false, true]);
  assert.equal(document.activeElement, versions);
  assert.deepEqual([preview!.tabIndex, versions!.getAttribute("aria-selected")], [-1, "true"]);
  open();
  assert.equal(el.querySelector<HTMLElement>("[role=tablist]")!.hidden, true);
});

test("a version shows message and scores; the one in the form is marked, an unreadable one says why", () => {
  openVersions();
  const [broken, current, oldest] = [...el.querySelectorAll(".lk-version")];
  assert.ok(broken!.textContent!.includes(HOSTILE));
  assert.ok([...broken!.querySelectorAll("button")].every((b) => b.disabled));
  assert.equal(current!.getAttribute("aria-current"), "true");
  const scores = [...current!.querySelectorAll("li")].map((e) => e.textContent);
  assert.deepEqual(scores, ["macro_f1 0.750 0.500 0.900 reader 16", "reader 4/16", "reader"]);
  assert.ok(oldest!.textContent!.includes("score_none"));
  assert.equal(el.querySelectorAll("img").length, 0);
});

test("changes from a version to the form, by definition and as text", async () => {
  const asked = openVersions({ compare: DIFFERENCE });
  type("system", "Typed just now");
  find("changes of v1").click();
  await pause(0);
  const [name, message] = asked.at(-1) as [string, { before: string; after: string; draft: { system: string } }];
  assert.deepEqual([name, message.before, message.after, message.draft.system], ["compare", "v1", "", "Typed just now"]);
  const parts = [...el.querySelectorAll(".lk-diff-part")];
  assert.deepEqual(parts.map((part) => part.querySelector("h4")!.textContent), ["refund kind_changed", "instruction kind_added"]);
  assert.deepEqual([...parts[0]!.querySelectorAll("del, ins")].map((e) => e.textContent), [
    "−Money back.",
    `+Money ${HOSTILE}`,
    "+excludes prices",
  ]);
  for (const said of ["2 same", "1 same", "moved refund", "rationale_before rationale_none", "fetched 0 4"]) {
    assert.ok(el.querySelector(".lk-diff")!.textContent!.includes(said), said);
  }
  button("by_line").click();
  assert.deepEqual([...el.querySelectorAll(".lk-lines > *")].map((e) => e.tagName), ["DEL", "INS"]);
  assert.equal(el.querySelectorAll("img").length, 0);
});

test("two versions can be compared; what cannot be is said", async () => {
  openVersions({ compare: { ...DIFFERENCE, same: true, parts: [], lines: [] } });
  find("changes of v2").click();
  await pause(0);
  assert.equal(el.querySelector(".lk-diff")!.textContent, "nothing_changed");
  const to = find<HTMLSelectElement>("to");
  assert.deepEqual([...to.options].map((option) => option.value), ["", "v2", "v1"]);
  open({ versions: sampleVersions() }, async () => [{ ok: false, error: "gone", details: "" }, []]);
  find("changes of v1").click();
  await pause(0);
  assert.equal(el.querySelector(".lk-pane [role=alert]")!.textContent, "gone");
});

test("a version goes back into the form, and undo brings the edit back", async () => {
  const asked = openVersions();
  type("system", "Mine");
  find("restore v1").click();
  await pause(0);
  const [, message] = asked.find(([name]) => name === "restore")!;
  assert.equal((message as { draft: Draft }).draft.system, "Mine");
  model.receive("draft", { ...sampleDraft(), system: "Old", revision: 7, filled: 1 });
  assert.equal(find<HTMLTextAreaElement>("system").value, "Old");
  assert.equal(el.querySelector(".lk-restored p")!.textContent, "restored v1");
  button("undo").click();
  assert.equal(find<HTMLTextAreaElement>("system").value, "Mine");
  assert.equal(model.state.draft.system, "Mine");
  assert.equal(model.state.draft.filled, 1, "it was written after the form had been filled");
});

test("a version that stands in the form already is said to, and there is nothing to undo", async () => {
  openVersions({ restore: { same: true } });
  find("restore v2").click();
  await pause(0);
  assert.equal(el.querySelector(".lk-restored p")!.textContent, "same v2");
  assert.ok(button("undo").hidden);
});

test("the way back to an edit outlives the same version asked for again, and a refusal", async () => {
  const replies = [{ ok: true, same: false }, { ok: true, same: true }, { ok: false, error: "gone", details: "" }];
  open({ versions: sampleVersions() }, async () => [replies.shift()!, []]);
  type("system", "Mine");
  find("restore v1").click();
  await pause(0);
  model.receive("draft", { ...sampleDraft(), system: "Old", revision: 7 });
  for (const said of ["same v1", "gone"]) {
    find("restore v1").click();
    await pause(0);
    assert.equal(el.querySelector(".lk-restored p")!.textContent, said);
    assert.ok(!button("undo").hidden, said);
  }
  button("undo").click();
  assert.equal(find<HTMLTextAreaElement>("system").value, "Mine");
});

test("an edit made outside is announced with four ways out", async () => {
  const asked = openVersions({ compare: DIFFERENCE });
  const banner = el.querySelector(".lk-outside")!;
  assert.equal(banner.textContent, "");
  model.receive("outside", { kind: "changed", name: "v2", problem: "" });
  assert.equal(banner.getAttribute("role"), "alert");
  assert.ok(banner.textContent!.startsWith("changed v2"));
  type("system", "Typed just now");
  button("outside_keep").click();
  button("outside_reload").click();
  button("outside_merge").click();
  button("outside_show").click();
  await pause(0);
  const settled = asked.filter(([name]) => name === "settle").map(([, message]) => message as { choice: string; draft: Draft });
  assert.deepEqual(settled.map(({ choice }) => choice), ["keep", "reload", "merge"]);
  assert.ok(settled.every(({ draft }) => draft.system === "Typed just now"));
  assert.ok(shown("versions"));
  assert.equal(el.querySelectorAll(".lk-diff-part").length, 2);
  model.receive("outside", { kind: "unreadable", name: "v2", problem: HOSTILE });
  assert.equal(banner.textContent, `unreadable ${HOSTILE}`);
  model.receive("outside", {});
  assert.equal(banner.textContent, "");
});

test("two edits of one place are told apart in the banner, and the choices stay", async () => {
  open({ versions: sampleVersions(), outside: { kind: "changed", name: "v2", problem: "" } }, async () => [{ ok: false, error: `Both changed ${HOSTILE}`, details: "" }, []]);
  button("outside_merge").click();
  await pause(0);
  assert.equal(el.querySelector(".lk-outside .lk-alert")!.textContent, `Both changed ${HOSTILE}`);
  assert.ok(button("outside_keep"));
});

test("nothing is saved while an edit made outside waits", async () => {
  open({}, async () => [{ ok: true, unchanged: false, outside: true }, []]);
  type("message", "mine");
  button("save").click();
  await pause(0);
  assert.equal(el.querySelector(".lk-save .lk-state")!.textContent, "outside_first");
  assert.equal(find<HTMLInputElement>("message").value, "mine");
});

test("the files are looked at while the editor is open, and no more when it is gone", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const asked = openVersions();
  const looks = (): number => asked.filter(([name]) => name === "look").length;
  context.mock.timers.tick(4000);
  await Promise.resolve();
  assert.equal(looks(), 1);
  model.receive("versions", sampleVersions().slice(1));
  assert.equal(el.querySelectorAll(".lk-version").length, 2);
});

test("what was said of a version goes when Python fills the form with something else", async () => {
  openVersions({ restore: { same: false, filled: 1 } });
  const restored = el.querySelector<HTMLElement>(".lk-restored")!;
  find("restore v1").click();
  await pause(0);
  for (const change of [{ system: "Old", filled: 1 }, { system: "Old and typed on", filled: 1 }]) {
    model.receive("draft", { ...sampleDraft(), ...change, revision: 7 });
    assert.deepEqual([restored.hidden, restored.querySelector("p")!.textContent], [false, "restored v1"]);
  }
  model.receive("draft", { ...sampleDraft(), system: "From Python", revision: 9, filled: 2 });
  assert.ok(restored.hidden);
  assert.ok(button("undo").hidden, "the way back was from the other version");
});

test("once another version is opened nothing says that a version is not saved, and the way back stays", async () => {
  openVersions({ restore: { same: false, filled: 0 } });
  find("restore v1").click();
  await pause(0);
  model.receive("version", "v3");
  const restored = el.querySelector<HTMLElement>(".lk-restored")!;
  assert.deepEqual([restored.hidden, restored.querySelector("p")!.textContent], [false, "restored_before"]);
  button("undo").click();
  model.receive("version", "v4");
  assert.ok(restored.hidden);
});
