// The versions: message and scores, what changed between two of them, and an old one back into the form.
import type { RenderContext } from "../shared/afm.ts";
import { createAlert } from "../shared/alert.ts";
import { follow } from "../shared/bind.ts";
import { ask } from "../shared/commands.ts";
import { h, quoted, setText } from "../shared/dom.ts";
import { fill } from "../shared/words.ts";
import { byDefinition, byLine, type Difference } from "./diff.ts";
import type { Draft, Score, Traits, Version, Words } from "./logic.ts";

const PATIENCE = 15; // seconds that comparing may take
const FORM = ""; // the name that stands for the form

/** What the pane needs from the editor around it. */
export interface VersionsSetting {
  /** What stands in the form now. */
  read: () => Draft;
  /** Shows a draft in the form and sends it. */
  write: (draft: Draft) => void;
}

/** The pane, and its action for the banner about an edit made outside. */
export interface VersionsPane {
  element: HTMLElement;
  compare: (before: string, after?: string) => Promise<void>;
}

/** The list, and below it what changed between two of them. */
export function createVersions(context: RenderContext<Traits>, setting: VersionsSetting): VersionsPane {
  const { model, signal } = context;
  const words = model.get("words");
  const changes = changesPane(context, setting);
  const restoring = restorer(context, setting);
  const list = h("ul", { class: "lk-versions", "aria-label": words.tab_versions });
  const show = (): void => {
    const items = model.get("versions").map((version) => {
      const buttons = actions(version, words, () => changes.compare(version.name), () => restoring.restore(version.name));
      return versionItem(version, version.name === model.get("version"), words, buttons);
    });
    const focused = [...list.querySelectorAll("button")].indexOf(document.activeElement as HTMLButtonElement);
    list.replaceChildren(...items);
    if (focused >= 0) list.querySelectorAll("button")[focused]?.focus(); // a poll must not lose the place
  };
  follow(model, ["versions", "version"], show, signal);
  return { element: h("section", { class: "lk-pane" }, restoring.element, list, changes.element), compare: changes.compare };
}

function versionItem(version: Version, current: boolean, words: Words, buttons: HTMLElement): HTMLElement {
  const head = h("p", { class: "lk-version-name" }, h("b", {}, quoted(version.name)));
  if (current) head.append(" ", h("span", { class: "lk-badge" }, words.current));
  head.append(" ", quoted(version.problem || version.message));
  const scores = version.scores.map((score) => h("li", {}, scoreWords(score, words)));
  const none = h("li", {}, words.score_none);
  const list = h("ul", { class: "lk-version-scores", "aria-label": words.scores }, ...(scores.length ? scores : [none]));
  const item = h("li", { class: "lk-version" }, h("div", {}, head, list), buttons);
  if (current) item.setAttribute("aria-current", "true");
  return item;
}

function scoreWords({ value, low = 0, high = 0, metric, ...said }: Score, words: Words): string {
  if (said.pending) return fill(words.score_open, said);
  const limits = { low: low.toFixed(3), high: high.toFixed(3) };
  return value === null ? said.model : fill(words.score, { ...said, metric, value: value.toFixed(3), ...limits });
}

function actions({ name, problem }: Version, words: Words, compare: () => void, restore: () => void): HTMLElement {
  const button = (text: string, spoken: string, action: () => void): HTMLElement => {
    const made = h("button", { type: "button", class: "lk-plain", "aria-label": fill(spoken, { name }) }, text);
    made.disabled = problem !== "";
    made.addEventListener("click", action);
    return made;
  };
  const both = [button(words.changes, words.changes_of, compare), button(words.restore, words.restore_of, restore)];
  return h("div", { class: "lk-version-actions" }, ...both);
}

