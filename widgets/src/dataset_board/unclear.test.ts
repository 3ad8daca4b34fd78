import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { afterEach, beforeEach, test } from "node:test";
import { Window } from "happy-dom";
import { boardItem, boardTraits } from "../../preview/board_sample.ts";
import { type FakeModel, fakeModel } from "../../preview/fake_model.ts";
import type { Invoke } from "../shared/afm.ts";
import widget from "./index.ts";
import type { Opened, Traits } from "./logic.ts";

let page: Window;
let el: HTMLElement;
let model: FakeModel<Traits>;
let view: AbortController;
let asked: [name: string, message: unknown][];

function open(changes: Partial<Opened>): void {
  asked = [];
  const invoke: Invoke = (name, message) => {
    asked.push([name, message]);
    return Promise.resolve([{ ok: true, said: "noted" }, []]);
  };
  model = fakeModel(boardTraits({ opened: boardItem(0, changes) }));
  view = new AbortController();
  setMaxListeners(400, view.signal);
  el = document.createElement("div");
  document.body.append(el);
  widget.render({ model, el, signal: view.signal, experimental: { invoke } });
}

const detail = (): HTMLElement => el.querySelector<HTMLElement>(".lk-detail")!;
const press = (key: string): void => void detail().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const answered = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

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

test("f calls the definitions beside the post unclear, with the note; the item stays open", async () => {
  open({});
  el.querySelector<HTMLInputElement>("[aria-label=reason]")!.value = "who pays?";
  press("f");
  await answered();
  assert.deepEqual(asked, [["unclear", { item: "item-0", labels: [0, 1], reason: "who pays?" }]]);
  assert.equal(el.querySelector(".lk-said-done")!.textContent, "noted");
  assert.equal(el.querySelectorAll(".lk-unclear").length, 0, "only what Python has kept is shown");
});

test("a definition that was called unclear says so, and f takes it back", async () => {
  open({ unclear: [2] });
  assert.deepEqual([...el.querySelectorAll(".lk-definition")].map((card) => card.querySelector(".lk-unclear") !== null), [false, false, true]);
  press("f");
  await answered();
  assert.deepEqual(asked[0], ["unclear", { item: "item-0", labels: [], reason: "" }]);
});

test("without a label in question one must be chosen first", async () => {
  open({ question: [], current: [] });
  press("f");
  assert.match(el.querySelector(".lk-alert")!.textContent!, /flag_first/);
  assert.deepEqual(asked, []);
  press("2");
  press("f");
  await answered();
  assert.deepEqual(asked, [["unclear", { item: "item-0", labels: [1], reason: "" }]]);
});
