// The wishes: budget, mix and a slider per quota. A slider follows what was chosen until somebody moves it.
import type { Model } from "../shared/afm.ts";
import { follow, paced } from "../shared/bind.ts";
import { h, quoted, setText } from "../shared/dom.ts";
import { fill } from "../shared/words.ts";
import { type Cell, moved, type Quota, type Traits, type Wanted } from "./logic.ts";

const PAUSE_MS = 200;

/** Budget, mix and quotas; every move is sent, at most five times a second. */
export function createQuotas(model: Model<Traits>, signal: AbortSignal): HTMLElement {
  const words = model.get("words");
  let wanted: Wanted = model.get("wanted");
  const send = paced(() => {
    model.set("wanted", wanted);
    model.save_changes();
  }, PAUSE_MS, signal);
  const want = (changes: Partial<Wanted>): void => {
    wanted = { ...wanted, ...changes };
    send();
  };
  const release = h("button", { type: "button" }, words.release);
  const list = h("ul", { class: "lk-cells" });
  const lines = new Map<string, Line>();
  const move = (label: number, difficulty: string, rows: number | undefined): void => {
    want({ quotas: moved(wanted.quotas, label, difficulty, rows) });
    show();
  };
  const show = (): void => {
    const cells = model.get("found").cells;
    const names = cells.map(([label, difficulty]) => `${label} ${difficulty}`);
    if ([...lines.keys()].join() !== names.join()) {
      lines.clear();
      cells.forEach((cell, k) => lines.set(names[k]!, createLine(cell, model, move)));
      list.replaceChildren(...[...lines.values()].map((line) => line.element));
    }
    cells.forEach((cell, k) => lines.get(names[k]!)!.show(cell, quotaOf(wanted.quotas, cell)));
    release.hidden = !wanted.quotas.length;
  };
  release.addEventListener("click", () => {
    want({ quotas: [] });
    show();
  }, { signal });
  follow(model, ["found"], show, signal);
  const mix = model.get("rated") ? [createMix(model, (shares) => want({ mix: shares }))] : [];
  const head = h("div", { class: "lk-line" }, h("h3", {}, words.quotas), release);
  return h("section", { class: "lk-quotas" }, ...subtaskField(model, (subtask) => want({ subtask })), budgetField(model, (budget) => want({ budget })), ...mix, head, list);
}

interface Line {
  element: HTMLElement;
  show(cell: Cell, quota: number | undefined): void;
}

function createLine([label, difficulty, available]: Cell, model: Model<Traits>, move: (label: number, difficulty: string, rows?: number) => void): Line {
  const words = model.get("words");
  const name = label < 0 ? words.no_label : model.get("labels")[label]!;
  const rated = model.get("difficulties").find(([one]) => one === difficulty)?.[1] ?? difficulty;
  const title = difficulty === "unrated" && !model.get("rated") ? name : fill(words.quota, { label: name, difficulty: rated });
  const slider = h("input", { type: "range", min: "0", max: String(available), step: "1", "aria-label": title });
  const free = h("button", { type: "button", class: "lk-free", "aria-label": `${title}: ${words.fixed}`, title: words.fixed }, "×");
  const told = h("output", {});
  slider.addEventListener("input", () => move(label, difficulty, slider.valueAsNumber));
  free.addEventListener("click", () => {
    slider.focus({ preventScroll: true }); // the button goes, and would take the focus with it
    move(label, difficulty);
  });
  const element = h("li", {}, h("span", { class: "lk-name" }, quoted(title)), slider, told, free);
  return {
    element,
    show: (cell, quota) => {
      slider.value = String(quota ?? cell[3]);
      setText(told, fill(words.of, { rows: quota === undefined ? cell[3] : quota, available: cell[2] }));
      element.classList.toggle("lk-fixed", quota !== undefined);
      free.hidden = quota === undefined;
    },
  };
}

function quotaOf(quotas: Quota[], [label, difficulty]: Cell): number | undefined {
  return quotas.find(([of, name]) => of === label && name === difficulty)?.[2];
}

function budgetField(model: Model<Traits>, want: (budget: number) => void): HTMLElement {
  const field = h("input", { type: "number", min: "1", step: "1", value: String(model.get("wanted").budget) });
  field.addEventListener("input", () => {
    if (Number.isSafeInteger(field.valueAsNumber)) want(field.valueAsNumber);
  });
  return h("label", { class: "lk-line" }, model.get("words").budget, field);
}

function subtaskField(model: Model<Traits>, want: (subtask: number) => void): HTMLElement[] {
  const names = model.get("subtasks");
  if (names.length < 2) return [];
  const chosen = model.get("wanted").subtask;
  const field = h("select", {}, ...names.map((name, k) => h("option", { value: String(k), selected: k === chosen }, name)));
  field.addEventListener("change", () => want(Number(field.value)));
  return [h("label", { class: "lk-line" }, model.get("words").subtask, field)];
}

/** Three weights; what is told beside them are their shares. */
function createMix(model: Model<Traits>, want: (mix: number[]) => void): HTMLElement {
  const weights = [...model.get("wanted").mix];
  const told = weights.map(() => h("output", {}));
  const show = (): void => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    told.forEach((output, k) => setText(output, total ? `${Math.round((100 * weights[k]!) / total)} %` : "–"));
  };
  const lines = weights.map((weight, k) => {
    const name = model.get("difficulties")[k]![1];
    const slider = h("input", { type: "range", min: "0", max: "100", value: String(weight), "aria-label": name });
    slider.addEventListener("input", () => {
      weights[k] = slider.valueAsNumber;
      show();
      want([...weights]);
    });
    return h("li", {}, h("span", { class: "lk-name" }, name), slider, told[k]!);
  });
  show();
  return h("div", {}, h("h3", {}, model.get("words").mix), h("ul", { class: "lk-cells" }, ...lines));
}
