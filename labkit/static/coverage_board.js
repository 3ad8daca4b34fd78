// built from widgets/src 03d61a34d22ef0c5; do not edit

// src/shared/dom.ts
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === void 0 || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}
function quoted(text) {
  return h("bdi", {}, text);
}
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// src/shared/alert.ts
function createAlert(details) {
  const element = h("div", { role: "alert", class: "lk-alert" });
  const clear = () => element.replaceChildren();
  const show = (problem) => {
    const { error = "", details: trace = "" } = typeof problem === "string" ? { error: problem } : problem;
    if (!error) return clear();
    const fold = h("details", {}, h("summary", {}, details), h("pre", {}, trace));
    element.replaceChildren(h("p", { dir: "auto" }, error), ...trace ? [fold] : []);
  };
  return { element, show, clear };
}

// src/shared/press.ts
var PRESSABLE = "button, summary, label, [role=row]";
var pressed = false;
var waiting = /* @__PURE__ */ new Set();
function drawUnpressed(draw) {
  if (pressed) waiting.add(draw);
  else draw();
}
function watchPresses(root, signal) {
  const options = { signal, capture: true };
  const page = root.ownerDocument.defaultView;
  const press = (event) => {
    if (event.target.closest(PRESSABLE)) pressed = true;
  };
  const release = () => {
    if (pressed) setTimeout(settle);
  };
  root.addEventListener("pointerdown", (event) => event.button === 0 && press(event), options);
  root.addEventListener("keydown", (event) => event.key === " " && press(event), options);
  for (const end of ["pointerup", "pointercancel", "keyup"]) page.addEventListener(end, release, options);
  page.addEventListener("blur", release, { signal });
  page.addEventListener("pointermove", (event) => event.buttons === 0 && release(), options);
  signal.addEventListener("abort", settle);
}
function settle() {
  pressed = false;
  const due = [...waiting];
  waiting.clear();
  for (const draw of due) draw();
}

// src/shared/bind.ts
function follow(model, names, show, signal) {
  const draw = () => {
    if (!signal.aborted) show();
  };
  const changed2 = () => drawUnpressed(draw);
  for (const name of names) model.on(`change:${name}`, changed2);
  signal.addEventListener("abort", () => {
    for (const name of names) model.off(`change:${name}`, changed2);
  });
  show();
}
function paced(action, milliseconds, signal) {
  let rested = 0;
  const call = debounce(() => {
    rested = performance.now() + milliseconds;
    action();
  }, milliseconds, signal);
  return () => {
    call.soon();
    if (performance.now() >= rested) call.now();
  };
}
function debounce(action, milliseconds, signal) {
  let timer;
  const now = () => {
    if (timer === void 0) return;
    clearTimeout(timer);
    timer = void 0;
    action();
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(now, milliseconds);
  };
  signal.addEventListener("abort", now);
  return { soon, now };
}

// src/shared/commands.ts
async function ask(invoke, name, message, seconds) {
  try {
    const [reply] = await invoke(name, message, { signal: AbortSignal.timeout(seconds * 1e3) });
    return reply;
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    return { ok: false, late, error: String(error), details: "" };
  }
}

// src/shared/keys.ts
var MARK = "data-lm-suppress-shortcuts";
function keepKeys(root, signal) {
  root.tabIndex = -1;
  root.setAttribute(MARK, "true");
  root.addEventListener("focusin", (event) => event.target.setAttribute(MARK, "true"), { signal });
}

// src/shared/words.ts
function fill(words, values) {
  return words.replace(/\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}/g, (whole, name, one, many) => {
    if (!(name in values)) return whole;
    const value = String(values[name]);
    return one === void 0 ? value : value === "1" ? one : many;
  });
}
function count(value, language) {
  const format = formats.get(language) ?? new Intl.NumberFormat(language);
  formats.set(language, format);
  return format.format(value);
}
var formats = /* @__PURE__ */ new Map();

