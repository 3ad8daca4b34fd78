import assert from "node:assert/strict";
import { test } from "node:test";
import { button, el, find, model, open, pause, useFreshPages } from "../../preview/editor_page.ts";
import { HOSTILE, sampleDraft, sampleFinding } from "../../preview/sample.ts";
import type { Finding } from "./logic.ts";

useFreshPages();

test("a finding stands at its card with reason, fix, source and rows; what is open there stays text", () => {
  open();
  assert.equal(el.querySelector(".lk-finding-count")!.textContent, "finding_next");
  model.receive("findings", { revision: 0, found: [sampleFinding()] });
  const item = el.querySelector("article .lk-finding")!;
  assert.equal(item.closest("article")!.getAttribute("aria-label"), "refund");
  for (const said of ["finding_warning", `too short ${HOSTILE}`, "say more", "a guide", "b elsewhere +3"]) {
    assert.ok(item.textContent!.includes(said), said);
  }
  assert.equal(el.querySelectorAll("img").length, 0);
  assert.equal(el.querySelector(".lk-finding-count span")!.textContent, "0 1 0");
  model.receive("findings", { revision: 1, found: [] });
  assert.equal(el.querySelectorAll(".lk-finding").length, 0);
  assert.equal(el.querySelector(".lk-finding-count span")!.textContent, "findings_none");
});

test("findings of sections stand at their fields, unknown places at the first, and one steps through them", () => {
  open();
  const of = (section: string): Finding[] => [sampleFinding({ section, label: "" })];
  const places = ["instruction", "posts", "examples", "nowhere"].map((section) => {
    model.receive("findings", { revision: 0, found: of(section) });
    return el.querySelector(".lk-finding")!.closest(".lk-section")!.querySelector("textarea")!.getAttribute("aria-label");
  });
  assert.deepEqual(places, ["instruction", "input", "shots", "system"]);
  model.receive("findings", { revision: 0, found: [...of("input"), sampleFinding()] });
  const step = (): string => {
    button("finding_next").click();
    const place = document.activeElement!.closest(".lk-card, .lk-section")!;
    return place.getAttribute("aria-label") ?? place.querySelector("textarea")!.getAttribute("aria-label")!;
  };
  assert.deepEqual([step(), step(), step()], ["refund", "input", "refund"]);
});

test("a row that shows the harm opens in the preview", async () => {
  open({ findings: { revision: 0, found: [sampleFinding()] } }, async () => [{ ok: true, position: 1 }, []]);
  find("row b").click();
  await pause(0);
  assert.equal(model.state.position, 1);
  assert.equal(el.querySelectorAll(".lk-harm button").length, 1, "a row that is not among the examples is no link");
});

test("findings follow their card when the form is made anew", () => {
  open({ findings: { revision: 0, found: [sampleFinding()] } });
  model.receive("draft", { ...sampleDraft(), definitions: sampleDraft().definitions.reverse(), revision: 3 });
  assert.equal(el.querySelector(".lk-finding")!.closest("article")!.getAttribute("aria-label"), "refund");
});
