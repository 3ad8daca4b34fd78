// A widget's model without Jupyter: for tests, and to look at a widget in a plain page.
import type { Model } from "../src/shared/afm.ts";

/** A model whose traits live in `state`; `saved` holds what each `save_changes` would have sent to Python. */
export interface FakeModel<Traits> extends Model<Traits> {
  state: Traits;
  saved: Traits[];
  /** Sets a trait as Python would. */
  receive<Name extends keyof Traits & string>(name: Name, value: Traits[Name]): void;
  /** How many listeners are registered. */
  listeners(): number;
}

export function fakeModel<Traits extends object>(state: Traits): FakeModel<Traits> {
  const listeners = new Map<string, Set<() => void>>();
  const of = (event: string): Set<() => void> => {
    if (!listeners.has(event)) listeners.set(event, new Set());
    return listeners.get(event)!;
  };
  const set: Model<Traits>["set"] = (name, value) => {
    const changed = state[name] !== value;
    state[name] = value;
    if (changed) for (const listener of [...of(`change:${name}`)]) listener();
  };
  const saved: Traits[] = [];
  return {
    state,
    saved,
    get: (name) => state[name],
    set,
    receive: set,
    on: (event, listener) => void of(event).add(listener),
    off: (event, listener) => void of(event).delete(listener),
    save_changes: () => void saved.push(structuredClone(state)),
    listeners: () => [...listeners.values()].reduce((sum, group) => sum + group.size, 0),
  };
}
