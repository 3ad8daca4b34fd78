// One tab stop for many buttons: the arrow keys go from one to the next, in a table along its rows and columns.

const STEPS: Record<string, [rows: number, columns: number]> = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
};

/** Makes the buttons in the rows (`tr` or `li`) of `root` one tab stop; call what it returns whenever they were drawn. */
export function roveIn(root: HTMLElement, signal: AbortSignal): () => void {
  const stopAt = (stop: HTMLElement | undefined): void => {
    for (const button of rowsOf(root).flat()) {
      const index = button === stop ? 0 : -1;
      if (button.tabIndex !== index || !button.hasAttribute("tabindex")) button.tabIndex = index;
    }
  };
  const settle = (): void => {
    const buttons = rowsOf(root).flat();
    const held = buttons.find((button) => button === document.activeElement);
    stopAt(held ?? buttons.find((button) => button.getAttribute("aria-pressed") === "true") ?? buttons[0]);
  };
  const isRoved = (target: EventTarget | null): target is HTMLElement => rowsOf(root).flat().includes(target as HTMLElement);
  root.addEventListener("focusin", ({ target }) => isRoved(target) && stopAt(target), { signal });
  root.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || !isRoved(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    next(root, event.target, step)?.focus();
  }, { signal });
  return settle;
}

/** The buttons that can be pressed, row by row. */
function rowsOf(root: HTMLElement): HTMLElement[][] {
  return [...root.querySelectorAll("tr, li")].map((row) => [...row.querySelectorAll<HTMLElement>("button:not([disabled])")]);
}

/** The nearest button in that direction; between rows one of the same column. */
function next(root: HTMLElement, from: HTMLElement, [down, right]: [number, number]): HTMLElement | undefined {
  const rows = rowsOf(root);
  const at = rows.findIndex((row) => row.includes(from));
  if (right) return rows[at]![rows[at]!.indexOf(from) + right];
  const further = down > 0 ? rows.slice(at + 1) : rows.slice(0, at).reverse();
  return further.flat().find((button) => columnOf(button) === columnOf(from));
}

function columnOf(button: HTMLElement): number {
  return button.closest<HTMLTableCellElement>("td, th")?.cellIndex ?? 0;
}
