// Trying the prompt from here: what it will take, how far it is, stop, and what came of it.
import type { RenderContext } from "../shared/afm.ts";
import { createAlert } from "../shared/alert.ts";
import { debounce, follow } from "../shared/bind.ts";
import { ask } from "../shared/commands.ts";
import { h, setText } from "../shared/dom.ts";
import { count, fill } from "../shared/words.ts";
import type { Draft, Forecast, Traits, Trial } from "./logic.ts";
import { resultBox } from "./result.ts";
import { createWish, type WishForm } from "./wish.ts";

const PATIENCE = 20; // seconds that starting and stopping may take while the kernel is busy
const PAUSE = 400; // ms after an edit before what a run takes is asked for anew

/** What the pane needs from the editor around it. */
export interface RunSetting {
  read: () => Draft;
  open: (id: string) => Promise<void>;
}

/** The pane; `shown` asks what a run would take now, `focus` goes to the button that runs or stops. */
export interface RunPane {
  element: HTMLElement;
  shown: () => void;
  focus: () => void;
}

/** Builds the pane; its state is in the traits, so a reloaded page shows the run that goes on. */
export function createRun(context: RenderContext<Traits>, { read, open }: RunSetting): RunPane {
  const { model, signal, experimental } = context;
  const words = model.get("words");
  const element = h("section", { class: "lk-pane lk-run", hidden: true });
  const visible = (): boolean => !element.hidden && model.get("models").length > 0;
  const expect = (): void => void (visible() && ask(experimental.invoke, "expect", { ...wish.read(), draft: read() }, PATIENCE));
  const soon = debounce(expect, PAUSE, new AbortController().signal); // nothing is asked when the view goes away
  const wish = createWish(context, expect);
  const state = stateBox(context, open);
  const start = async (more: object = {}): Promise<void> => {
    const asked = { ...wish.read(), ...more };
    if (needsLimit(model.get("forecast")) && asked.max_cost === null) return state.say(words.limit_first);
    const reply = await ask<{ started: boolean }>(experimental.invoke, "start", { ...asked, draft: read() }, PATIENCE);
    if (!reply.ok) state.say(reply.late ? words.busy : reply.error);
    else if (!reply.started) state.say(words.run_busy);
  };
  const forecast = h("p", { class: "lk-forecast", role: "status" });
  const buttons = runButtons(context, start);
  const focus = (): void => buttons.querySelector<HTMLElement>("button:not([hidden])")?.focus();
  const consent = consentBox(context, start, focus);
  const all = h("button", { type: "button", class: "lk-plain" }, words.run_all);
  all.addEventListener("click", () => runAll(wish, start), { signal });
  const showTrial = (): void => {
    const { state: now, result } = model.get("trial");
    const focused = document.activeElement === all;
    all.hidden = now !== "done" || result?.whole !== false;
    if (focused && all.hidden) focus(); // the key that started a run stops it
  };
  follow(model, ["forecast", "version"], () => showForecast(forecast, wish, model.get("forecast"), context), signal);
  follow(model, ["trial"], showTrial, signal);
  follow(model, ["draft", "version"], () => visible() && soon.soon(), signal); // after a save the edit is none any more
  element.append(wish.element, forecast, buttons, consent, state.element, all);
  return { element, shown: expect, focus };
}

function runAll(wish: WishForm, start: () => Promise<void>): void {
  wish.choose("dev");
  void start();
}

/** A model that costs money is asked only within a limit; one without a price cannot be held to any. */
function needsLimit({ free, money }: Partial<Forecast>): boolean {
  return free === false && money !== null;
}

function showForecast(place: HTMLElement, wish: WishForm, found: Partial<Forecast>, { model }: RenderContext<Traits>): void {
  const words = model.get("words");
  wish.askLimit(needsLimit(found));
  if (found.revision === undefined) return setText(place, words.forecast_waits);
  if (found.problem) return setText(place, found.problem);
  const { rows, of, calls, before_calls: first, money, currency, free } = found as Forecast;
  const number = (value: number): string => count(value, model.get("language"));
  const said = [fill(words.forecast_calls, { rows: number(rows), of: number(of), calls: number(calls), saved: number(of - rows) })];
  if (first) said.push(fill(words.forecast_before, { version: model.get("version"), calls: number(first) }));
  if (free) said.push(words.forecast_free);
  else said.push(money === null ? words.forecast_no_price : fill(words.forecast_money, { money: money.toPrecision(2), currency }));
  setText(place, said.join(" "));
}

