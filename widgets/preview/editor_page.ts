// The editor in a made-up page, for the tests beside its sources.
import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { afterEach, beforeEach } from "node:test";
import { Window } from "happy-dom";
import type { Invoke } from "../src/shared/afm.ts";
import widget from "../src/prompt_editor/index.ts";
import type { Traits } from "../src/prompt_editor/logic.ts";
import { type FakeModel, fakeModel } from "./fake_model.ts";
import { sampleTraits } from "./sample.ts";

let page: Window;
export let el: HTMLElement;
export let model: FakeModel<Traits>;
export let view: AbortController;

/** Opens an editor on the sample's traits, some of them changed; `invoke` stands for Python. */
export function open(changes: Partial<Traits> = {}, invoke: Invoke = async () => [{ ok: true, unchanged: true }, []]): void {
  view?.abort();
  el?.remove();
  model = fakeModel(sampleTraits(changes));
  view = new AbortController();
  setMaxListeners(80, view.signal); // a view has many; Node warns from 10 on
  el = document.createElement("div");
  document.body.append(el);
  widget.render({ model, el, signal: view.signal, experimental: { invoke } });
}

/** The element with this label. */
export function find<Found extends HTMLElement>(label: string): Found {
  const found = [...el.querySelectorAll<Found>("[aria-label]")].find((e) => e.getAttribute("aria-label") === label);
  assert.ok(found, `nothing is labelled ${label}`);
  return found;
}

/** Types a text into a field. */
export function type(label: string, text: string): void {
  const area = find<HTMLTextAreaElement>(label);
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The button with this text. */
export function button(text: string): HTMLButtonElement {
  return [...el.querySelectorAll("button")].find((b) => b.textContent === text)!;
}

/** Waits; 0 lets what is due run. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A page before each test, gone after it. */
export function useFreshPages(): void {
  beforeEach(() => {
    page = new Window();
    const { document, Event, KeyboardEvent } = page;
    Object.assign(globalThis, { document, Event, KeyboardEvent });
  });
  afterEach(async () => {
    view.abort();
    await page.happyDOM.close();
  });
}
