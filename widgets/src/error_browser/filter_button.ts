// Buttons that filter: drawn when what they count changes; a change of the filter only presses them or lets them go.
import type { Model } from "../shared/afm.ts";
import { follow } from "../shared/bind.ts";
import { type Filter, includes, type Traits } from "./logic.ts";

const filters = new WeakMap<Element, Partial<Filter>>();

/** Makes a click on a button ask for a filter; it is pressed while that filter is on. */
export function filtering<Button extends HTMLElement>(
  button: Button,
  parts: Partial<Filter>,
  model: Model<Traits>,
  ask: (parts: Partial<Filter>) => void,
): Button {
  filters.set(button, parts);
  button.setAttribute("aria-pressed", String(includes(model.get("wanted"), parts)));
  button.addEventListener("click", () => ask(parts));
  return button;
}

/** Keeps such buttons below `root` pressed as the filter says; `settle` is called after. */
export function followFilter(root: HTMLElement, model: Model<Traits>, signal: AbortSignal, settle = (): void => {}): void {
  follow(model, ["wanted"], () => {
    for (const button of root.querySelectorAll("button")) {
      const parts = filters.get(button);
      const on = parts && String(includes(model.get("wanted"), parts));
      if (on && on !== button.getAttribute("aria-pressed")) button.setAttribute("aria-pressed", on);
    }
    settle();
  }, signal);
}
