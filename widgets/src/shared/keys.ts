// Keys pressed in a widget belong to the widget: in a notebook "d d" would delete the cell it stands in.

const MARK = "data-lm-suppress-shortcuts";

/**
 * Keeps JupyterLab's shortcuts away from everything in `root`.
 *
 * JupyterLab looks for the mark from the focused element upwards, but first whether that element itself matches
 * ":focus": so a mark on the root alone does not protect a button inside it, and each element gets one with the focus.
 * The root takes the focus itself when something in it is clicked that cannot have it.
 */
export function keepKeys(root: HTMLElement, signal: AbortSignal): void {
  root.tabIndex = -1;
  root.setAttribute(MARK, "true");
  root.addEventListener("focusin", (event) => (event.target as Element).setAttribute(MARK, "true"), { signal });
}
