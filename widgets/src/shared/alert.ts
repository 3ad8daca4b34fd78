// The banner in which an error is shown and announced.
import type { Problem } from "./afm.ts";
import { h } from "./dom.ts";

/** A banner that is empty, and hidden, until something goes wrong. */
export interface Alert {
  element: HTMLElement;
  show(problem: Partial<Problem> | string): void;
  clear(): void;
}

/** An alert whose traceback, if there is one, is folded away under `details`. */
export function createAlert(details: string): Alert {
  const element = h("div", { role: "alert", class: "lk-alert" });
  const clear = (): void => element.replaceChildren();
  const show = (problem: Partial<Problem> | string): void => {
    const { error = "", details: trace = "" } = typeof problem === "string" ? { error: problem } : problem;
    if (!error) return clear();
    const fold = h("details", {}, h("summary", {}, details), h("pre", {}, trace));
    element.replaceChildren(h("p", { dir: "auto" }, error), ...(trace ? [fold] : []));
  };
  return { element, show, clear };
}
