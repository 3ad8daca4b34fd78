// The connected prompt editor, below the rows: it opens with the first definition that is handed to it.
import type { HostContext } from "../shared/afm.ts";
import type { Alert } from "../shared/alert.ts";
import { h } from "../shared/dom.ts";
import type { Traits } from "./logic.ts";

/** Where the editor stands. */
export interface EditorPlace {
  element: HTMLElement;
  /** Draws the editor unless it is there, or none is connected; false when it cannot be drawn, which is then said. */
  open(): Promise<boolean>;
}

/** Builds the empty place; Escape in it calls `leave`. */
export function createEditorPlace({ model, host, signal }: HostContext<Traits>, alert: Alert, leave: () => void): EditorPlace {
  const element = h("div", { class: "lk-editor-place" });
  let drawn: Promise<void> | undefined;
  const draw = async (reference: string): Promise<void> => {
    const editor = await host.getWidget(reference);
    await editor.render({ el: element, signal });
  };
  const open = async (): Promise<boolean> => {
    const reference = model.get("editor");
    try {
      if (reference) await (drawn ??= draw(reference));
      return true;
    } catch (error) {
      drawn = undefined; // it may only have been slow
      alert.show({ error: String(error), details: "" });
      return false;
    }
  };
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    leave();
  }, { signal });
  return { element, open };
}