// src/shared/svg.ts
var NAMESPACE = ["http:", "", "www.w3.org", "2000", "svg"].join("/");
function svgElement(tag, attributes, ...children) {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// src/coverage_board/logic.ts
var SPAN = 1e3;
var REACH = 40;
function dots(places, wanted) {
  const paths = /* @__PURE__ */ new Map();
  places.region.forEach((region, place) => {
    if (!wanted(place)) return;
    if (!paths.has(region)) paths.set(region, []);
    paths.get(region).push(`M${places.x[place]} ${SPAN - places.y[place]}h0`);
  });
  return new Map([...paths].map(([region, parts]) => [region, parts.join("")]));
}
function regionAt(places, x, y) {
  let [nearest, region] = [REACH ** 2, 0];
  places.region.forEach((of, place) => {
    const distance = (places.x[place] - x) ** 2 + (SPAN - places.y[place] - y) ** 2;
    if (distance <= nearest) [nearest, region] = [distance, of];
  });
  return region;
}
function moved(quotas, label, difficulty, rows) {
  const others = quotas.filter(([of, name]) => of !== label || name !== difficulty);
  return rows === void 0 ? others : [...others, [label, difficulty, rows]];
}
function changed(before, value) {
  if (before === null || before.toFixed(3) === value.toFixed(3)) return "";
  return ` (${value > before ? "+" : "−"}${Math.abs(value - before).toFixed(3)})`;
}
function between(value, low, high) {
  return high > low ? (value - low) / (high - low) : 0.5;
}

// src/coverage_board/curve.ts
var PATIENCE_S = 60;
var [WIDTH, HEIGHT, LEFT, BELOW] = [320, 150, 38, 22];
function createCurve(context, alert) {
  const { model, signal, experimental } = context;
  const words = model.get("words");
  const button = h("button", { type: "button" });
  const told = h("p", { class: "lk-soft", role: "status" });
  const picture = h("div", {});
  let rows;
  const working = () => model.get("curve").state === "working";
  const show = () => {
    const curve = model.get("curve");
    button.replaceChildren(working() ? words.stop : words.learn);
    const late = curve.state === "done" && rows !== void 0 && rows !== model.get("found") ? [words.outdated] : [];
    const said = curve.state === "done" ? [...curve.said ?? [], ...late] : [];
    told.replaceChildren(working() ? fill(words.learning, { done: curve.done ?? 0, of: curve.of ?? 0 }) : said.join(" "));
    picture.replaceChildren(...curve.state === "done" ? [drawn(curve, model)] : []);
  };
  button.addEventListener("click", async () => {
    rows = model.get("found");
    const reply = await ask(experimental.invoke, working() ? "stop" : "learn", {}, PATIENCE_S);
    if (!signal.aborted && !reply.ok) alert.show(reply.late ? fill(words.late, { seconds: PATIENCE_S }) : reply);
  }, { signal });
  follow(model, ["curve", "found"], show, signal);
  return h("section", { class: "lk-curve" }, h("div", { class: "lk-line" }, h("h3", {}, words.curve), button), told, picture);
}
function drawn(curve, model) {
  const points = curve.points ?? [];
  const [low, high] = [Math.min(...points.map((p) => p[2])), Math.max(...points.map((p) => p[3]))];
  const most = Math.max(...points.map((p) => p[0]));
  const x = (rows) => LEFT + rows / most * (WIDTH - LEFT - 24);
  const y = (value) => 18 + (1 - between(value, low, high)) * (HEIGHT - BELOW - 30);
  const text = (at, words, anchor = "middle") => {
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

// src/coverage_board/map.ts
var MARGIN = 30;
function createMap(model, open, signal) {
  const words = model.get("words");
  const box = `${-MARGIN} ${-MARGIN} ${SPAN + 2 * MARGIN} ${SPAN + 2 * MARGIN}`;
  const svg = svgElement("svg", { viewBox: box, preserveAspectRatio: "none", role: "img", "aria-label": words.map });
  const draw = () => {
    const [places, found] = [model.get("places"), model.get("found")];
    const held = new Set(found.held);
    const layers = [
      layer("lk-dots", dots(places, (place) => !held.has(place)), model),
      layer("lk-held", dots(places, (place) => held.has(place)), model),
      layer("lk-held", dots(found.beside, () => true), model)
    ];
    svg.replaceChildren(...layers.flat());
    mark();
  };
  const mark = () => {
    const region = String(model.get("region"));
    svg.classList.toggle("lk-one", region !== "0");
    for (const path of svg.querySelectorAll("path")) path.classList.toggle("lk-open", path.getAttribute("data-region") === region);
  };
  svg.addEventListener("click", (event) => {
    const { left, top, width, height } = svg.getBoundingClientRect();
    const at = (from, size, clicked) => (clicked - from) / size * (SPAN + 2 * MARGIN) - MARGIN;
    const [x, y] = [at(left, width, event.clientX), at(top, height, event.clientY)];
    open(regionAt(model.get("places"), x, y));
  }, { signal });
  follow(model, ["places", "found"], draw, signal);
  follow(model, ["region"], mark, signal);
  return h("figure", { class: "lk-map" }, svg, h("figcaption", { class: "lk-soft" }, words.map_hint));
}
function layer(name, paths, model) {
  const found = model.get("found");
  return [...paths].map(([region, d]) => {
    const path = svgElement("path", { d, class: bare(found, region) ? `${name} lk-bare` : name, "data-region": String(region) });
    const title = svgElement("title", {});
    title.textContent = regionName(model, region);
    path.append(title);
    return path;
  });
}
function bare(found, region) {
  return found.regions.some(([number, , chosen]) => number === region && !chosen);
}
function regionName(model, region) {
  const known = model.get("found").regions.find(([number2]) => number2 === region);
  if (!known) return "";
  const [number, rows, chosen, covered] = known;
  return fill(model.get("words").region_cell, { number, rows, chosen, covered: (covered / 100).toFixed(2) });
}

// src/coverage_board/quotas.ts
var PAUSE_MS = 200;
function createQuotas(model, signal) {
  const words = model.get("words");
  let wanted = model.get("wanted");
  const send = paced(() => {
    model.set("wanted", wanted);
    model.save_changes();
  }, PAUSE_MS, signal);
  const want = (changes) => {
    wanted = { ...wanted, ...changes };
    send();
  };
  const release = h("button", { type: "button" }, words.release);
  const list = h("ul", { class: "lk-cells" });
  const lines = /* @__PURE__ */ new Map();
  const move = (label, difficulty, rows) => {
    want({ quotas: moved(wanted.quotas, label, difficulty, rows) });
    show();
  };
  const show = () => {
    const cells = model.get("found").cells;
    const names = cells.map(([label, difficulty]) => `${label} ${difficulty}`);
    if ([...lines.keys()].join() !== names.join()) {
      lines.clear();
      cells.forEach((cell, k) => lines.set(names[k], createLine(cell, model, move)));
      list.replaceChildren(...[...lines.values()].map((line) => line.element));
    }
    cells.forEach((cell, k) => lines.get(names[k]).show(cell, quotaOf(wanted.quotas, cell)));
    release.hidden = !wanted.quotas.length;
  };
  release.addEventListener("click", () => {
    want({ quotas: [] });
    show();
  }, { signal });
  follow(model, ["found"], show, signal);
  const mix = model.get("rated") ? [createMix(model, (shares) => want({ mix: shares }))] : [];
  const head = h("div", { class: "lk-line" }, h("h3", {}, words.quotas), release);
  return h("section", { class: "lk-quotas" }, ...subtaskField(model, (subtask) => want({ subtask })), budgetField(model, (budget) => want({ budget })), ...mix, head, list);
}
function createLine([label, difficulty, available], model, move) {
  const words = model.get("words");
  const name = label < 0 ? words.no_label : model.get("labels")[label];
  const rated = model.get("difficulties").find(([one]) => one === difficulty)?.[1] ?? difficulty;
  const title = difficulty === "unrated" && !model.get("rated") ? name : fill(words.quota, { label: name, difficulty: rated });
  const slider = h("input", { type: "range", min: "0", max: String(available), step: "1", "aria-label": title });
  const free = h("button", { type: "button", class: "lk-free", "aria-label": `${title}: ${words.fixed}`, title: words.fixed }, "×");
  const told = h("output", {});
  slider.addEventListener("input", () => move(label, difficulty, slider.valueAsNumber));
  free.addEventListener("click", () => {
    slider.focus({ preventScroll: true });
    move(label, difficulty);
  });
  const element = h("li", {}, h("span", { class: "lk-name" }, quoted(title)), slider, told, free);
  return {
    element,
    show: (cell, quota) => {
      slider.value = String(quota ?? cell[3]);
      setText(told, fill(words.of, { rows: quota === void 0 ? cell[3] : quota, available: cell[2] }));
      element.classList.toggle("lk-fixed", quota !== void 0);
      free.hidden = quota === void 0;
    }
  };
}
function quotaOf(quotas, [label, difficulty]) {
  return quotas.find(([of, name]) => of === label && name === difficulty)?.[2];
}
function budgetField(model, want) {
  const field = h("input", { type: "number", min: "1", step: "1", value: String(model.get("wanted").budget) });
  field.addEventListener("input", () => {
    if (Number.isSafeInteger(field.valueAsNumber)) want(field.valueAsNumber);
  });
  return h("label", { class: "lk-line" }, model.get("words").budget, field);
}
function subtaskField(model, want) {
  const names = model.get("subtasks");
  if (names.length < 2) return [];
  const chosen = model.get("wanted").subtask;
  const field = h("select", {}, ...names.map((name, k) => h("option", { value: String(k), selected: k === chosen }, name)));
  field.addEventListener("change", () => want(Number(field.value)));
  return [h("label", { class: "lk-line" }, model.get("words").subtask, field)];
}
function createMix(model, want) {
  const weights = [...model.get("wanted").mix];
  const told = weights.map(() => h("output", {}));
  const show = () => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    told.forEach((output, k) => setText(output, total ? `${Math.round(100 * weights[k] / total)} %` : "–"));
  };
  const lines = weights.map((weight, k) => {
    const name = model.get("difficulties")[k][1];
    const slider = h("input", { type: "range", min: "0", max: "100", value: String(weight), "aria-label": name });
    slider.addEventListener("input", () => {
      weights[k] = slider.valueAsNumber;
      show();
      want([...weights]);
    });
    return h("li", {}, h("span", { class: "lk-name" }, name), slider, told[k]);
  });
  show();
  return h("div", {}, h("h3", {}, model.get("words").mix), h("ul", { class: "lk-cells" }, ...lines));
}

// src/shared/roving.ts
var STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1]
};
function roveIn(root, signal) {
  const stopAt = (stop) => {
    for (const button of rowsOf(root).flat()) {
      const index = button === stop ? 0 : -1;
      if (button.tabIndex !== index || !button.hasAttribute("tabindex")) button.tabIndex = index;
    }
  };
  const settle2 = () => {
    const buttons = rowsOf(root).flat();
    const held = buttons.find((button) => button === document.activeElement);
    stopAt(held ?? buttons.find((button) => button.getAttribute("aria-pressed") === "true") ?? buttons[0]);
  };
  const isRoved = (target) => rowsOf(root).flat().includes(target);
  root.addEventListener("focusin", ({ target }) => isRoved(target) && stopAt(target), { signal });
  root.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || !isRoved(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    next(root, event.target, step)?.focus();
  }, { signal });
  return settle2;
}
function rowsOf(root) {
  return [...root.querySelectorAll("tr, li")].map((row) => [...row.querySelectorAll("button:not([disabled])")]);
}
function next(root, from, [down, right]) {
  const rows = rowsOf(root);
  const at = rows.findIndex((row) => row.includes(from));
  if (right) return rows[at][rows[at].indexOf(from) + right];
  const further = down > 0 ? rows.slice(at + 1) : rows.slice(0, at).reverse();
  return further.flat().find((button) => columnOf(button) === columnOf(from));
}
function columnOf(button) {
  return button.closest("td, th")?.cellIndex ?? 0;
}

