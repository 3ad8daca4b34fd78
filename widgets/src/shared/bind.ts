// Traits in, edits out: subscriptions that end with the view, and typing that is sent when it pauses.
import type { Model } from "./afm.ts";
import { drawUnpressed } from "./press.ts";

/** Calls `show` now and whenever one of the traits changes, until the view goes away; while something is pressed it waits. */
export function follow<Traits>(
  model: Model<Traits>,
  names: (keyof Traits & string)[],
  show: () => void,
  signal: AbortSignal,
): void {
  const draw = (): void => {
    if (!signal.aborted) show();
  };
  const changed = (): void => drawUnpressed(draw);
  for (const name of names) model.on(`change:${name}`, changed);
  signal.addEventListener("abort", () => {
    for (const name of names) model.off(`change:${name}`, changed);
  });
  show();
}

/** A call that waits for a pause. */
export interface Debounced {
  /** Call after the pause; each further call begins the pause anew. */
  soon(): void;
  /** Call at once if a call is waiting. */
  now(): void;
}

/** Calls `action` at once after a rest, then at most once every so many milliseconds, the last time for what came last. */
export function paced(action: () => void, milliseconds: number, signal: AbortSignal): () => void {
  let rested = 0; // by the page's clock: from then on a call is made at once
  const call = debounce(() => {
    rested = performance.now() + milliseconds;
    action();
  }, milliseconds, signal);
  return () => {
    call.soon();
    if (performance.now() >= rested) call.now();
  };
}

/** Delays `action` until nothing was asked for `milliseconds`; what still waits when the view goes away runs then. */
export function debounce(action: () => void, milliseconds: number, signal: AbortSignal): Debounced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = (): void => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    action();
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(now, milliseconds);
  };
  signal.addEventListener("abort", now);
  return { soon, now };
}
