// The ErrorBrowser in a made-up page, for the tests beside its sources.
import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { afterEach, beforeEach } from "node:test";
import { Window } from "happy-dom";
import type { Host, Invoke } from "../src/shared/afm.ts";
import widget from "../src/error_browser/index.ts";
import type { Traits } from "../src/error_browser/logic.ts";
import { answerPages, NO_EDITOR, sampleTraits } from "./browser_sample.ts";
import { type FakeModel, fakeModel } from "./fake_model.ts";

export let page: Window;
export let el: HTMLElement;
export let model: FakeModel<Traits>;
export let view: AbortController;

/** Opens a browser on the sample's traits, some of them changed; `invoke` stands for Python. */
export function open(changes: Partial<Traits> = {}, invoke: Invoke = answerPages, host: Host = NO_EDITOR): void {
  model = fakeModel(sampleTraits(changes));
  view = new AbortController();
  setMaxListeners(200, view.signal);
  el = document.createElement("div");
  document.body.append(el);
  widget.render({ model, el, signal: view.signal, experimental: { invoke }, host });
}

/** The element with this label. */
export function find<Found extends HTMLElement>(label: string): Found {
  const found = [...el.querySelectorAll<Found>("[aria-label]")].find((e) => e.getAttribute("aria-label") === label);
  assert.ok(found, `nothing is labelled ${label}`);
  return found;
}

/** Presses a key, in the list unless told otherwise. */
export function press(key: string, target: HTMLElement = grid()): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}

export const grid = (): HTMLElement => el.querySelector<HTMLElement>("[role=grid]")!;
export const rows = (): HTMLElement[] => [...grid().querySelectorAll<HTMLElement>("[data-position]")];
export const chosen = (): string | undefined => grid().querySelector("[aria-selected=true]")?.getAttribute("aria-rowindex") ?? undefined;

/** Waits; 0 lets what is due run. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A page before each test, gone after it. */
export function useFreshPages(): void {
  beforeEach(() => {
    page = new Window({ url: "http://127.0.0.1/" });
    const { document, Event, KeyboardEvent, localStorage } = page;
    const requestAnimationFrame = (draw: () => void): unknown => setTimeout(draw, 0);
    Object.assign(globalThis, { document, Event, KeyboardEvent, localStorage, requestAnimationFrame });
  });
  afterEach(async () => {
    view.abort();
    await page.happyDOM.close();
  });
}
