// The DatasetBoard in a made-up page, for the tests beside its sources.
import { setMaxListeners } from "node:events";
import { afterEach, beforeEach } from "node:test";
import { Window } from "happy-dom";
import widget from "../src/dataset_board/index.ts";
import type { Traits } from "../src/dataset_board/logic.ts";
import type { Invoke } from "../src/shared/afm.ts";
import { boardTraits } from "./board_sample.ts";
import { type FakeModel, fakeModel } from "./fake_model.ts";

let page: Window;
let answers: Promise<unknown>[];
export let el: HTMLElement;
export let model: FakeModel<Traits>;
export let view: AbortController;
export let asked: [name: string, message: unknown][];

/** Opens the board; each command is answered by what `reply` returns for it. */
export function open(changes: Partial<Traits> = {}, reply: (name: string) => object | Promise<object> = () => ({ ok: true, said: "done" })): void {
  asked = [];
  answers = [];
  const invoke: Invoke = (name, message) => {
    asked.push([name, message]);
    const answer = Promise.resolve(reply(name)).then((found): [unknown, DataView[]] => [found, []]);
    answers.push(answer);
    return answer;
  };
  model = fakeModel(boardTraits(changes));
  view = new AbortController();
  setMaxListeners(400, view.signal);
  el = document.createElement("div");
  document.body.append(el);
  widget.render({ model, el, signal: view.signal, experimental: { invoke } });
}

/** Everything that was asked is answered, and what follows has happened. */
export async function answered(): Promise<void> {
  await Promise.all(answers);
  for (let k = 0; k < 5; k += 1) await Promise.resolve();
}

/** Presses a key, in the opened item unless told otherwise. */
export function press(key: string, target: Element = detail()): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}

export const detail = (): HTMLElement => el.querySelector<HTMLElement>(".lk-detail")!;
export const note = (): HTMLInputElement => el.querySelector<HTMLInputElement>("[aria-label=reason]")!;
export const alert = (): string => el.querySelector(".lk-alert")!.textContent!;

/** A page before each test, gone after it. */
export function useFreshPages(): void {
  beforeEach(() => {
    page = new Window({ url: "http://127.0.0.1/" });
    const { document, Event, KeyboardEvent, HTMLElement, HTMLInputElement } = page;
    const requestAnimationFrame = (draw: () => void): unknown => setTimeout(draw, 0);
    Object.assign(globalThis, { document, Event, KeyboardEvent, HTMLElement, HTMLInputElement, requestAnimationFrame });
  });
  afterEach(async () => {
    view.abort();
    await page.happyDOM.close();
  });
}
