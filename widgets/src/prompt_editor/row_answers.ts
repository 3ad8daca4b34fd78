// What is known of the chosen example beside what is sent: its gold, and what was answered in the last trial.
import { h, quoted } from "../shared/dom.ts";
import type { Preview, RowAnswer, Words } from "./logic.ts";

/** Gold and answers, a line each; empty where there is neither. */
export function rowAnswers({ gold, answers, sha256, changed }: Preview, version: string, words: Words): HTMLElement[] {
  const name = (answer: RowAnswer): string => {
    if (answer.version) return answer.version;
    if (answer.prompt !== sha256) return words.earlier_edit;
    return changed ? words.this_edit : version;
  };
  const lines = gold === null ? [] : [line(words.gold, plates(gold, words))];
  for (const answer of answers) lines.push(line(name(answer), plates(answer.labels, words), judged(answer, words), said(answer)));
  return lines.length ? [h("ul", { class: "lk-row-answers", "aria-label": words.row_answers }, ...lines)] : [];
}

function line(name: string, ...parts: (Node | string)[]): HTMLElement {
  return h("li", {}, h("b", {}, quoted(name)), h("div", {}, ...parts));
}

function plates(labels: string[], words: Words): HTMLElement {
  const shown = labels.map((label) => h("span", { class: "lk-plate" }, quoted(label)));
  return h("span", {}, ...(shown.length ? shown : [h("span", { class: "lk-hint" }, words.no_label)]));
}

function judged({ correct }: RowAnswer, words: Words): HTMLElement | string {
  if (correct === null) return "";
  return h("strong", { class: `lk-verdict-${correct ? "better" : "worse"}` }, correct ? words.right : words.wrong);
}

function said({ said }: RowAnswer): HTMLElement | string {
  return said ? h("p", { class: "lk-row-said" }, quoted(said)) : "";
}
