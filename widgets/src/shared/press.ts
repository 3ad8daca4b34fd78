// A click is a press and a release of the same element: whoever draws it anew in between takes the click away.

const PRESSABLE = "button, summary, label, [role=row]"; // of what scrolls or opens, no release may ever come
let pressed = false;
const waiting = new Set<() => void>();

/** Draws at once, or after the release of what is pressed right now. */
export function drawUnpressed(draw: () => void): void {
  if (pressed) waiting.add(draw);
  else draw();
}

/** Notices presses in `root`, by pointer or by the space bar, until the view goes away. */
export function watchPresses(root: HTMLElement, signal: AbortSignal): void {
  const options = { signal, capture: true };
  const page = root.ownerDocument.defaultView!;
  const press = (event: Event): void => {
    if ((event.target as Element).closest(PRESSABLE)) pressed = true;
  };
  const release = (): void => {
    if (pressed) setTimeout(settle); // the click comes right after the release
  };
  root.addEventListener("pointerdown", (event) => event.button === 0 && press(event), options);
  root.addEventListener("keydown", (event) => event.key === " " && press(event), options);
  for (const end of ["pointerup", "pointercancel", "keyup"]) page.addEventListener(end, release, options);
  page.addEventListener("blur", release, { signal }); // of the page itself: not capturing, it hears of no element's
  page.addEventListener("pointermove", (event) => event.buttons === 0 && release(), options); // let go outside the page
  signal.addEventListener("abort", settle);
}

function settle(): void {
  pressed = false;
  const due = [...waiting];
  waiting.clear();
  for (const draw of due) draw();
}
