// The right side: one example, picked by hand, exactly as a model is sent it.
import type { Model, RenderContext } from "../shared/afm.ts";
import { createAlert } from "../shared/alert.ts";
import { follow } from "../shared/bind.ts";
import { h, setText } from "../shared/dom.ts";
import { type Message, outdated, stretches, type Tokens, type Traits } from "./logic.ts";
import { createPicker, type Picker } from "./picker.ts";
import { rowAnswers } from "./row_answers.ts";
import { originName, tokenBar } from "./tokens.ts";

const BUSY_AFTER = 2000; // ms without an answer from Python before the preview says that the kernel is busy

/** The preview, and the way to show another example in it. */
export interface PreviewPane {
  element: HTMLElement;
  picker: Picker;
  /** To be called when the pane comes into sight. */
  shown: () => void;
}

/** The preview, kept up to date from the traits until the view goes away. */
export function createPreview(context: RenderContext<Traits>): PreviewPane {
  const { model, signal } = context;
  const words = model.get("words");
  const alert = createAlert(words.details);
  const messages = h("div", { class: "lk-messages" });
  const sizes = h("div", {});
  const known = h("div", {});
  const state = h("p", { class: "lk-state", role: "status" });
  const picker = createPicker(context);
  const element = h("section", { class: "lk-preview", "aria-label": words.preview }, picker.element);
  element.append(alert.element, sizes, messages, known, state);

  let shown = model.get("preview").position;
  const showRow = (): void => {
    const { position } = model.get("preview");
    if (position === shown || element.hidden) return; // what is hidden cannot be scrolled
    scrollTo(messages.lastElementChild, picker.element, element); // all above is the same for every row
    shown = position;
  };
  const showMessages = (): void => {
    const { messages: sent, tokens, problem } = model.get("preview");
    alert.show(problem);
    const scrolled = [...messages.querySelectorAll("pre")].map((body) => body.scrollTop);
    messages.replaceChildren(...sent.map((message) => messageBox(message, model)));
    messages.querySelectorAll("pre").forEach((body, k) => (body.scrollTop = scrolled[k] ?? 0)); // stay where one reads
    showRow();
    sizes.replaceChildren(...(tokens.sections ? [tokenBar(tokens as Tokens, words, model.get("language"))] : []));
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const showState = (): void => {
    clearTimeout(timer);
    const late = outdated(model.get("preview"), model.get("draft"), model.get("position"));
    messages.classList.toggle("lk-late", late);
    if (!late) setText(state, model.get("preview").fetching ? words.fetching : "");
    else timer = setTimeout(() => setText(state, words.busy), BUSY_AFTER);
  };
  const showKnown = (): void => known.replaceChildren(...rowAnswers(model.get("preview"), model.get("version"), words));
  follow(model, ["preview"], showMessages, signal);
  follow(model, ["preview", "version"], showKnown, signal);
  follow(model, ["preview", "draft", "position"], showState, signal);
  signal.addEventListener("abort", () => clearTimeout(timer));
  return { element, picker, shown: showRow };
}

/** Scrolls a part to the top of what scrolls, right below its head. */
function scrollTo(part: Element | null, head: HTMLElement, scrolled: HTMLElement): void {
  if (!part) return;
  const above = part.getBoundingClientRect().top - scrolled.getBoundingClientRect().top;
  scrolled.scrollTop += above - head.offsetHeight;
}

/** One message: its text in parts, so that one sees what wrote it and what every row shares. */
function messageBox({ role, parts }: Message, model: Model<Traits>): HTMLElement {
  const words = model.get("words");
  const body = h("pre", { lang: model.get("task_language"), tabindex: "0", "aria-label": role });
  for (const [origin, text, shared] of parts) {
    const title = originName(origin, words) + (shared ? ` · ${words.shared}` : "");
    const part = h("bdi", { class: `lk-part lk-origin-${origin}`, title, "data-shared": shared });
    const cut = origin === "posts" ? stretches(text, model.get("item")) : [{ text, index: false }];
    part.append(...cut.map((stretch) => (stretch.index ? h("mark", {}, stretch.text) : stretch.text)));
    body.append(part);
  }
  return h("div", { class: `lk-message lk-${role}` }, h("span", { class: "lk-role", "aria-hidden": "true" }, role), body);
}
