// Which example the preview shows: previous, a list, next, or its id typed.
import type { RenderContext } from "../shared/afm.ts";
import { follow } from "../shared/bind.ts";
import { ask } from "../shared/commands.ts";
import { h, setText } from "../shared/dom.ts";
import { count, fill } from "../shared/words.ts";
import { clamp, type Traits } from "./logic.ts";

const PATIENCE = 10; // seconds that finding an id may take

/** The row of controls, and its action for links from elsewhere. */
export interface Picker {
  element: HTMLElement;
  /** Shows the example of an id, or says that there is none. */
  open: (id: string) => Promise<void>;
}

/** Builds the picker; hidden where no example was given. */
export function createPicker(context: RenderContext<Traits>): Picker {
  const { model, signal } = context;
  const words = model.get("words");
  const total = model.get("total");
  const go = (position: number): void => {
    model.set("position", clamp(position, total));
    model.save_changes();
  };
  const said = h("small", { class: "lk-picked", role: "status" });
  const open = opening(context, go, (text) => setText(said, text));
  const step = (name: "previous" | "next", sign: string, by: number): HTMLElement => {
    const button = h("button", { type: "button", "aria-label": words[name], title: words[name] }, sign);
    button.addEventListener("click", () => go(model.get("position") + by), { signal });
    return button;
  };
  const row = h("div", { class: "lk-picker" }, step("previous", "‹", -1), choice(context, go), step("next", "›", 1));
  row.append(idField(context, open));
  const listed = model.get("titles").length;
  if (total > listed) row.append(h("small", {}, fill(words.shown_of, { shown: listed, total: count(total, model.get("language")) })));
  const element = h("div", {}, row, said);
  element.hidden = total === 0;
  follow(model, ["position"], () => setText(said, ""), signal);
  return { element, open };
}

/** The list; an example beyond it stands at its end while it is shown. */
function choice({ model, signal }: RenderContext<Traits>, go: (position: number) => void): HTMLSelectElement {
  const select = h("select", { "aria-label": model.get("words").example });
  const titles = model.get("titles");
  titles.forEach((title, k) => select.append(h("option", { value: String(k) }, title)));
  const beyond = h("option", {});
  select.addEventListener("change", () => go(Number(select.value)), { signal });
  const show = (): void => {
    const position = model.get("position");
    const { title, position: shown } = model.get("preview");
    beyond.remove();
    if (position >= titles.length && titles.length > 0) {
      beyond.value = String(position);
      beyond.textContent = shown === position ? title : "…";
      select.append(beyond);
    }
    select.value = String(position);
  };
  follow(model, ["position", "preview"], show, signal);
  return select;
}

function idField({ model, signal }: RenderContext<Traits>, open: (id: string) => Promise<void>): HTMLInputElement {
  const words = model.get("words");
  const field = h("input", { type: "text", class: "lk-go-to", "aria-label": words.go_to, placeholder: words.go_to });
  field.autocomplete = "off";
  const enter = async (event: KeyboardEvent): Promise<void> => {
    if (event.key !== "Enter" || event.isComposing || !field.value.trim()) return;
    event.preventDefault();
    const id = field.value;
    field.value = "";
    await open(id);
  };
  field.addEventListener("keydown", enter, { signal });
  field.addEventListener("input", (event) => event.stopPropagation(), { signal }); // it is no edit of the draft
  return field;
}

function opening(
  { model, experimental }: RenderContext<Traits>,
  go: (position: number) => void,
  say: (text: string) => void,
): (id: string) => Promise<void> {
  return async (id) => {
    const reply = await ask<{ position: number }>(experimental.invoke, "find_example", { id }, PATIENCE);
    if (reply.ok) go(reply.position);
    else say(reply.late ? model.get("words").busy : reply.error);
  };
}