// src/coverage_board/regions.ts
var PATIENCE_S2 = 60;
function createRegions(model, open, signal) {
  const words = model.get("words");
  const body = h("tbody", {});
  const heads = [words.column_region, words.column_chosen, words.column_covered, words.column_typical];
  const table = h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))), body);
  const settle2 = roveIn(table, signal);
  const draw = () => {
    const held = body.contains(document.activeElement) ? document.activeElement.dataset["region"] : void 0;
    body.replaceChildren(...model.get("found").regions.map(([number, rows, chosen, covered, typical]) => {
      const on = String(model.get("region") === number);
      const button = h("button", { type: "button", "aria-pressed": on, "data-region": String(number), "aria-label": regionName(model, number) }, String(number));
      button.addEventListener("click", () => open(model.get("region") === number ? 0 : number));
      const meter = h("span", { class: "lk-meter", style: `--lk-share:${covered}%` }, (covered / 100).toFixed(2));
      const cells = [h("td", {}, button), h("td", {}, `${chosen} / ${rows}`), h("td", {}, meter), h("td", {}, quoted(typical))];
      return h("tr", { class: chosen ? void 0 : "lk-bare" }, ...cells);
    }));
    settle2();
    if (held !== void 0) body.querySelector(`[data-region="${held}"]`)?.focus({ preventScroll: true });
  };
  follow(model, ["found", "region"], draw, signal);
  return h("section", { class: "lk-regions" }, h("h3", {}, words.regions), h("div", { class: "lk-scroll", tabindex: "0", role: "group", "aria-label": words.regions }, table));
}
function createOpened(context, alert) {
  const { model, signal, experimental } = context;
  const words = model.get("words");
  const section = h("section", { class: "lk-opened" });
  const more = h("button", { type: "button" }, words.more);
  let list = h("ol", {});
  let opened = { region: 0, found: 0, rows: [] };
  const settle2 = () => {
    more.hidden = list.children.length >= opened.found;
  };
  const draw = () => {
    opened = model.get("opened");
    if (!opened.region) return section.replaceChildren();
    list = h("ol", { tabindex: "0" }, ...opened.rows.map((row) => rowPart(row, model)));
    section.replaceChildren(h("h3", { role: "status" }, fill(words.opened, { number: opened.region, rows: opened.found })), list, more);
    settle2();
  };
  more.addEventListener("click", async () => {
    const [into, start] = [list, list.children.length];
    more.disabled = true;
    const reply = await ask(experimental.invoke, "rows", { start }, PATIENCE_S2);
    more.disabled = false;
    if (signal.aborted || into !== list) return;
    if (!reply.ok) return alert.show(reply.late ? fill(words.late, { seconds: PATIENCE_S2 }) : reply);
    if (reply.region === opened.region && reply.start === list.children.length) list.append(...reply.rows.map((row) => rowPart(row, model)));
    settle2();
  }, { signal });
  follow(model, ["opened"], draw, signal);
  return section;
}
function rowPart(row, model) {
  const words = model.get("words");
  const labels = row.labels?.length ? row.labels : row.labels ? [words.no_label] : [];
  const cut = row.left_out ? [h("p", { class: "lk-soft" }, fill(words.left_out, { characters: row.left_out }))] : [];
  const plates = labels.map((label) => h("span", { class: "lk-plate" }, quoted(label)));
  const head = h("p", { class: "lk-line" }, h("b", {}, row.state), quoted(row.id), ...plates);
  return h("li", { class: row.chosen ? "lk-chosen" : void 0 }, head, h("p", { dir: "auto", class: "lk-post" }, row.post), ...cut);
}