/** Puts a version into the form, and offers the way back to what stood there. */
function restorer({ model, signal, experimental }: RenderContext<Traits>, { read, write }: VersionsSetting) {
  const words = model.get("words");
  const said = h("p", { role: "status" });
  const undo = h("button", { type: "button", class: "lk-plain" }, words.undo);
  const element = h("div", { class: "lk-restored" }, said, undo);
  element.hidden = undo.hidden = true;
  let before: Draft | undefined;
  let filling = Infinity; // which filling of the form the words are about
  undo.addEventListener("click", () => {
    if (before) write(before);
    undo.hidden = true;
    setText(said, words.undone);
    said.tabIndex = -1;
    said.focus();
  });
  const restore = async (name: string): Promise<void> => {
    const stood = read();
    filling = Infinity; // until the reply says
    const reply = await ask<{ same: boolean; filled: number }>(experimental.invoke, "restore", { name, draft: stood }, PATIENCE);
    element.hidden = false;
    filling = reply.ok ? reply.filled : model.get("draft").filled;
    if (reply.ok && !reply.same) [before, undo.hidden] = [stood, false]; // else the way back there was stays
    const done = reply.ok && fill(reply.same ? words.restored_same : words.restored, { name });
    setText(said, done || (reply.ok || reply.late ? words.busy : reply.error));
  };
  const forget = (): void => {
    if (model.get("draft").filled > filling) element.hidden = undo.hidden = true;
  };
  const outdate = (): void => {
    if (undo.hidden) element.hidden = true;
    else setText(said, words.restored_before); // a save took what was said with it, and left the way back
  };
  follow(model, ["draft"], forget, signal);
  follow(model, ["version"], outdate, signal);
  return { element, restore };
}

/** Two choices and the difference between them. */
function changesPane({ model, signal, experimental }: RenderContext<Traits>, { read }: VersionsSetting) {
  const words = model.get("words");
  const alert = createAlert(words.details);
  const [from, to] = [words.from, words.to].map((name) => h("select", { "aria-label": name })) as [Select, Select];
  const ways = h("button", { type: "button", class: "lk-plain", "aria-pressed": "false" }, words.by_line);
  const body = h("div", { class: "lk-diff", "aria-live": "polite" });
  const head = h("div", { class: "lk-diff-head" }, h("label", {}, words.from, " ", from), h("label", {}, words.to, " ", to), ways);
  const element = h("section", { "aria-label": words.changes }, h("h3", {}, words.changes), head, alert.element, body);
  element.hidden = true;
  let found: Difference | undefined;
  const show = (): void => {
    const lines = ways.getAttribute("aria-pressed") === "true";
    body.replaceChildren(...(found ? (lines ? byLine : byDefinition)(found, words) : []));
  };
  const look = async (): Promise<void> => {
    const asked = { before: from.value, after: to.value, draft: read() };
    const reply = await ask<Difference>(experimental.invoke, "compare", asked, PATIENCE);
    alert.show(reply.ok ? "" : reply.late ? words.busy : reply);
    found = reply.ok ? reply : undefined;
    show();
  };
  const compare = async (before: string, after = FORM): Promise<void> => {
    element.hidden = false;
    [from.value, to.value] = [before, after];
    await look();
    element.scrollIntoView({ block: "nearest" });
  };
  ways.addEventListener("click", () => {
    ways.setAttribute("aria-pressed", String(ways.getAttribute("aria-pressed") !== "true"));
    show();
  }, { signal }); // prettier-ignore
  for (const select of [from, to]) select.addEventListener("change", () => void look(), { signal });
  follow(model, ["versions"], () => [from, to].forEach((select) => offer(select, model.get("versions"), words)), signal);
  return { element, compare };
}

type Select = HTMLSelectElement;

/** Fills a choice with the versions and the form, keeping what is chosen. */
function offer(select: Select, versions: Version[], words: Words): void {
  const names = versions.filter((version) => !version.problem).map((version) => version.name);
  const chosen = select.value;
  const listed = [...select.options].map((option) => option.value);
  if (listed.join("\n") === [FORM, ...names].join("\n")) return;
  select.replaceChildren(...[FORM, ...names].map((name) => h("option", { value: name }, name || words.the_form)));
  if (names.includes(chosen)) select.value = chosen;
}
