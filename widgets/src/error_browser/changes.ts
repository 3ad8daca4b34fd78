// What changed between two runs, whole rows and label by label; each count shows its rows.
import type { Model } from "../shared/afm.ts";
import { follow } from "../shared/bind.ts";
import { h, quoted, setText } from "../shared/dom.ts";
import { roveIn } from "../shared/roving.ts";
import { count, fill } from "../shared/words.ts";
import { filtering, followFilter } from "./filter_button.ts";
import { type Filter, only, type Traits } from "./logic.ts";

const KINDS = ["fixed", "regressed", "still_wrong", "differ"] as const;

/** The panel; hidden for one run. */
export function createChanges(model: Model<Traits>, ask: (parts: Partial<Filter>) => void, signal: AbortSignal): HTMLElement {
  const words = model.get("words");
  const body = h("tbody", {});
  const settle = roveIn(body, signal);
  const heads = KINDS.map((kind) => h("th", { scope: "col" }, words[kind]));
  const table = h("table", {}, h("thead", {}, h("tr", {}, h("td", {}), ...heads)), body);
  const hint = h("p", { class: "lk-soft" }, words.changes_hint);
  const verdict = h("p", { class: "lk-verdict", role: "status" });
  const panel = h("section", { class: "lk-changes", "aria-label": words.changes }, h("h3", {}, words.changes), verdict, hint, table);
  follow(model, ["verdict"], () => setText(verdict, model.get("verdict")), signal);
  panel.hidden = model.get("changes").length === 0;
  const show = (): void => {
    const held = body.contains(document.activeElement) ? document.activeElement!.getAttribute("aria-label") : null;
    body.replaceChildren(...model.get("changes").map((counts, line) => changeLine(counts, line - 1, model, ask)));
    settle();
    if (held) [...body.querySelectorAll<HTMLElement>("button")].find((b) => b.getAttribute("aria-label") === held)?.focus();
  };
  follow(model, ["changes"], show, signal);
  followFilter(body, model, signal, settle);
  return panel;
}

function changeLine(counts: number[], label: number, model: Model<Traits>, ask: (parts: Partial<Filter>) => void): HTMLElement {
  const words = model.get("words");
  const name = label < 0 ? words.whole_rows : (model.get("labels")[label] ?? "");
  const cells = KINDS.map((kind, k) => {
    const rows = counts[k] ?? 0;
    const parts = only({ label, change: kind });
    const text = fill(words.change_cell, { label: name, change: words[kind], rows });
    const button = h("button", { type: "button", "aria-label": text, class: `lk-is-${kind}` }, count(rows, model.get("language")));
    button.disabled = rows === 0;
    return h("td", {}, filtering(button, parts, model, ask));
  });
  return h("tr", {}, h("th", { scope: "row" }, quoted(name)), ...cells);
}