// src/coverage_board/view.ts
var WRITING_S = 600;
function renderCoverage(context) {
  const { model, el, signal } = context;
  const words = model.get("words");
  const root = h("div", { class: "lk-widget lk-coverage-board", lang: model.get("language") });
  keepKeys(root, signal);
  watchPresses(root, signal);
  const alert = createAlert(words.details);
  const open = (region) => {
    model.set("region", region);
    model.save_changes();
  };
  const left = h("div", { class: "lk-wishes" }, createQuotas(model, signal), createCurve(context, alert));
  const right = h("div", { class: "lk-seen" }, createMap(model, open, signal), createRegions(model, open, signal));
  root.append(h("h2", {}, words.title), summary(model, signal), alert.element);
  root.append(h("div", { class: "lk-sides" }, left, right), createOpened(context, alert), writing(context, alert));
  follow(model, ["problem"], () => alert.show(model.get("problem")), signal);
  el.append(root);
}
function summary(model, signal) {
  const [words, language] = [model.get("words"), model.get("language")];
  const told = h("p", { class: "lk-summary", role: "status" });
  const sampled = h("p", { class: "lk-soft" });
  const show = () => {
    const { rows, value, before, regions, pool_rows } = model.get("found");
    const bare2 = regions.filter(([, , chosen]) => !chosen).length;
    setText(told, fill(words.summary, { rows: count(rows, language), value: value.toFixed(3), change: changed(before, value), bare: bare2, regions: regions.length }));
    const seen = model.get("places").region.length;
    setText(sampled, seen < pool_rows ? fill(words.sampled, { rows: count(seen, language), pool: count(pool_rows, language) }) : "");
  };
  follow(model, ["found"], show, signal);
  return h("div", {}, told, sampled);
}
function writing({ model, signal, experimental }, alert) {
  const words = model.get("words");
  const name = h("input", { type: "text", "aria-label": words.name, placeholder: words.name, maxlength: "120" });
  const button = h("button", { type: "button", class: "lk-primary" }, words.write);
  const said = h("p", { role: "status", class: "lk-soft" });
  const write = async () => {
    if (button.disabled) return;
    button.disabled = true;
    const reply = await ask(experimental.invoke, "write", { name: name.value }, WRITING_S);
    if (signal.aborted) return;
    button.disabled = false;
    setText(said, reply.ok ? reply.said : "");
    if (reply.ok) alert.clear();
    else alert.show(reply.late ? fill(words.late, { seconds: WRITING_S }) : reply);
  };
  button.addEventListener("click", () => void write(), { signal });
  name.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    void write();
  }, { signal });
  return h("div", { class: "lk-line lk-writing" }, name, button, said);
}

// src/coverage_board/index.ts
var coverage_board_default = { render: renderCoverage };
export {
  coverage_board_default as default
};
