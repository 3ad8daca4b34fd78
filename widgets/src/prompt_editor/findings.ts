// What lint says, shown where it is about: reason, fix, source, and the rows that show the harm.
import type { RenderContext } from "../shared/afm.ts";
import { follow } from "../shared/bind.ts";
import { h, quoted, setText } from "../shared/dom.ts";
import { fill } from "../shared/words.ts";
import { type Finding, placeOf, severityCounts, type Traits, type Words } from "./logic.ts";

const SIGNS = { error: "✕", warning: "▲", note: "•" } as const;

/** What the findings need from the editor around them. */
export interface FindingsSetting {
  /** Where findings of a place are shown; undefined where the form has no such place. */
  slot: (place: string) => HTMLElement | undefined;
  /** Shows a row in the preview. */
  open: (id: string) => Promise<void>;
}

/** The count in the editor's head; `place` shows the findings anew, after the form has made new cards. */
export interface Findings {
  element: HTMLElement;
  place: () => void;
}

/** Keeps the findings at their places until the view goes away. */
export function createFindings({ model, signal }: RenderContext<Traits>, setting: FindingsSetting): Findings {
  const words = model.get("words");
  const count = h("span", { role: "status" });
  const next = h("button", { type: "button", class: "lk-plain" }, words.finding_next);
  const element = h("div", { class: "lk-finding-count" }, count, next);
  let filled: HTMLElement[] = [];
  const place = (): void => {
    const { found, revision } = model.get("findings");
    for (const slot of filled) slot.replaceChildren();
    filled = [...inPlaces(found ?? [], setting.slot)].map(([slot, here]) => {
      slot.replaceChildren(...here.map((finding) => findingItem(finding, words, setting.open)));
      return slot;
    });
    const counts = severityCounts(found ?? []);
    element.dataset["worst"] = (found ?? [])[0]?.severity ?? "";
    next.hidden = filled.length === 0;
    setText(count, revision === undefined ? "" : found?.length ? fill(words.findings_count, counts) : words.findings_none);
  };
  let shown = -1;
  const step = (): void => {
    const slots = filled.filter((slot) => slot.isConnected).sort(inDocument);
    shown = (shown + 1) % Math.max(1, slots.length);
    slots[shown]?.focus();
  };
  next.addEventListener("click", step, { signal });
  follow(model, ["findings"], place, signal);
  return { element, place };
}

/** An empty list for the findings of a place; it takes the focus when one steps through them. */
export function findingSlot(words: Words): HTMLElement {
  return h("ul", { class: "lk-findings", "aria-label": words.findings, tabindex: "-1" });
}

function inPlaces(found: Finding[], slot: FindingsSetting["slot"]): Map<HTMLElement, Finding[]> {
  const places = new Map<HTMLElement, Finding[]>();
  for (const finding of found) {
    const here = slot(placeOf(finding)) ?? slot("system")!;
    places.set(here, [...(places.get(here) ?? []), finding]);
  }
  return places;
}

function inDocument(one: HTMLElement, other: HTMLElement): number {
  return one.compareDocumentPosition(other) & 4 ? -1 : 1; // 4: the other follows
}

function findingItem(finding: Finding, words: Words, open: FindingsSetting["open"]): HTMLElement {
  const { severity, reason, fix, source } = finding;
  const sign = h("span", { class: "lk-sign", "aria-hidden": "true" }, SIGNS[severity]);
  const head = h("p", {}, sign, h("strong", {}, words[`finding_${severity}`]), " ", quoted(reason));
  const item = h("li", { class: `lk-finding lk-${severity}` }, head);
  if (fix) item.append(h("p", { class: "lk-fix" }, h("b", {}, words.finding_fix), " ", quoted(fix)));
  if (finding.rows.length) item.append(harm(finding, words, open));
  if (source) item.append(h("p", { class: "lk-source" }, words.finding_source, " ", quoted(source)));
  return item;
}

/** The rows that show the harm: a link where the preview can show them. */
function harm({ rows, more }: Finding, words: Words, open: FindingsSetting["open"]): HTMLElement {
  const line = h("p", { class: "lk-harm" }, words.finding_rows);
  for (const [id, among] of rows) {
    const link = h("button", { type: "button", class: "lk-link", "aria-label": fill(words.finding_row, { id }) }, quoted(id));
    link.addEventListener("click", () => void open(id));
    line.append(" ", among ? link : quoted(id));
  }
  if (more) line.append(" ", fill(words.finding_more, { more }));
  return line;
}
