// Edits made outside: the opened version's file is looked at while the editor is in use, and news of it is a banner.
import type { RenderContext } from "../shared/afm.ts";
import { follow } from "../shared/bind.ts";
import { createAlert } from "../shared/alert.ts";
import { ask } from "../shared/commands.ts";
import { h } from "../shared/dom.ts";
import { fill } from "../shared/words.ts";
import type { Draft, Outside, Traits } from "./logic.ts";

const EVERY = 4000; // ms between two looks
const PATIENCE = 20; // seconds a look may take while the kernel is busy

/** The banner; `read` gives what stands in the form now, `show` compares a version with it. */
export function createOutside(context: RenderContext<Traits>, read: () => Draft, show: (name: string) => void): HTMLElement {
  const { model, signal, experimental } = context;
  const words = model.get("words");
  const element = h("div", { class: "lk-outside", role: "alert" });
  const alert = createAlert(words.details);
  const settle = async (choice: "reload" | "merge" | "keep"): Promise<void> => {
    const reply = await ask(experimental.invoke, "settle", { choice, draft: read() }, PATIENCE);
    if (!reply.ok) return alert.show(reply.late ? words.busy : reply);
    element.closest<HTMLElement>(".lk-widget")?.focus(); // the button is gone, the keys stay here
  };
  const button = (text: string, action: () => void): HTMLElement => {
    const made = h("button", { type: "button" }, text);
    made.addEventListener("click", action);
    return made;
  };
  const choices = (name: string): HTMLElement[] => [
    button(words.outside_reload, () => void settle("reload")),
    button(words.outside_merge, () => void settle("merge")),
    button(words.outside_keep, () => void settle("keep")),
    button(words.outside_show, () => show(name)),
  ];
  const tell = (): void => {
    const { kind, name = "", problem = "" }: Outside = model.get("outside");
    if (!kind) return element.replaceChildren();
    alert.show("");
    const said = h("p", { dir: "auto" }, fill(words[`outside_${kind}`], { name, problem }));
    element.replaceChildren(said, ...(kind === "changed" ? [...choices(name), alert.element] : []));
  };
  follow(model, ["outside"], tell, signal);
  if (model.get("versions").length) lookAgain(context);
  return element;
}

/** Asks Python to look at the files: every few seconds while the page is seen, one question at a time. */
function lookAgain({ signal, experimental }: RenderContext<Traits>): void {
  let asking = false;
  const look = async (): Promise<void> => {
    if (asking || document.hidden) return;
    asking = true;
    await ask(experimental.invoke, "look", {}, PATIENCE);
    asking = false;
  };
  const timer = setInterval(look, EVERY);
  signal.addEventListener("abort", () => clearInterval(timer));
}
