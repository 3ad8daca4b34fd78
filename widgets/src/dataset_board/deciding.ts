// Choosing labels and deciding: what is chosen lives here until it is confirmed, then it goes to Python, which keeps it.
import type { RenderContext } from "../shared/afm.ts";
import type { Alert } from "../shared/alert.ts";
import { ask } from "../shared/commands.ts";
import { h, quoted, setText } from "../shared/dom.ts";
import { fill } from "../shared/words.ts";
import { definitionParts, voteParts } from "./detail.ts";
import { type Action, confirmed, defined, keysOf, narrowed, type Opened, overflows, toggled, type Traits, type Vote } from "./logic.ts";

const PATIENCE = 30; // s to wait for Python; the kernel may be busy

/** The part of the opened item in which it is decided. */
export interface Deciding {
  element: HTMLElement;
  /** What was done, announced. */
  said: HTMLElement;
  /** Begins anew with another item. */
  show(item: Opened): void;
  /** What a key does; undefined for keys that are none of its own. */
  action(key: string): (() => void) | undefined;
}

/** Builds it; `done` is called when something was decided, to give the focus back. */
export function createDeciding({ model, experimental, signal }: RenderContext<Traits>, alert: Alert, done: () => void): Deciding {
  const words = model.get("words");
  const said = h("p", { class: "lk-said-done lk-soft", role: "status" });
  const definitions = h("div", { class: "lk-side-by-side lk-definitions" });
  const choices = h("div", { class: "lk-choices", role: "group", "aria-label": words.choose });
  const narrow = h("input", { type: "search", "aria-label": words.narrow, dir: "auto", autocomplete: "off" });
  narrow.placeholder = words.narrow_hint;
  const reason = h("input", { type: "text", "aria-label": words.reason, dir: "auto", autocomplete: "off" });
  reason.placeholder = words.reason_hint;
  const votes = h("div", { class: "lk-side-by-side lk-votes", role: "group", "aria-label": words.votes });
  let item: Opened | undefined;
  let chosen: number[] = [];
  let touched = false;
  let busy = false;
  let meant: Action | undefined; // what waits for its reason

  const button = (text: string, key: string, press: () => void, primary = false): HTMLButtonElement => {
    const made = h("button", { type: "button", class: primary ? "lk-primary" : undefined }, text, " ", h("kbd", { "aria-hidden": "true" }, key));
    made.addEventListener("click", press, { signal });
    return made;
  };
  /** Sends a decision; one at a time, so that two quick keys cannot decide two items by one glance. */
  const send = async (name: string, message: object): Promise<void> => {
    if (busy) return;
    busy = true;
    const reply = await ask<{ said: string }>(experimental.invoke, name, message, PATIENCE);
    busy = false;
    if (signal.aborted) return;
    alert.show(reply.ok ? "" : reply.late ? fill(words.late, { seconds: PATIENCE }) : reply);
    if (!reply.ok) return;
    setText(said, reply.said);
    done();
  };
  const decide = (action: Action): void => {
    if (!item || busy) return;
    if (item.sides.length && action !== "skip" && !reason.value.trim()) {
      meant = action;
      alert.show(words.settle_first);
      return reason.focus();
    }
    void send("decide", { item: item.id, action, labels: action === "relabel" ? chosen : [], reason: reason.value });
  };
  const confirm = (): void => {
    const action = item && confirmed(touched, item.current);
    if (action) decide(action);
    else if (item) alert.show(words.choose_first);
  };
  /** Calls the definitions that stand beside the post unclear, or clear again; the item stays open. */
  const flag = (): void => {
    if (!item) return;
    const labels = item.unclear.length ? [] : defined(item.question, chosen);
    if (!labels.length && !item.unclear.length) return alert.show(words.flag_first);
    void send("unclear", { item: item.id, labels, reason: reason.value });
  };
  const undo = (): void => void (model.get("last") && send("undo", {}));
  const choose = (places: number[]): void => {
    if (busy) return;
    chosen = places;
    touched = true;
    meant = undefined;
    alert.clear();
    draw();
  };
  const askVotes = async (): Promise<void> => {
    const asked = item;
    if (!asked) return;
    if (votes.childElementCount) return hideVotes();
    const reply = await ask<{ votes: Vote[] }>(experimental.invoke, "votes", { item: asked.id }, PATIENCE);
    if (signal.aborted || item !== asked) return;
    if (!reply.ok) return alert.show(reply.late ? fill(words.late, { seconds: PATIENCE }) : reply);
    votes.replaceChildren(...voteParts(reply.votes, words));
    setText(votesText, words.hide_votes);
  };
  const hideVotes = (): void => {
    votes.replaceChildren();
    setText(votesText, words.show_votes);
  };
  const votesText = h("span", {}, words.show_votes);
  const votesButton = h("button", { type: "button" }, votesText, " ", h("kbd", { "aria-hidden": "true" }, "v"));
  votesButton.addEventListener("click", () => void askVotes(), { signal });

  const draw = (): void => {
    if (!item) return;
    const { question } = item;
    const keys = keysOf(shown(), question);
    narrow.hidden = !overflows(item.allowed);
    const held = document.activeElement instanceof HTMLElement && choices.contains(document.activeElement) ? document.activeElement.dataset["key"] : undefined;
    const labels = model.get("labels");
    const buttons = shown().map((place) => choice(quoted(labels[place] ?? ""), keys.get(place) ?? "", chosen.includes(place), question.includes(place), () => choose(toggled(chosen, place, model.get("several")))));
    const none = choice(words.no_label, "0", touched && !chosen.length, false, () => choose([]));
    choices.replaceChildren(...buttons, ...(model.get("none") ? [none] : []));
    if (held) choices.querySelector<HTMLElement>(`[data-key="${held}"]`)?.focus({ preventScroll: true });
    definitions.replaceChildren(...definitionParts(defined(question, [...new Set([...chosen, ...item.unclear])]), item.unclear, model));
  };
  const choice = (content: Node | string, key: string, on: boolean, asked: boolean, press: () => void): HTMLElement => {
    const name = h("button", { type: "button", "aria-pressed": String(on), "data-key": key, class: asked ? "lk-asked" : undefined }, h("kbd", { "aria-hidden": "true" }, key), " ", content);
    name.addEventListener("click", press, { signal });
    return name;
  };
  const shown = (): number[] => narrowed(item?.allowed ?? [], model.get("labels"), narrow.value);
  const place = (key: string): number | undefined => [...keysOf(shown(), item?.question ?? [])].find(([, one]) => one === key)?.[0];

  narrow.addEventListener("input", () => draw(), { signal });
  narrow.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    const [first] = shown();
    if (first === undefined || !narrow.value) return;
    narrow.value = "";
    choose(toggled(chosen, first, model.get("several")));
  }, { signal });

  reason.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    if (meant) decide(meant);
    else confirm();
  }, { signal });
  const buttons = [
    button(words.confirm, "↵", confirm, true),
    button(words.keep, "a", () => decide("keep")),
    button(words.drop, "d", () => decide("drop")),
    button(words.skip, "s", () => decide("skip")),
    button(words.unclear, "f", flag),
  ];
  const element = h(
    "div",
    { class: "lk-deciding" },
    h("h4", {}, words.definitions),
    definitions,
    h("div", { class: "lk-line" }, h("h4", {}, words.choose), narrow),
    choices,
    h("div", { class: "lk-line lk-note" }, reason),
    h("div", { class: "lk-line" }, ...buttons, votesButton),
    votes,
  );
  return {
    element,
    said,
    show: (next) => {
      const another = next.id !== item?.id;
      item = next;
      if (another) {
        chosen = [...(next.current ?? [])];
        touched = false;
        meant = undefined;
        reason.value = "";
        narrow.value = "";
        hideVotes();
      }
      draw();
    },
    action: (key) => {
      const commands: Record<string, () => void> = {
        Enter: confirm,
        a: () => decide("keep"),
        d: () => decide("drop"),
        s: () => decide("skip"),
        f: flag,
        u: undo,
        n: () => reason.focus(),
        "/": () => (narrow.hidden ? undefined : narrow.focus()),
        v: () => void askVotes(),
      };
      if (key === "0" && model.get("none")) return () => choose([]);
      const label = place(key);
      return label === undefined ? commands[key] : () => choose(toggled(chosen, label, model.get("several")));
    },
  };
}
