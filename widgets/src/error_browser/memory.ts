// Filters given by hand are kept by the web browser, so that they stand again when the notebook is opened anew.
import { type Filter, readFilter } from "./logic.ts";

const PREFIX = "labkit.error_browser.";

/** What was kept for these runs; nothing when the page may not keep things. */
export function recall(memory: string): Filter | undefined {
  if (!memory) return undefined;
  try {
    return readFilter(localStorage.getItem(PREFIX + memory));
  } catch {
    return undefined;
  }
}

/** Keeps a filter, if the page may. */
export function remember(memory: string, filter: Filter): void {
  if (!memory) return;
  try {
    localStorage.setItem(PREFIX + memory, JSON.stringify(filter));
  } catch {
    // A page without storage works all the same; its filters end with it.
  }
}