/** Run and stop; one of them has something to do. */
function runButtons({ model, signal, experimental }: RenderContext<Traits>, start: () => Promise<void>): HTMLElement {
  const words = model.get("words");
  const run = h("button", { type: "button", class: "lk-primary" }, words.run_start);
  const stop = h("button", { type: "button" }, words.run_stop);
  run.addEventListener("click", () => void start(), { signal });
  const stopping = (): boolean => model.get("trial").state === "stopping";
  stop.addEventListener("click", () => void (stopping() || ask(experimental.invoke, "stop", {}, PATIENCE)), { signal });
  const show = (): void => {
    const { state } = model.get("trial");
    const busy = state === "running" || stopping();
    const focused = [run, stop].includes(document.activeElement as HTMLButtonElement);
    [run.hidden, stop.hidden] = [busy, !busy];
    stop.setAttribute("aria-disabled", String(stopping())); // truly disabled it would lose the focus
    if (focused) (busy ? stop : run).focus(); // the key that started a run stops it
  };
  follow(model, ["trial"], show, signal);
  return h("div", { class: "lk-run-buttons" }, run, stop);
}

/** The question what becomes of personal data, where it has not been answered for the model's host. */
function consentBox({ model, signal }: RenderContext<Traits>, start: (more: object) => Promise<void>, leave: () => void): HTMLElement {
  const words = model.get("words");
  const element = h("div", { class: "lk-outside", role: "alert" });
  const button = (text: string, answer: "mask" | "send"): HTMLElement => {
    const made = h("button", { type: "button" }, text);
    made.addEventListener("click", () => void start({ personal_data: answer }));
    return made;
  };
  const show = (): void => {
    const { state, problem = "" } = model.get("trial");
    if (state !== "consent") {
      const focused = element.contains(document.activeElement);
      element.replaceChildren();
      return void (focused && leave());
    }
    const said = h("p", { dir: "auto" }, h("strong", {}, words.consent), " ", problem);
    element.replaceChildren(said, button(words.consent_mask, "mask"), button(words.consent_send, "send"));
  };
  follow(model, ["trial"], show, signal);
  return element;
}

/** How far the run is, or how it ended. */
function stateBox({ model, signal }: RenderContext<Traits>, open: RunSetting["open"]) {
  const words = model.get("words");
  const alert = createAlert(words.details);
  const bar = h("progress", { "aria-label": words.tab_run });
  const said = h("p", { role: "status" });
  const note = h("p", { class: "lk-hint lk-run-note", dir: "auto" });
  const result = h("div", { class: "lk-result" });
  let drawn: Trial | undefined;
  const show = (): void => {
    const trial = model.get("trial");
    const { state, done = 0, total = 0, problem = "", details = "" } = trial;
    bar.hidden = state !== "running" && state !== "stopping";
    if (total) [bar.max, bar.value] = [total, done];
    else bar.removeAttribute("value");
    alert.show(state === "refused" ? { error: problem, details } : "");
    setText(said, sentence(trial));
    setText(note, bar.hidden ? "" : (trial.note ?? ""));
    drawn = trial;
    drawResult();
  };
  const sentence = ({ state, done = 0, total = 0, result: found }: Trial): string => {
    if (state === "running") return total ? fill(words.run_progress, { done, total }) : words.run_started;
    if (state === "stopping") return words.run_stopping;
    if (state === "stopped") return words.run_stopped;
    return state === "open" && found ? fill(words.run_open, { open: found.open, asked: found.asked }) : "";
  };
  const drawResult = (): void => {
    const found = drawn?.state === "done" ? drawn.result : undefined;
    const outdated = found?.prompt !== model.get("preview").sha256;
    result.replaceChildren(...(found ? resultBox(found, { words, open, outdated }) : []));
  };
  follow(model, ["trial"], show, signal);
  follow(model, ["preview"], drawResult, signal);
  const element = h("div", { class: "lk-run-state" }, bar, said, note, alert.element, result);
  return { element, say: (text: string) => setText(said, text) };
}
