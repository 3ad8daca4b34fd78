// The chosen item in full: why it is asked about, its posts, the definitions in question, what others and models said.
import type { Model } from "../shared/afm.ts";
import { h, quoted } from "../shared/dom.ts";
import { fill } from "../shared/words.ts";
import type { Opened, Row, Traits, Vote, Words } from "./logic.ts";

/** What stands above the choice of labels. */
export function itemParts(item: Opened, model: Model<Traits>): HTMLElement[] {
  const words = model.get("words");
  const reasons = item.reasons.map((reason) => h("li", {}, quoted(reason)));
  return [
    h("header", { class: "lk-line" }, h("h3", {}, item.kind), ...(item.verdict ? [h("span", { class: "lk-verdict" }, `${words.verdict}: `, quoted(item.verdict))] : [])),
    h("ul", { class: "lk-reasons" }, ...reasons),
    ...item.rows.map((row) => rowPart(row, item, model)),
    ...(item.masked ? [maskedPart(item, model)] : []),
    ...(item.more ? [h("p", { class: "lk-soft" }, fill(words.more, { rows: item.more }))] : []),
    h("p", { class: "lk-line" }, h("b", {}, words.carried), ...item.carried.map(([labels, rows]) => carriedPart(labels, rows, item, words))),
    ...sidesPart(item, words),
  ];
}

function rowPart(row: Row, item: Opened, model: Model<Traits>): HTMLElement {
  const words = model.get("words");
  const posts = row.posts.map(([text, left_out], k) => {
    const cut = left_out ? [h("p", { class: "lk-soft" }, fill(words.left_out, { characters: left_out }))] : [];
    return h("li", {}, h("span", { class: "lk-soft" }, `${model.get("item")} ${k + 1}`), h("p", { dir: "auto" }, text), ...cut);
  });
  const several = item.rows.length + item.more > 1;
  const labels = several ? [h("span", {}, " · ", ...plates(row.labels, words))] : [];
  const name = h("p", { class: "lk-soft lk-row-name" }, quoted(fill(words.row, { id: row.id })), ...labels);
  const note = row.note ? [h("p", { class: "lk-line" }, h("b", {}, words.note_of_row), quoted(row.note))] : [];
  return h("article", { "aria-label": fill(words.row, { id: row.id }) }, name, h("ol", { class: "lk-posts" }, ...posts), ...note);
}

/** Says that personal data is masked, and shows it to whoever needs it to decide. */
function maskedPart(item: Opened, model: Model<Traits>): HTMLElement {
  const words = model.get("words");
  const button = h("button", { type: "button" }, words.unmask);
  button.addEventListener("click", () => {
    model.set("unmasked", item.id);
    model.save_changes();
  });
  return h("p", { class: "lk-line lk-masked" }, h("span", { class: "lk-soft" }, words.masked), button);
}

function carriedPart(labels: string[] | null, rows: number, item: Opened, words: Words): HTMLElement {
  if (item.carried.length === 1) return h("span", {}, ...plates(labels, words));
  const named = labels === null ? words.not_labelled : labels.join(", ") || words.no_label;
  return h("span", { class: "lk-plate" }, quoted(fill(words.times, { labels: named, rows })));
}

function sidesPart(item: Opened, words: Words): HTMLElement[] {
  if (!item.sides.length) return [];
  const cards = item.sides.map(({ who, said, reason }) =>
    h("div", { class: "lk-card" }, h("h5", {}, quoted(who)), h("p", {}, quoted(said)), ...(reason ? [h("p", { class: "lk-soft" }, quoted(reason))] : [])),
  );
  return [h("h4", {}, words.sides), h("div", { class: "lk-side-by-side" }, ...cards)];
}

/** The definitions of some labels, side by side; those that were called unclear say so. */
export function definitionParts(places: number[], unclear: number[], model: Model<Traits>): HTMLElement[] {
  const [words, labels, definitions] = [model.get("words"), model.get("labels"), model.get("definitions")];
  return places.map((place) => {
    const text = definitions[place] ?? "";
    const told = text ? quoted(text) : h("span", { class: "lk-soft" }, words.no_definition);
    const flag = unclear.includes(place) ? [h("p", { class: "lk-unclear" }, words.is_unclear)] : [];
    return h("div", { class: "lk-card lk-definition" }, h("h5", {}, quoted(labels[place] ?? "")), h("p", {}, told), ...flag);
  });
}

/** What models answered, once somebody asks. */
export function voteParts(votes: Vote[], words: Words): HTMLElement[] {
  if (!votes.length) return [h("p", { class: "lk-soft" }, words.no_votes)];
  return votes.map(({ row, model, labels, status, rationale }) =>
    h(
      "div",
      { class: "lk-card lk-vote" },
      h("h5", {}, quoted(model), ...(row ? [h("small", {}, quoted(fill(words.row, { id: row })))] : [])),
      h("p", {}, ...(status ? [status] : plates(labels, words))),
      ...(rationale ? [h("p", { class: "lk-soft" }, quoted(rationale))] : []),
    ),
  );
}

/** Labels as plates, or the word for none of them. */
export function plates(labels: string[] | null, words: Words): HTMLElement[] {
  if (labels === null) return [h("i", {}, words.not_labelled)];
  return labels.length ? labels.map((label) => h("span", { class: "lk-plate" }, quoted(label))) : [h("i", {}, words.no_label)];
}
