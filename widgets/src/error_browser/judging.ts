// What can be decided about a row: why it went wrong, other gold labels, its definitions handed on; and undo.
import type { RenderContext } from "../shared/afm.ts";
import type { Alert } from "../shared/alert.ts";
import { follow } from "../shared/bind.ts";
import { ask } from "../shared/commands.ts";
import { h, setText } from "../shared/dom.ts";
import type { Grid } from "../shared/grid.ts";
import { fill } from "../shared/words.ts";
import { createGoldForm } from "./gold_form.ts";
import type { Line, Opened, Traits } from "./logic.ts";

const PATIENCE = 30; // s to wait for Python; the kernel may be busy

/** Decisions: each goes to Python at once, which keeps it. */
export interface Judging {
  /** Tags the chosen row with the k-th tag, from 1; 0 takes its tag away. */
  tagChosen(k: number): void;
  /** Opens the form for other gold labels. */
  correct(): void;
  undo(): void;
  /** Sends the chosen row, or the pool rows that resemble it most, to the queue of what a person must decide. */
  send(what: "enqueue" | "more_like"): void;
  /** Hands the definitions that the chosen row turns on to the editor. */
  edit(): void;
  /** What stands in the opened row for all this. */
  tagPart(row: Opened): HTMLElement[];
  goldPart(row: Opened): HTMLElement[];
  editPart(row: Opened): HTMLElement;
  /** What was done, announced. */
  said: HTMLElement;
}

/** `later`: what comes of it is told by the trait. */
type Done = { lines?: [position: number, line: Line][]; said?: string; later?: boolean };

/** What stands around it; `grid` is there by the time anything is decided. */
export interface Around {
  grid: () => Grid<Line>;
  openEditor: () => Promise<boolean>;
}

/** Builds what decides. */
export function createJudging({ model, experimental, signal }: RenderContext<Traits>, alert: Alert, { grid, openEditor }: Around): Judging {
  const words = model.get("words");
  const { can } = model.get("triage");
  const said = h("p", { class: "lk-said-done lk-soft", role: "status" });
  const decide = async (name: string, message: object): Promise<boolean> => {
    const reply = await ask<Done>(experimental.invoke, name, message, PATIENCE);
    if (signal.aborted) return false;
    alert.show(reply.ok ? "" : reply.late ? fill(words.late, { seconds: PATIENCE }) : reply);
    if (!reply.ok) return false;
    for (const [position, line] of reply.lines ?? []) grid().take(position, [line]);
    if (!reply.later) setText(said, reply.said ?? "");
    return true;
  };
  follow(model, ["told"], () => setText(said, model.get("told").said ?? ""), signal);
  const tag = (row: number, value: string): void => void decide("tag", { row, tag: value });
  const edit = (row: number): void => void openEditor().then((open) => open && decide("edit", { row }));
  let form: ReturnType<typeof createGoldForm> | undefined;

  return {
    said,
    tagChosen: (k) => {
      const [row, value] = [grid().current()?.row, k === 0 ? "" : tagsOf(model)[k - 1]?.[0]];
      if (can && row !== undefined && value !== undefined) tag(row, value);
    },
    correct: () => form?.open(),
    undo: () => void (can && model.get("triage").undo && decide("undo", {})),
    send: (what) => {
      const row = grid().current()?.row;
      if (can && row !== undefined) void decide(what, { row });
    },
    edit: () => {
      const row = grid().current()?.row;
      if (row !== undefined) edit(row);
    },
    tagPart: (row) => (can && (row.correct !== true || row.tag) ? [tagButtons(row, model, (value) => tag(row.row, value))] : []),
    goldPart: (row) => {
      if (!can) return [];
      form = createGoldForm(row, model, async (labels, reason) => {
        if (await decide("fix_gold", { row: row.row, labels, reason })) grid().focus();
      });
      return [form.button, form.element];
    },
    editPart: (row) => {
      const button = h("button", { type: "button", class: "lk-edit", "data-key": "edit" }, words.edit);
      button.addEventListener("click", () => edit(row.row));
      return button;
    },
  };
}

/** The tags that can be given, in the order of their keys: the last of the trait only asks for rows without one. */
function tagsOf(model: RenderContext<Traits>["model"]): Traits["tags"] {
  return model.get("tags").slice(0, -1);
}

function tagButtons(row: Opened, model: RenderContext<Traits>["model"], tag: (value: string) => void): HTMLElement {
  const words = model.get("words");
  const buttons = tagsOf(model).map(([value, text], k) => {
    const on = row.tag === value;
    const key = h("kbd", { "aria-hidden": "true" }, String(k + 1));
    const button = h("button", { type: "button", "aria-pressed": String(on), "data-key": value }, key, text);
    button.addEventListener("click", () => tag(on ? "" : value));
    return button;
  });
  return h("div", { class: "lk-tags", role: "group", "aria-label": words.why }, h("b", {}, words.why), ...buttons);
}
