// The map: one path of dots per region, so that thousands of rows are a few elements; a click opens a region.
import type { Model } from "../shared/afm.ts";
import { follow } from "../shared/bind.ts";
import { h } from "../shared/dom.ts";
import { svgElement } from "../shared/svg.ts";
import { fill } from "../shared/words.ts";
import { dots, type Found, regionAt, SPAN, type Traits } from "./logic.ts";

const MARGIN = 30;

/** The map of the pool; keyboards and screen readers have the list of regions beside it. */
export function createMap(model: Model<Traits>, open: (region: number) => void, signal: AbortSignal): HTMLElement {
  const words = model.get("words");
  const box = `${-MARGIN} ${-MARGIN} ${SPAN + 2 * MARGIN} ${SPAN + 2 * MARGIN}`;
  const svg = svgElement("svg", { viewBox: box, preserveAspectRatio: "none", role: "img", "aria-label": words.map }) as SVGSVGElement;
  const draw = (): void => {
    const [places, found] = [model.get("places"), model.get("found")];
    const held = new Set(found.held);
    const layers = [
      layer("lk-dots", dots(places, (place) => !held.has(place)), model),
      layer("lk-held", dots(places, (place) => held.has(place)), model),
      layer("lk-held", dots(found.beside, () => true), model),
    ];
    svg.replaceChildren(...layers.flat());
    mark();
  };
  const mark = (): void => {
    const region = String(model.get("region"));
    svg.classList.toggle("lk-one", region !== "0");
    for (const path of svg.querySelectorAll("path")) path.classList.toggle("lk-open", path.getAttribute("data-region") === region);
  };
  svg.addEventListener("click", (event) => {
    const { left, top, width, height } = svg.getBoundingClientRect();
    const at = (from: number, size: number, clicked: number): number => ((clicked - from) / size) * (SPAN + 2 * MARGIN) - MARGIN;
    const [x, y] = [at(left, width, event.clientX), at(top, height, event.clientY)];
    open(regionAt(model.get("places"), x, y));
  }, { signal });
  follow(model, ["places", "found"], draw, signal);
  follow(model, ["region"], mark, signal);
  return h("figure", { class: "lk-map" }, svg, h("figcaption", { class: "lk-soft" }, words.map_hint));
}

function layer(name: string, paths: Map<number, string>, model: Model<Traits>): SVGElement[] {
  const found = model.get("found");
  return [...paths].map(([region, d]) => {
    const path = svgElement("path", { d, class: bare(found, region) ? `${name} lk-bare` : name, "data-region": String(region) });
    const title = svgElement("title", {});
    title.textContent = regionName(model, region);
    path.append(title);
    return path;
  });
}

function bare(found: Found, region: number): boolean {
  return found.regions.some(([number, , chosen]) => number === region && !chosen);
}

/** A region in words. */
export function regionName(model: Model<Traits>, region: number): string {
  const known = model.get("found").regions.find(([number]) => number === region);
  if (!known) return "";
  const [number, rows, chosen, covered] = known;
  return fill(model.get("words").region_cell, { number, rows, chosen, covered: (covered / 100).toFixed(2) });
}
