// The saturation curve of what is planned: asked for by a press, followed while models learn, stopped by another.
import type { Model, RenderContext } from "../shared/afm.ts";
import type { Alert } from "../shared/alert.ts";
import { follow } from "../shared/bind.ts";
import { ask } from "../shared/commands.ts";
import { h } from "../shared/dom.ts";
import { svgElement } from "../shared/svg.ts";
import { fill } from "../shared/words.ts";
import { between, type Curve, type Traits } from "./logic.ts";

const PATIENCE_S = 60;
const [WIDTH, HEIGHT, LEFT, BELOW] = [320, 150, 38, 22];

export function createCurve(context: RenderContext<Traits>, alert: Alert): HTMLElement {
  const { model, signal, experimental } = context;
  const words = model.get("words");
  const button = h("button", { type: "button" });
  const told = h("p", { class: "lk-soft", role: "status" });
  const picture = h("div", {});
  let rows: unknown; // what was found when the curve was asked for
  const working = (): boolean => model.get("curve").state === "working";
  const show = (): void => {
    const curve = model.get("curve");
    button.replaceChildren(working() ? words.stop : words.learn);
    const late = curve.state === "done" && rows !== undefined && rows !== model.get("found") ? [words.outdated] : [];
    const said = curve.state === "done" ? [...(curve.said ?? []), ...late] : [];
    told.replaceChildren(working() ? fill(words.learning, { done: curve.done ?? 0, of: curve.of ?? 0 }) : said.join(" "));
    picture.replaceChildren(...(curve.state === "done" ? [drawn(curve, model)] : []));
  };
  button.addEventListener("click", async () => {
    rows = model.get("found");
    const reply = await ask(experimental.invoke, working() ? "stop" : "learn", {}, PATIENCE_S);
    if (!signal.aborted && !reply.ok) alert.show(reply.late ? fill(words.late, { seconds: PATIENCE_S }) : reply);
  }, { signal });
  follow(model, ["curve", "found"], show, signal);
  return h("section", { class: "lk-curve" }, h("div", { class: "lk-line" }, h("h3", {}, words.curve), button), told, picture);
}

/** A line with the range of its draws; every number stands beside its point, so nothing has to be hovered. */
function drawn(curve: Curve, model: Model<Traits>): SVGElement {
  const points = curve.points ?? [];
  const [low, high] = [Math.min(...points.map((p) => p[2])), Math.max(...points.map((p) => p[3]))];
  const most = Math.max(...points.map((p) => p[0]));
  const x = (rows: number): number => LEFT + (rows / most) * (WIDTH - LEFT - 24);
  const y = (value: number): number => 18 + (1 - between(value, low, high)) * (HEIGHT - BELOW - 30);
  const text = (at: [number, number], words: string, anchor = "middle"): SVGElement => {
    const element = svgElement("text", { x: String(at[0]), y: String(at[1]), "text-anchor": anchor });
    element.textContent = words;
    return element;
  };
  const line = points.map(([rows, value]) => `${x(rows)},${y(value)}`).join(" ");
  const bars = points.map(([rows, , from, to]) => svgElement("line", { x1: String(x(rows)), x2: String(x(rows)), y1: String(y(from)), y2: String(y(to)) }));
  const marks = points.map(([rows, value]) => svgElement("circle", { cx: String(x(rows)), cy: String(y(value)), r: "3.5" }));
  const texts = points.flatMap(([rows, value]) => [text([x(rows), y(value) - 8], value.toFixed(1)), text([x(rows), HEIGHT - 6], String(rows))]);
  const label = `${model.get("words").curve} ${points.map(([rows, value]) => `${rows}: ${value.toFixed(1)}`).join(", ")}`;
  return svgElement("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, ...bars, svgElement("polyline", { points: line }), ...marks, ...texts);
}
