// What came of a trial: the score with its interval, what was fixed and what regressed.
import { h, quoted } from "../shared/dom.ts";
import { fill } from "../shared/words.ts";
import type { Limits, Result, Words } from "./logic.ts";

/** What the result needs from the pane around it. */
export interface ResultSetting {
  words: Words;
  /** Shows a row in the preview. */
  open: (id: string) => Promise<void>;
  /** Whether the form has changed since. */
  outdated: boolean;
}

/** A finished trial. */
export function resultBox(result: Result, { words, open, outdated }: ResultSetting): HTMLElement[] {
  const head = h("h3", {}, words.result, " ");
  if (result.estimated) head.append(badge(words.result_estimate));
  else if (!result.whole) head.append(badge(words.result_sample));
  if (outdated) head.append(" ", badge(words.result_earlier));
  const lines = [head, scoreLine(result, words), comparison(result, words)];
  const { asked, control, saved, unanswered } = result;
  if (!result.whole) lines.push(h("p", { class: "lk-hint" }, fill(words.result_rows, { asked, control, saved })));
  if (unanswered) lines.push(h("p", {}, fill(words.result_unanswered, { unanswered })));
  if (result.verdict) {
    lines.push(rowList(words.fixed, "good", result.fixed, result.fixed_count, words, open));
    lines.push(rowList(words.regressed, "bad", result.regressed, result.regressed_count, words, open));
    if (result.still_wrong_count)
      lines.push(rowList(words.still_wrong, "", result.still_wrong, result.still_wrong_count, words, open));
  }
  return lines;
}

function badge(text: string): HTMLElement {
  return h("span", { class: "lk-badge" }, text);
}

function scoreLine({ after, metric }: Result, words: Words): HTMLElement {
  if (!after) return h("p", {}, words.result_none);
  return h("p", { class: "lk-score" }, fill(words.result_score, { metric, ...fixed(after) }));
}

function comparison({ before, before_name: version, delta, verdict }: Result, words: Words): HTMLElement {
  const line = h("p", { class: "lk-comparison" });
  if (before) line.append(quoted(fill(words.result_before, { version, value: before.value.toFixed(3) })), " · ");
  if (delta) line.append(fill(words.result_delta, fixed(delta, true)), " · ");
  const said = { better: words.verdict_better, worse: words.verdict_worse, "cannot tell": words.verdict_unclear, "": "" };
  line.append(h("strong", { class: `lk-verdict-${verdict.split(" ")[0]}` }, said[verdict]));
  return line;
}

/** Numbers with three decimals; a difference with its sign. */
function fixed({ value, low = value, high = value }: Limits, signed = false): Record<"value" | "low" | "high", string> {
  const said = (number: number): string => (signed && number > 0 ? "+" : "") + number.toFixed(3);
  return { value: said(value), low: said(low), high: said(high) };
}

function rowList(
  name: string,
  tone: "good" | "bad" | "",
  ids: string[],
  count: number,
  words: Words,
  open: ResultSetting["open"],
): HTMLElement {
  const line = h("p", { class: tone ? `lk-row-list lk-${tone}` : "lk-row-list" }, h("b", {}, `${name} ${count}`), " ");
  for (const id of ids) {
    const link = h("button", { type: "button", class: "lk-link", "aria-label": fill(words.finding_row, { id }) }, quoted(id));
    link.addEventListener("click", () => void open(id));
    line.append(link, " ");
  }
  if (count > ids.length) line.append(fill(words.finding_more, { more: count - ids.length }));
  if (count === 0) line.append(words.no_rows);
  return line;
}
