// The regions as a list, the one that is missed most first, and the posts of the opened one, as text only.
import type { Model, RenderContext } from "../shared/afm.ts";
import type { Alert } from "../shared/alert.ts";
import { follow } from "../shared/bind.ts";
import { ask } from "../shared/commands.ts";
import { h, quoted } from "../shared/dom.ts";
import { roveIn } from "../shared/roving.ts";
import { fill } from "../shared/words.ts";
import type { Opened, Row, Traits } from "./logic.ts";
import { regionName } from "./map.ts";

const PATIENCE_S = 60;

/** The list of regions; a press opens one, a second press closes it. */
export function createRegions(model: Model<Traits>, open: (region: number) => void, signal: AbortSignal): HTMLElement {
  const words = model.get("words");
  const body = h("tbody", {});
  const heads = [words.column_region, words.column_chosen, words.column_covered, words.column_typical];
  const table = h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))), body);
  const settle = roveIn(table, signal);
  const draw = (): void => {
    const held = body.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["region"] : undefined;
    body.replaceChildren(...model.get("found").regions.map(([number, rows, chosen, covered, typical]) => {
      const on = String(model.get("region") === number);
      const button = h("button", { type: "button", "aria-pressed": on, "data-region": String(number), "aria-label": regionName(model, number) }, String(number));
      button.addEventListener("click", () => open(model.get("region") === number ? 0 : number));
      const meter = h("span", { class: "lk-meter", style: `--lk-share:${covered}%` }, (covered / 100).toFixed(2));
      const cells = [h("td", {}, button), h("td", {}, `${chosen} / ${rows}`), h("td", {}, meter), h("td", {}, quoted(typical))];
      return h("tr", { class: chosen ? undefined : "lk-bare" }, ...cells);
    }));
    settle();
    if (held !== undefined) body.querySelector<HTMLElement>(`[data-region="${held}"]`)?.focus({ preventScroll: true });
  };
  follow(model, ["found", "region"], draw, signal);
  return h("section", { class: "lk-regions" }, h("h3", {}, words.regions), h("div", { class: "lk-scroll", tabindex: "0", role: "group", "aria-label": words.regions }, table));
}

/** The rows of the opened region, and more of them on demand. */
export function createOpened(context: RenderContext<Traits>, alert: Alert): HTMLElement {
  const { model, signal, experimental } = context;
  const words = model.get("words");
  const section = h("section", { class: "lk-opened" });
  const more = h("button", { type: "button" }, words.more);
  let list = h("ol", {});
  let opened: Opened = { region: 0, found: 0, rows: [] };
  const settle = (): void => {
    more.hidden = list.children.length >= opened.found;
  };
  const draw = (): void => {
    opened = model.get("opened");
    if (!opened.region) return section.replaceChildren();
    list = h("ol", { tabindex: "0" }, ...opened.rows.map((row) => rowPart(row, model)));
    section.replaceChildren(h("h3", { role: "status" }, fill(words.opened, { number: opened.region, rows: opened.found })), list, more);
    settle();
  };
  more.addEventListener("click", async () => {
    const [into, start] = [list, list.children.length];
    more.disabled = true;
    const reply = await ask<{ region: number; start: number; rows: Row[] }>(experimental.invoke, "rows", { start }, PATIENCE_S);
    more.disabled = false;
    if (signal.aborted || into !== list) return; // another region was opened meanwhile
    if (!reply.ok) return alert.show(reply.late ? fill(words.late, { seconds: PATIENCE_S }) : reply);
    if (reply.region === opened.region && reply.start === list.children.length) list.append(...reply.rows.map((row) => rowPart(row, model)));
    settle();
  }, { signal });
  follow(model, ["opened"], draw, signal);
  return section;
}

function rowPart(row: Row, model: Model<Traits>): HTMLElement {
  const words = model.get("words");
  const labels = row.labels?.length ? row.labels : row.labels ? [words.no_label] : [];
  const cut = row.left_out ? [h("p", { class: "lk-soft" }, fill(words.left_out, { characters: row.left_out }))] : [];
  const plates = labels.map((label) => h("span", { class: "lk-plate" }, quoted(label)));
  const head = h("p", { class: "lk-line" }, h("b", {}, row.state), quoted(row.id), ...plates);
  return h("li", { class: row.chosen ? "lk-chosen" : undefined }, head, h("p", { dir: "auto", class: "lk-post" }, row.post), ...cut);
}
