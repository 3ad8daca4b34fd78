// Building elements without HTML strings: whatever the text holds, it stays text.

type Attributes = Record<string, string | boolean | undefined>;

/** An element with attributes and children; strings become text nodes, `true` an empty attribute, `false` none. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Text from data: isolated, so that right-to-left marks inside it cannot reorder the words around it. */
export function quoted(text: string): HTMLElement {
  return h("bdi", {}, text);
}

/** Sets a text only when it differs, so that screen readers do not read it again. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
