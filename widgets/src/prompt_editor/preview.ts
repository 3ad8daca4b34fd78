// The right side: one example, picked by hand, exactly as a model is sent it.
import type { Model } from "../shared/afm.ts";
import { createAlert } from "../shared/alert.ts";
import { follow } from "../shared/bind.ts";
import { h, quoted, setText } from "../shared/dom.ts";
import { count, fill } from "../shared/words.ts";
import { clamp, outdated, type Preview, stretches, type Traits } from "./logic.ts";

const BUSY_AFTER = 2000; // ms without an answer from Python before the preview says that the kernel is busy

/** The preview, kept up to date from the traits until the view goes away. */
export function createPreview(model: Model<Traits>, signal: AbortSignal): HTMLElement {
  const words = model.get("words");
  const alert = createAlert(words.details);
  const messages = h("div", { class: "lk-messages" });
  const size = h("p", { class: "lk-size" });
  const state = h("p", { class: "lk-state", role: "status" });
  const head = h("h3", {}, words.preview);
  const element = h("section", { class: "lk-preview", "aria-label": words.preview }, head, picker(model, signal));
  element.append(alert.element, messages, h("div", { class: "lk-foot" }, size, state));

  const showMessages = (): void => {
    const preview = model.get("preview");
    alert.show(preview.problem);
    const scrolled = [...messages.querySelectorAll("pre")].map((body) => body.scrollTop);
    messages.replaceChildren(...preview.messages.map((message) => messageBox(message, model)));
    messages.querySelectorAll("pre").forEach((body, k) => (body.scrollTop = scrolled[k] ?? 0)); // stay where one reads
    setText(size, preview.problem ? "" : sizeOf(preview, model));
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const showState = (): void => {
    clearTimeout(timer);
    const late = outdated(model.get("preview"), model.get("draft"), model.get("position"));
    messages.classList.toggle("lk-late", late);
    if (!late) setText(state, "");
    else timer = setTimeout(() => setText(state, words.busy), BUSY_AFTER);
  };
  follow(model, ["preview"], showMessages, signal);
  follow(model, ["preview", "draft", "position"], showState, signal);
  signal.addEventListener("abort", () => clearTimeout(timer));
  return element;
}

/** Previous, a list, next. */
function picker(model: Model<Traits>, signal: AbortSignal): HTMLElement {
  const words = model.get("words");
  const titles = model.get("titles");
  const select = h("select", { "aria-label": words.example });
  titles.forEach((title, k) => select.append(h("option", { value: String(k) }, title)));
  const go = (position: number): void => {
    model.set("position", clamp(position, titles.length));
    model.save_changes();
  };
  select.addEventListener("change", () => go(select.selectedIndex), { signal });
  const step = (name: "previous" | "next", sign: string, by: number): HTMLElement => {
    const button = h("button", { type: "button", "aria-label": words[name], title: words[name] }, sign);
    button.addEventListener("click", () => go(model.get("position") + by), { signal });
    return button;
  };
  follow(model, ["position"], () => (select.selectedIndex = model.get("position")), signal);
  const row = h("div", { class: "lk-picker" }, step("previous", "‹", -1), select, step("next", "›", 1));
  const total = model.get("total");
  if (total > titles.length) row.append(h("small", {}, fill(words.shown_of, { shown: titles.length, total })));
  row.hidden = titles.length === 0;
  return row;
}

function messageBox({ role, content }: Preview["messages"][number], model: Model<Traits>): HTMLElement {
  const parts = role === "user" ? stretches(content, model.get("item")) : [{ text: content, index: false }];
  const body = h("pre", { lang: model.get("task_language"), tabindex: "0", "aria-label": role });
  body.append(...parts.map(({ text, index }) => (index ? h("mark", {}, text) : quoted(text))));
  return h("div", { class: `lk-message lk-${role}` }, h("span", { class: "lk-role", "aria-hidden": "true" }, role), body);
}

function sizeOf(preview: Preview, model: Model<Traits>): string {
  const language = model.get("language");
  const of = (role: string): number =>
    preview.messages.filter((message) => message.role === role).reduce((sum, { characters }) => sum + characters, 0);
  const [system, user] = [of("system"), of("user")];
  const shown = { total: count(system + user, language), system: count(system, language), user: count(user, language) };
  return fill(model.get("words").size, shown);
}
