// Views that share a place, as tabs: one is shown, arrow keys go through them.
import { h } from "../shared/dom.ts";

/** A view: its name, and what is shown. */
export interface Tab {
  id: string;
  title: string;
  panel: HTMLElement;
  /** Called when it is chosen. */
  shown?: () => void;
}

/** The tabs; with a single view there is nothing to choose. */
export interface Tabs {
  element: HTMLElement;
  select: (id: string) => void;
}

let groups = 0; // ids must not meet those of another editor on the page

/** Builds the tabs, the first one chosen. */
export function createTabs(name: string, tabs: Tab[], signal: AbortSignal): Tabs {
  const prefix = `lk-tabs-${(groups += 1)}`;
  const buttons = tabs.map(({ id, title, panel }) => {
    panel.id = `${prefix}-${id}`;
    panel.setAttribute("role", "tabpanel");
    return h("button", { type: "button", role: "tab", id: `${prefix}-tab-${id}`, "aria-controls": panel.id }, title);
  });
  const show = (chosen: number): void => {
    const leaving = tabs.some(({ panel }, k) => k !== chosen && panel.contains(panel.ownerDocument.activeElement));
    tabs.forEach(({ panel }, k) => {
      panel.hidden = k !== chosen;
      buttons[k]!.setAttribute("aria-selected", String(k === chosen));
      buttons[k]!.tabIndex = k === chosen ? 0 : -1;
      panel.setAttribute("aria-labelledby", buttons[k]!.id);
    });
    if (leaving) buttons[chosen]!.focus(); // with what had it hidden, the next key would be the notebook's
    tabs[chosen]!.shown?.();
  };
  const step = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const next = (buttons.indexOf(event.target as HTMLButtonElement) + by + tabs.length) % tabs.length;
    event.preventDefault();
    show(next);
    buttons[next]!.focus();
  };
  buttons.forEach((button, k) => button.addEventListener("click", () => show(k), { signal }));
  const list = h("div", { role: "tablist", class: "lk-tablist", "aria-label": name }, ...buttons);
  list.addEventListener("keydown", step, { signal });
  list.hidden = tabs.length < 2;
  show(0);
  return {
    element: h("div", { class: "lk-side" }, list, ...tabs.map(({ panel }) => panel)),
    select: (id) => show(Math.max(0, tabs.findIndex((tab) => tab.id === id))),
  };
}
