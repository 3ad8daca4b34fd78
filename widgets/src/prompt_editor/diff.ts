// What changed between two prompts: by definition, sentence by sentence, or as lines of text.
import { h, quoted } from "../shared/dom.ts";
import { fill } from "../shared/words.ts";
import { LISTS, type Rationale, type Section, type Words } from "./logic.ts";

interface Change {
  kind: "moved" | "changed" | "added" | "removed";
  part: string;
  before: string;
  after: string;
}

interface Part {
  label: string;
  section: Section | "";
  kind: "changed" | "added" | "removed" | "reordered";
  changes: Change[];
  same: number;
}

/** The difference of two prompts, as `changes_shown` in labkit/views/prompt_changes.py makes it. */
export interface Difference {
  same: boolean;
  parts: Part[];
  unchanged: number;
  moved: string[];
  rationale: [Rationale, Rationale];
  retrieved: [number, number];
  lines: [" " | "-" | "+" | "…", string][];
}

/** The difference by definition. */
export function byDefinition(found: Difference, words: Words): HTMLElement[] {
  if (found.same) return [h("p", {}, words.nothing_changed)];
  const parts = found.parts.map((part) => partBox(part, words));
  const [before, after] = found.rationale.map((value) => words[`rationale_${value}`]);
  const [few, more] = found.retrieved.map(String);
  if (found.moved.length) parts.push(h("p", {}, fill(words.moved_labels, { labels: found.moved.join(words.comma) })));
  if (before !== after) parts.push(h("p", {}, fill(words.rationale_changed, { before: before!, after: after! })));
  if (few !== more) parts.push(h("p", {}, fill(words.retrieved_changed, { before: few!, after: more! })));
  if (found.unchanged) parts.push(note(fill(words.unchanged_definitions, { count: found.unchanged })));
  return parts;
}

/** The difference as lines of the two files. */
export function byLine(found: Difference, words: Words): HTMLElement[] {
  if (!found.lines.length) return [h("p", {}, words.nothing_changed)];
  const body = h("pre", { class: "lk-lines", tabindex: "0", "aria-label": words.by_line });
  for (const [sign, text] of found.lines) {
    if (sign === "+") body.append(h("ins", {}, "+ ", quoted(text)), "\n");
    else if (sign === "-") body.append(h("del", {}, "− ", quoted(text)), "\n");
    else body.append(sign === "…" ? "…" : `  ${text}`, "\n");
  }
  return [body];
}

function partBox({ label, section, kind, changes, same }: Part, words: Words): HTMLElement {
  const badge = h("span", { class: `lk-badge lk-kind-${kind}` }, words[`kind_${kind}`]);
  const head = h("h4", {}, section ? words[section] : quoted(label), " ", badge);
  const list = h("ul", { class: "lk-changes" }, ...changes.flatMap((change) => changeLines(change, words)));
  const rest = same ? [note(fill(words.unchanged_sentences, { count: same }))] : [];
  return h("section", { class: "lk-diff-part" }, head, list, ...rest);
}

function changeLines({ kind, part, before, after }: Change, words: Words): HTMLElement[] {
  const list = LISTS.find((name) => name === part);
  const place = list ? [h("span", { class: "lk-caption" }, `${words[list]} `)] : [];
  if (kind === "moved") return [h("li", {}, sign("↕", words.was_moved), ...place, quoted(after))];
  const lines: HTMLElement[] = [];
  if (before) lines.push(h("li", {}, h("del", {}, sign("−", words.was_removed), ...place.map(copy), quoted(before))));
  if (after) lines.push(h("li", {}, h("ins", {}, sign("+", words.was_added), ...place, quoted(after))));
  return lines;
}

function copy(element: HTMLElement): HTMLElement {
  return element.cloneNode(true) as HTMLElement;
}

/** A sign for the eye, words for the ear. */
function sign(mark: string, spoken: string): HTMLElement {
  return h("span", { class: "lk-mark", role: "img", "aria-label": spoken }, mark);
}

function note(text: string): HTMLElement {
  return h("p", { class: "lk-hint" }, text);
}
