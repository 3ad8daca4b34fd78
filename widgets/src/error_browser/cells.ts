// What stands in the cells of the list, and the small pieces that the opened row uses too.
import { h, quoted } from "../shared/dom.ts";
import { fill } from "../shared/words.ts";
import type { Line, Named, Stretch, Words } from "./logic.ts";

/** A post with the quoted words marked. */
export function marked(parts: Stretch[]): HTMLElement {
  return h("bdi", { class: "lk-post" }, ...parts.map(([text, isQuoted]) => (isQuoted ? h("mark", {}, text) : text)));
}

/** Labels as small plates; those that gold and answer do not share stand out. */
export function plates(labels: string[], others: string[] | null, side: "missed" | "spurious", words: Words): HTMLElement {
  const shown = labels.map((label) => {
    const odd = others !== null && !others.includes(label);
    return h("span", { class: `lk-plate${odd ? ` lk-${side}` : ""}`, title: odd ? words[side] : undefined }, quoted(label));
  });
  return h("span", { class: "lk-plates" }, ...(shown.length ? shown : [h("span", { class: "lk-soft" }, words.no_label)]));
}

/** The gold labels, or that there are none known. */
export function goldPlates({ gold }: Named, answered: string[] | null, words: Words): HTMLElement {
  if (gold === null) return h("span", { class: "lk-soft" }, words.not_labelled);
  return plates(gold, answered, "missed", words);
}

/** A row's id, with the number of the asking when each row was asked several times. */
export function rowName({ id, repeat }: Named, words: Words): string {
  return repeat ? fill(words.repeat, { id, repeat }) : id;
}

/** Right or wrong, or what changed; never by colour alone. */
export function outcome(row: Named, status: string, words: Words): HTMLElement {
  const verdict = row.correct === null ? "" : row.correct ? words.right : words.wrong;
  const text = row.change ? words[row.change] : verdict;
  const kind = row.change || (row.correct === null ? "none" : row.correct ? "right" : "wrong");
  const plate = h("span", { class: `lk-outcome lk-is-${kind}` }, text);
  return h("span", { class: "lk-outcomes" }, ...(text ? [plate] : []), ...(status ? [h("span", { class: "lk-soft" }, status)] : []));
}

/** The cells of a line, in the order of `columns` in view.ts. */
export function lineCells(line: Line, words: Words): Node[] {
  const read = line.answers.at(-1)!;
  const answers = line.answers.map(({ labels, status }) =>
    status && !labels.length ? h("span", { class: "lk-soft" }, status) : plates(labels, line.gold, "spurious", words),
  );
  return [
    h("span", { class: "lk-id", title: rowName(line, words) }, quoted(rowName(line, words))),
    marked(line.posts),
    goldPlates(line, read.labels, words),
    ...answers,
    h("bdi", { class: "lk-said" }, line.rationale),
    quoted(line.definition),
    ending(line, outcome(line, read.labels.length ? read.status : "", words)),
  ];
}

/** How a line ends: its outcome, and why it went wrong when somebody has said so. */
function ending({ tag }: Line, outcome: HTMLElement): HTMLElement {
  if (tag) outcome.append(h("span", { class: "lk-tag", title: tag }, tag));
  return outcome;
}
