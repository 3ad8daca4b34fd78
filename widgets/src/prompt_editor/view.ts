// The editor as a whole: what is typed becomes the draft trait; what Python answers is shown.
import type { Model, RenderContext } from "../shared/afm.ts";
import { createAlert } from "../shared/alert.ts";
import { debounce, follow } from "../shared/bind.ts";
import { h, setText } from "../shared/dom.ts";
import { keepKeys } from "../shared/keys.ts";
import { watchPresses } from "../shared/press.ts";
import { watchTyping } from "../shared/typing.ts";
import { createFindings } from "./findings.ts";
import { createForm } from "./form.ts";
import { type Draft, sameDraft, type Traits } from "./logic.ts";
import { createSaveBar } from "./save_bar.ts";
import { createSide } from "./side.ts";

const PAUSE = 300; // ms without typing before the draft is sent

/** Draws the editor into `el`; all that it shows is in the traits, so a reload shows the same. */
export function renderEditor(context: RenderContext<Traits>): void {
  const { model, el, signal } = context;
  const words = model.get("words");
  const root = h("div", { class: "lk-widget lk-prompt-editor", lang: model.get("language") });
  keepKeys(root, signal);
  watchPresses(root, signal);
  const alert = createAlert(words.details);
  const message = h("input", { type: "text", "aria-label": words.message, dir: "auto", autocomplete: "off" });
  message.placeholder = words.message_hint;

  const read = (): Draft => {
    const { revision, filled } = model.get("draft");
    return { ...form.read(), message: message.value, revision, filled };
  };
  const send = debounce(() => sendDraft(model, read()), PAUSE, signal);
  const form = createForm({ words, labels: model.get("labels"), taskLanguage: model.get("task_language"), canFetch: model.get("can_fetch"), edited: send.soon });
  const typing = watchTyping(root, { edited: send.soon, left: send.now }, signal);
  const written = (): void => {
    message.value = ""; // the next version needs a message of its own
    sendDraft(model, read());
  };
  const showProblem = (): void => alert.show(model.get("problem"));
  const readNow = (): Draft => {
    send.now(); // so that the trait is not behind what is saved
    return read();
  };
  const write = (draft: Draft): void => {
    form.show(draft);
    message.value = draft.message;
    findings.place();
    sendDraft(model, read());
  };
  const bar = createSaveBar(context, { message, read: readNow, written, alert });
  const showDraft = (): void => {
    const draft = model.get("draft");
    showProblem(); // a refusal to save was about the draft before
    if (typing.composing() || sameDraft(draft, read())) return;
    form.show(draft);
    findings.place();
    message.value = draft.message;
  };

  form.show(model.get("draft"));
  const side = createSide(context, { read: readNow, write });
  const findings = createFindings(context, { slot: form.slot, open: side.open });
  const head = header(model, signal);
  head.append(findings.element);
  root.append(head, side.banner, h("div", { class: "lk-panes" }, form.element, side.element), bar.element, keyHelp(model));
  root.addEventListener("keydown", (event) => onKey(event, { s: () => void bar.save(), enter: side.tryIt }), { signal });
  const showAsked = (): void => {
    const { labels = [], row } = model.get("asked");
    root.scrollIntoView({ block: "nearest" }); // with what stands beside the cards
    if (row) side.preview();
    form.first(labels);
  };
  model.on("change:asked", showAsked); // not before: a page that is opened later must not take the focus
  signal.addEventListener("abort", () => model.off("change:asked", showAsked));
  follow(model, ["draft"], showDraft, signal);
  follow(model, ["problem"], showProblem, signal);
  el.append(root);
}

/** Hands the draft to Python when it says something new. */
function sendDraft(model: Model<Traits>, draft: Draft): void {
  if (sameDraft(draft, model.get("draft"))) return;
  model.set("draft", { ...draft, revision: draft.revision + 1 });
  model.save_changes();
}

/** The version's name, and whether the editor differs from it. */
function header(model: Model<Traits>, signal: AbortSignal): HTMLElement {
  const words = model.get("words");
  const title = h("h2", { dir: "auto" });
  const edited = h("span", { class: "lk-edited" });
  const show = (): void => {
    setText(title, `${words.title} ${model.get("version")}`);
    setText(edited, model.get("preview").changed ? words.edited : "");
  };
  follow(model, ["version", "preview"], show, signal);
  return h("header", { class: "lk-head" }, title, edited);
}

/** The keys of the whole editor that have something to do. */
function keyHelp(model: Model<Traits>): HTMLElement {
  const words = model.get("words");
  const keys = [...(model.get("models").length ? [words.key_try] : []), ...(model.get("can_save") ? [words.key_save] : [])];
  return h("p", { class: "lk-hint lk-keys" }, keys.join(" · "));
}

/** Ctrl with a key; Ctrl+S left to the web browser would offer to save the page. */
function onKey(event: KeyboardEvent, actions: Record<"s" | "enter", () => void>): void {
  if (!(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const key = event.key.toLowerCase();
  if (key !== "s" && key !== "enter") return;
  event.preventDefault();
  event.stopPropagation();
  actions[key]();
}
