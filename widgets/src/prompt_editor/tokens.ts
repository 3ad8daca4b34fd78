// How long the prompt is: tokens by section as a bar with its legend, and what of it every row shares.
import { h } from "../shared/dom.ts";
import { count, fill } from "../shared/words.ts";
import type { Origin, Tokens, Words } from "./logic.ts";

/** The name of a section in the interface language. */
export function originName(origin: Origin, words: Words): string {
  return words[origin === "examples" ? "shots" : origin];
}

/** A bar whose pieces are as long as their sections, the legend below it, and two sentences. */
export function tokenBar(tokens: Tokens, words: Words, language: string): HTMLElement {
  const number = (value: number): string => count(Math.round(value), language);
  const bar = h("div", { class: "lk-token-bar", "aria-hidden": "true" });
  const legend = h("ul", { class: "lk-token-legend" });
  for (const { section, tokens: size, shared } of tokens.sections) {
    const piece = h("span", { class: `lk-origin-${section}`, "data-shared": shared });
    piece.style.flexGrow = String(Math.max(size, tokens.total / 200)); // a sliver stays visible
    bar.append(piece);
    const swatch = h("i", { class: `lk-origin-${section}`, "data-shared": shared, "aria-hidden": "true" });
    legend.append(h("li", {}, swatch, originName(section, words), " ", h("b", {}, number(size))));
  }
  const share = tokens.total ? Math.round((100 * tokens.shared) / tokens.total) : 0;
  const total = fill(words.tokens_total, { total: number(tokens.total), how: counted(tokens, words) });
  const shared = fill(words.tokens_shared, { shared: number(tokens.shared), share });
  return h("div", { class: "lk-tokens" }, bar, legend, h("p", {}, total, " ", shared));
}

function counted({ tokenizer, measured_on }: Tokens, words: Words): string {
  if (tokenizer) return fill(words.tokens_counted, { tokenizer });
  return measured_on ? fill(words.tokens_corrected, { replies: measured_on }) : words.tokens_estimated;
}
