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
  const changed = () => drawUnpressed(draw);
  for (const name of names) model.on(`change:${name}`, changed);
  signal.addEventListener("abort", () => {
    for (const name of names) model.off(`change:${name}`, changed);
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

// src/shared/grid.ts
var PAGE = 60;
var AROUND = 6;
var KEPT = 3e3;
var grids = 0;
function createGrid(options, signal) {
  const { rowHeight, columns: columns2 } = options;
  const prefix = `lk-grid-${grids += 1}`;
  const head = headRow(columns2);
  const body = h("div", { role: "rowgroup", class: "lk-grid-body" });
  const element = h("div", { role: "grid", tabindex: "0", class: "lk-grid", "aria-label": options.name }, head, body);
  element.style.height = `${options.height}px`;
  element.style.setProperty("--lk-columns", columns2.map(({ width }) => width).join(" "));
  element.style.setProperty("--lk-row", `${rowHeight}px`);
  element.setAttribute("aria-colcount", String(columns2.length));
  let total = 0;
  let chosen = 0;
  let top;
  const known = /* @__PURE__ */ new Map();
  const drawn = /* @__PURE__ */ new Map();
  const asked = /* @__PURE__ */ new Set();
  const scrolled = () => top ?? element.scrollTop;
  const scrollTo = (to) => {
    if (scrolled() === to) return;
    element.scrollTop = to;
    top = void 0;
  };
  const inSight = () => {
    const first = Math.floor(scrolled() / rowHeight);
    const last = Math.ceil((scrolled() + options.height) / rowHeight);
    return [Math.max(0, first - AROUND), Math.min(total, last + AROUND)];
  };
  const draw = () => {
    const [first, last] = inSight();
    for (const [position, row] of drawn) if ((position < first || position >= last) && position !== chosen) forget(position, row);
    for (let position = first; position < last; position += 1) drawRow(position);
    if (chosen < total) drawRow(chosen);
    askFor(first, last);
  };
  const forget = (position, row) => {
    row.remove();
    drawn.delete(position);
  };
  const drawRow = (position) => {
    const row = known.get(position);
    const old = drawn.get(position);
    if (old && (old.dataset["known"] === "true" || !row)) return;
    const cells = row === void 0 ? ["…"] : options.cells(row);
    const made = h("div", { role: "row", class: "lk-row", id: `${prefix}-${position}`, "aria-rowindex": String(position + 2) });
    made.append(...cells.map((cell) => h("div", { role: "gridcell" }, cell)));
    made.style.transform = `translateY(${position * rowHeight}px)`;
    made.dataset["known"] = String(row !== void 0);
    made.dataset["position"] = String(position);
    made.setAttribute("aria-selected", String(position === chosen));
    if (old) old.replaceWith(made);
    else body.append(made);
    drawn.set(position, made);
  };
  const askFor = (first, last) => {
    for (let page = Math.floor(first / PAGE); page * PAGE < last; page += 1) {
      const start = page * PAGE;
      const end = Math.min(start + PAGE, total);
      const missing = Array.from({ length: end - start }, (_, k) => start + k).some((position) => !known.has(position));
      if (!missing || asked.has(page)) continue;
      asked.add(page);
      void options.ask(start, PAGE).finally(() => asked.delete(page));
    }
  };
  const choose = (position) => {
    const before = drawn.get(chosen);
    before?.setAttribute("aria-selected", "false");
    chosen = Math.max(0, Math.min(position, total - 1));
    intoSight();
    draw();
    drawn.get(chosen)?.setAttribute("aria-selected", "true");
    if (total > 0) element.setAttribute("aria-activedescendant", `${prefix}-${chosen}`);
    else element.removeAttribute("aria-activedescendant");
  };
  const intoSight = () => {
    const row = chosen * rowHeight;
    const room = options.height - 2 * rowHeight;
    if (row < scrolled()) scrollTo(row);
    else if (row > scrolled() + room) scrollTo(row - room);
  };
  const move = (step) => {
    const before = chosen;
    choose(chosen + step);
    if (chosen !== before) options.chosen(chosen);
  };
  const reset = (rows, first) => {
    scrollTo(0);
    top = 0;
    queueMicrotask(() => top = void 0);
    total = rows;
    known.clear();
    asked.clear();
    for (const [position, row] of drawn) forget(position, row);
    body.style.height = `${total * rowHeight}px`;
    element.setAttribute("aria-rowcount", String(total + 1));
    take(0, first);
  };
  const take = (start, rows) => {
    if (known.size > KEPT) known.clear();
    rows.forEach((row, k) => {
      known.set(start + k, row);
      const old = drawn.get(start + k);
      if (old) old.dataset["known"] = "false";
    });
    draw();
  };
  element.addEventListener("scroll", () => requestAnimationFrame(draw), { signal, passive: true });
  element.addEventListener("click", (event) => {
    const row = event.target.closest("[data-position]");
    if (row) move(Number(row.dataset["position"]) - chosen);
  }, { signal });
  element.addEventListener("dblclick", () => options.entered(), { signal });
  element.addEventListener("keydown", (event) => onKey(event, Math.floor(options.height / rowHeight) - 2, move, options.entered), { signal });
  return { element, reset, take, choose, current: () => known.get(chosen), move, focus: () => element.focus({ preventScroll: true }) };
}
function stepOf(key, page) {
  const steps = {
    j: 1,
    ArrowDown: 1,
    k: -1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -Infinity,
    End: Infinity
  };
  return steps[key];
}
function onKey(event, page, move, enter) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = stepOf(event.key, page);
  if (step === void 0 && event.key !== "Enter") return;
  event.preventDefault();
  event.stopPropagation();
  if (step === void 0) enter();
  else move(step);
}
function headRow(columns2) {
  const cells = columns2.map(({ title }) => h("div", { role: "columnheader" }, title));
  return h("div", { role: "rowgroup", class: "lk-grid-head" }, h("div", { role: "row", class: "lk-row", "aria-rowindex": "1" }, ...cells));
}

// src/shared/keys.ts
var MARK = "data-lm-suppress-shortcuts";
function keepKeys(root, signal) {
  root.tabIndex = -1;
  root.setAttribute(MARK, "true");
  root.addEventListener("focusin", (event) => event.target.setAttribute(MARK, "true"), { signal });
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

// src/shared/paged_grid.ts
var PATIENCE = 30;
var REST = 50;
function createPagedGrid(context, alert, look) {
  const { model, signal, experimental } = context;
  const fetchPage = async (start, count2) => {
    const { revision } = model.get("view");
    const reply = await ask(experimental.invoke, "page", { start, count: count2 }, PATIENCE);
    const outdated = () => signal.aborted || model.get("view").revision !== revision;
    if (outdated()) return;
    if (!reply.ok) return alert.show(reply.late ? fill(model.get("words").no_answer, { seconds: PATIENCE }) : reply);
    if (reply.revision === revision) drawUnpressed(() => outdated() || grid.take(reply.start, reply.rows));
  };
  let latest = model.get("position");
  const choose = debounce(() => {
    model.set("position", latest);
    model.save_changes();
  }, REST, signal);
  const chosen = (position) => {
    latest = position;
    choose.soon();
  };
  const grid = createGrid({ ...look, ask: fetchPage, chosen }, signal);
  const showChoice = () => {
    latest = model.get("position");
    grid.choose(latest);
  };
  follow(model, ["view"], () => {
    grid.reset(model.get("view").found, model.get("view").rows);
    showChoice();
  }, signal);
  follow(model, ["position"], () => model.get("position") === latest || showChoice(), signal);
  return { ...grid, settled: () => latest === model.get("position") };
}

// src/error_browser/cells.ts
function marked(parts) {
  return h("bdi", { class: "lk-post" }, ...parts.map(([text, isQuoted]) => isQuoted ? h("mark", {}, text) : text));
}
function plates(labels, others, side, words) {
  const shown = labels.map((label) => {
    const odd = others !== null && !others.includes(label);
    return h("span", { class: `lk-plate${odd ? ` lk-${side}` : ""}`, title: odd ? words[side] : void 0 }, quoted(label));
  });
  return h("span", { class: "lk-plates" }, ...shown.length ? shown : [h("span", { class: "lk-soft" }, words.no_label)]);
}
function goldPlates({ gold }, answered, words) {
  if (gold === null) return h("span", { class: "lk-soft" }, words.not_labelled);
  return plates(gold, answered, "missed", words);
}
function rowName({ id, repeat }, words) {
  return repeat ? fill(words.repeat, { id, repeat }) : id;
}
function outcome(row, status, words) {
  const verdict = row.correct === null ? "" : row.correct ? words.right : words.wrong;
  const text = row.change ? words[row.change] : verdict;
  const kind = row.change || (row.correct === null ? "none" : row.correct ? "right" : "wrong");
  const plate = h("span", { class: `lk-outcome lk-is-${kind}` }, text);
  return h("span", { class: "lk-outcomes" }, ...text ? [plate] : [], ...status ? [h("span", { class: "lk-soft" }, status)] : []);
}
function lineCells(line, words) {
  const read = line.answers.at(-1);
  const answers = line.answers.map(
    ({ labels, status }) => status && !labels.length ? h("span", { class: "lk-soft" }, status) : plates(labels, line.gold, "spurious", words)
  );
  return [
    h("span", { class: "lk-id", title: rowName(line, words) }, quoted(rowName(line, words))),
    marked(line.posts),
    goldPlates(line, read.labels, words),
    ...answers,
    h("bdi", { class: "lk-said" }, line.rationale),
    quoted(line.definition),
    ending(line, outcome(line, read.labels.length ? read.status : "", words))
  ];
}
function ending({ tag }, outcome2) {
  if (tag) outcome2.append(h("span", { class: "lk-tag", title: tag }, tag));
  return outcome2;
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
    for (const button2 of rowsOf(root).flat()) {
      const index = button2 === stop ? 0 : -1;
      if (button2.tabIndex !== index || !button2.hasAttribute("tabindex")) button2.tabIndex = index;
    }
  };
  const settle2 = () => {
    const buttons = rowsOf(root).flat();
    const held = buttons.find((button2) => button2 === document.activeElement);
    stopAt(held ?? buttons.find((button2) => button2.getAttribute("aria-pressed") === "true") ?? buttons[0]);
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
  return further.flat().find((button2) => columnOf(button2) === columnOf(from));
}
function columnOf(button2) {
  return button2.closest("td, th")?.cellIndex ?? 0;
}

// src/error_browser/logic.ts
var ALL = {
  outcome: "any",
  label: -1,
  missed: -1,
  spurious: -1,
  alone: false,
  status: "",
  change: "",
  tag: "",
  group: "",
  query: "",
  earlier: false
};
function chipsOf(wanted, { words, labels, statuses, tags, groups }) {
  const name = (place) => labels[place] ?? "";
  const named = (known, wanted2) => known.find(([value]) => value === wanted2)?.[1] ?? wanted2;
  const [status, tag] = [named(statuses, wanted.status), named(tags, wanted.tag)];
  const chips = [
    wanted.outcome !== "any" && { parts: { outcome: "any" }, text: words[`only_${wanted.outcome}`] },
    wanted.change !== "" && { parts: { change: "" }, text: words[wanted.change] },
    wanted.label >= 0 && { parts: { label: -1 }, text: fill(words.chip_label, { label: name(wanted.label) }) },
    wanted.missed >= 0 && { parts: { missed: -1 }, text: fill(words.chip_missed, { label: name(wanted.missed) }) },
    wanted.spurious >= 0 && { parts: { spurious: -1 }, text: fill(words.chip_spurious, { label: name(wanted.spurious) }) },
    wanted.alone && { parts: { alone: false }, text: words.chip_alone },
    wanted.status !== "" && { parts: { status: "" }, text: fill(words.chip_status, { status }) },
    wanted.tag !== "" && { parts: { tag: "" }, text: fill(words.chip_tag, { tag }) },
    wanted.group !== "" && { parts: { group: "" }, text: groupName(groups, wanted.group) },
    wanted.query !== "" && { parts: { query: "" }, text: fill(words.chip_query, { query: wanted.query }) },
    wanted.earlier && { parts: { earlier: false }, text: words.chip_earlier }
  ];
  return chips.filter((chip) => chip !== false);
}
function groupName(groups, key) {
  const found = groups.find((group) => group.key === key);
  return found ? [found.title, found.words].filter(Boolean).join(": ") : key;
}
function includes(wanted, parts) {
  return Object.keys(parts).every((key) => wanted[key] === parts[key]);
}
function only(parts) {
  return { outcome: "any", label: -1, missed: -1, spurious: -1, alone: false, status: "", change: "", tag: "", group: "", ...parts };
}
function cellOf(counts, labels, words, missed, spurious) {
  const names = { missed: labels[missed] ?? "", spurious: labels[spurious] ?? "", label: labels[missed] ?? "" };
  const cell = (rows, key, parts) => ({
    rows,
    text: fill(words[key], { ...names, rows }),
    parts: only(parts)
  });
  if (missed === spurious) return cell(counts.right[missed] ?? 0, "cell_right", { label: missed, outcome: "right" });
  if (missed < 0) return cell(counts.spurious_alone[spurious] ?? 0, "cell_spurious", { spurious, alone: true });
  if (spurious < 0) return cell(counts.missed_alone[missed] ?? 0, "cell_missed", { missed, alone: true, status: "answered" });
  return cell(counts.swapped[missed]?.[spurious] ?? 0, "cell_swapped", { missed, spurious });
}
function unansweredCell(counts, labels, words, missed) {
  const rows = counts.unanswered[missed] ?? 0;
  const text = fill(words.cell_unanswered, { missed: labels[missed] ?? "", rows });
  return { rows, text, parts: only({ missed, status: "unanswered" }) };
}
function mistakes(counts, labels, words) {
  const places = [-1, ...labels.keys()];
  const cells = places.flatMap((missed) => places.map((spurious) => [missed, spurious]));
  return cells.filter(([missed, spurious]) => missed !== spurious).map(([missed, spurious]) => cellOf(counts, labels, words, missed, spurious)).concat(labels.map((_, missed) => unansweredCell(counts, labels, words, missed))).filter(({ rows }) => rows > 0).sort((one, other) => other.rows - one.rows);
}
function readFilter(kept) {
  try {
    const value = JSON.parse(kept ?? "null");
    if (typeof value !== "object" || value === null) return void 0;
    const found = Object.entries(ALL).map(([key, fallback]) => {
      const part = value[key];
      return [key, typeof part === typeof fallback ? part : fallback];
    });
    return Object.fromEntries(found);
  } catch {
    return void 0;
  }
}

// src/error_browser/filter_button.ts
var filters = /* @__PURE__ */ new WeakMap();
function filtering(button2, parts, model, ask2) {
  filters.set(button2, parts);
  button2.setAttribute("aria-pressed", String(includes(model.get("wanted"), parts)));
  button2.addEventListener("click", () => ask2(parts));
  return button2;
}
function followFilter(root, model, signal, settle2 = () => {
}) {
  follow(model, ["wanted"], () => {
    for (const button2 of root.querySelectorAll("button")) {
      const parts = filters.get(button2);
      const on = parts && String(includes(model.get("wanted"), parts));
      if (on && on !== button2.getAttribute("aria-pressed")) button2.setAttribute("aria-pressed", on);
    }
    settle2();
  }, signal);
}

// src/error_browser/changes.ts
var KINDS = ["fixed", "regressed", "still_wrong", "differ"];
function createChanges(model, ask2, signal) {
  const words = model.get("words");
  const body = h("tbody", {});
  const settle2 = roveIn(body, signal);
  const heads = KINDS.map((kind) => h("th", { scope: "col" }, words[kind]));
  const table = h("table", {}, h("thead", {}, h("tr", {}, h("td", {}), ...heads)), body);
  const hint = h("p", { class: "lk-soft" }, words.changes_hint);
  const verdict = h("p", { class: "lk-verdict", role: "status" });
  const panel2 = h("section", { class: "lk-changes", "aria-label": words.changes }, h("h3", {}, words.changes), verdict, hint, table);
  follow(model, ["verdict"], () => setText(verdict, model.get("verdict")), signal);
  panel2.hidden = model.get("changes").length === 0;
  const show = () => {
    const held = body.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    body.replaceChildren(...model.get("changes").map((counts, line) => changeLine(counts, line - 1, model, ask2)));
    settle2();
    if (held) [...body.querySelectorAll("button")].find((b) => b.getAttribute("aria-label") === held)?.focus();
  };
  follow(model, ["changes"], show, signal);
  followFilter(body, model, signal, settle2);
  return panel2;
}
function changeLine(counts, label, model, ask2) {
  const words = model.get("words");
  const name = label < 0 ? words.whole_rows : model.get("labels")[label] ?? "";
  const cells = KINDS.map((kind, k) => {
    const rows = counts[k] ?? 0;
    const parts = only({ label, change: kind });
    const text = fill(words.change_cell, { label: name, change: words[kind], rows });
    const button2 = h("button", { type: "button", "aria-label": text, class: `lk-is-${kind}` }, count(rows, model.get("language")));
    button2.disabled = rows === 0;
    return h("td", {}, filtering(button2, parts, model, ask2));
  });
  return h("tr", {}, h("th", { scope: "row" }, quoted(name)), ...cells);
}

// src/error_browser/confusion.ts
var MOST_LABELS = 14;
var BRIEF = 2;
var LISTED = 60;
function createConfusion(model, ask2, signal) {
  const words = model.get("words");
  const body = h("div", {});
  const settle2 = roveIn(body, signal);
  const panel2 = h("section", { class: "lk-confusion", "aria-label": words.confusions }, h("h3", {}, words.confusions), body);
  let earlier = false;
  const show = () => {
    panel2.hidden = !model.get("labelled");
    earlier = model.get("wanted").earlier;
    const counts = model.get("confusions")[model.get("confusions").length > 1 && earlier ? 0 : -1 + model.get("confusions").length];
    if (!counts || panel2.hidden) return;
    const table = model.get("labels").length > MOST_LABELS ? list(counts, model, ask2) : matrix(counts, model, ask2);
    const held = body.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    body.replaceChildren(...runChoice(model, ask2), ...table);
    settle2();
    if (held) [...body.querySelectorAll("button")].find((b) => b.getAttribute("aria-label") === held)?.focus();
  };
  follow(model, ["confusions"], show, signal);
  follow(model, ["wanted"], () => earlier === model.get("wanted").earlier || show(), signal);
  followFilter(body, model, signal, settle2);
  return panel2;
}
function runChoice(model, ask2) {
  const { of_run, earlier, later } = model.get("words");
  if (model.get("confusions").length < 2) return [];
  const now = model.get("wanted").earlier;
  const choice = ([name, value]) => {
    const made = h("button", { type: "button", "aria-pressed": String(now === value), "aria-label": `${of_run}: ${name}` }, name);
    made.addEventListener("click", () => ask2({ earlier: value }));
    return made;
  };
  const choices = [[earlier, true], [later, false]];
  return [h("p", { class: "lk-line lk-choice", role: "group", "aria-label": of_run }, h("b", {}, of_run), ...choices.map(choice))];
}
function matrix(counts, model, ask2) {
  const [words, labels] = [model.get("words"), model.get("labels")];
  const lines = some(counts.spurious_alone) ? [...labels.keys(), -1] : [...labels.keys()];
  const places = some(counts.missed_alone) ? [...labels.keys(), -1] : [...labels.keys()];
  const unanswered = some(counts.unanswered);
  const worst = Math.max(1, ...counts.swapped.flat(), ...counts.missed_alone, ...counts.spurious_alone, ...counts.unanswered);
  const cell = (found, right) => h("td", {}, cellButton(found, found.rows / worst, right, model, ask2));
  const brief = labels.every((label) => label.length <= BRIEF) ? "lk-brief" : void 0;
  const columns2 = labels.map((label, k) => h("th", { scope: "col", class: brief }, headButton(label, words.all_spurious, { spurious: k }, model, ask2)));
  const edges = [...places.includes(-1) ? [words.none_given] : [], ...unanswered ? [words.unanswered] : []];
  const lastColumns = edges.map((text) => h("th", { scope: "col", class: "lk-soft" }, h("span", {}, text)));
  const rows = lines.map((missed) => {
    const head = missed < 0 ? h("span", { class: "lk-soft" }, words.none_missed) : headButton(labels[missed], words.all_missed, { missed }, model, ask2);
    const cells = places.map(
      (spurious) => missed < 0 && spurious < 0 ? h("td", {}) : cell(cellOf(counts, labels, words, missed, spurious), missed === spurious)
    );
    const last = missed < 0 ? h("td", {}) : cell(unansweredCell(counts, labels, words, missed), false);
    return h("tr", {}, h("th", { scope: "row" }, head), ...cells, ...unanswered ? [last] : []);
  });
  const table = h("table", {}, h("thead", {}, h("tr", {}, h("td", {}), ...columns2, ...lastColumns)), h("tbody", {}, ...rows));
  return [h("p", { class: "lk-soft" }, words.confusions_hint), h("div", { class: "lk-matrix" }, table)];
}
function some(counts) {
  return counts.some((rows) => rows > 0);
}
function list(counts, model, ask2) {
  const [words, language] = [model.get("words"), model.get("language")];
  const found = mistakes(counts, model.get("labels"), words);
  const worst = found[0]?.rows ?? 1;
  const items = found.slice(0, LISTED).map((cell) => {
    const button2 = cellButton(cell, cell.rows / worst, false, model, ask2);
    button2.replaceChildren(quoted(cell.text));
    return h("li", {}, button2);
  });
  const hint = fill(words.pairs_hint, { shown: count(items.length, language), total: count(found.length, language) });
  return [h("p", { class: "lk-soft" }, hint), h("ol", { class: "lk-pairs" }, ...items)];
}
function headButton(label, words, parts, model, ask2) {
  const found = { rows: 1, text: fill(words, { label }), parts: only(parts) };
  const button2 = cellButton(found, 0, false, model, ask2);
  button2.replaceChildren(quoted(label));
  return button2;
}
function cellButton({ rows, text, parts }, share, right, model, ask2) {
  const button2 = h("button", { type: "button", "aria-label": text, title: text }, rows ? count(rows, model.get("language")) : "");
  button2.classList.toggle("lk-right", right);
  button2.style.setProperty("--lk-share", `${Math.round(70 * share)}%`);
  button2.disabled = rows === 0;
  return filtering(button2, parts, model, ask2);
}

// src/error_browser/detail.ts
function createDetail(model, judging, signal) {
  const words = model.get("words");
  const element = h("section", { class: "lk-detail", tabindex: "-1", "aria-label": words.opened });
  let shown = -1;
  let scrolled = false;
  element.addEventListener("scroll", () => scrolled = element.scrollTop > 0, { signal, passive: true });
  const show = () => {
    const opened = model.get("opened");
    const held = element.contains(document.activeElement) ? document.activeElement : void 0;
    element.replaceChildren(...isRow(opened) ? rowParts(opened, model, judging) : []);
    if (opened.row !== shown && scrolled) element.scrollTop = 0;
    shown = opened.row ?? -1;
    if (held && held !== element) (element.querySelector(`[data-key="${held.dataset["key"]}"]`) ?? element).focus({ preventScroll: true });
  };
  follow(model, ["opened"], show, signal);
  return element;
}
var LONG = 1200;
function paragraph(text, name = "") {
  const long = (text.textContent ?? "").length > LONG;
  return h("p", { class: `${name}${long ? " lk-long" : ""}`.trim() || void 0, tabindex: long ? "0" : void 0 }, text);
}
function isRow(opened) {
  return opened.id !== void 0;
}
function rowParts(row, model, judging) {
  const words = model.get("words");
  const history = row.history.map((fix) => h("li", {}, quoted(fix)));
  const answers = row.answers.map((answer) => answerPart(answer, row, model));
  return [
    h("header", {}, h("h3", { dir: "auto" }, quoted(rowName(row, words))), outcome(row, "", words)),
    h("ol", { class: "lk-posts" }, ...row.posts.map((post, k) => postPart(post, k, model))),
    h("p", { class: "lk-line" }, h("b", {}, words.column_gold), goldPlates(row, row.answers.at(-1).labels, words), ...judging.goldPart(row)),
    ...history.length ? [h("h4", {}, words.gold_history), h("ul", { class: "lk-history lk-soft" }, ...history)] : [],
    ...judging.tagPart(row),
    ...fact(words.subtask, row.subtask),
    ...fact(words.note, row.note),
    h("div", { class: "lk-answers" }, ...answers),
    ...definitionParts(row, words),
    ...row.answers.at(-1).definitions.length ? [judging.editPart(row)] : []
  ];
}
function postPart({ parts, left_out }, k, model) {
  const { left_out: more } = model.get("words");
  const cut = left_out ? [h("p", { class: "lk-soft" }, fill(more, { characters: left_out }))] : [];
  return h("li", {}, h("span", { class: "lk-soft" }, `${model.get("item")} ${k + 1}`), paragraph(marked(parts)), ...cut);
}
function answerPart(answer, row, model) {
  const words = model.get("words");
  const one = row.answers.length === 1;
  const when = one ? words.column_answer : whenOf(answer, words);
  const title = h("h4", {}, when, ...one ? [] : [h("small", {}, quoted(model.get("runs")[answer.run] ?? ""))]);
  return h(
    "article",
    { "aria-label": when },
    title,
    h("p", { class: "lk-line" }, plates(answer.labels, row.gold, "spurious", words), h("span", { class: "lk-soft" }, answer.status)),
    ...answer.problem ? [h("p", { class: "lk-problem" }, quoted(answer.problem))] : [],
    ...reasonParts(answer, words),
    ...answer.reply ? [h("h5", {}, words.reply), h("pre", { dir: "auto", tabindex: "0" }, answer.reply)] : []
  );
}
function reasonParts(answer, words) {
  if (!answer.answered && !answer.rationale) return [];
  const said = answer.rationale ? quoted(answer.rationale) : h("span", { class: "lk-soft" }, words.no_rationale);
  const flags = answer.flags.map(([flag, words2]) => h("li", {}, flag, ": ", h("q", {}, quoted(words2))));
  const unfound = answer.unfound.map((quote) => h("li", {}, quoted(quote)));
  return [
    h("h5", {}, words.rationale),
    paragraph(said, "lk-rationale"),
    ...flags.length ? [h("h5", {}, words.flags), h("ul", { class: "lk-odd" }, ...flags)] : [],
    ...unfound.length ? [h("p", { class: "lk-flag" }, words.unfound), h("ul", { class: "lk-flag" }, ...unfound)] : [],
    ...fact(words.cites, answer.definition)
  ];
}
function whenOf({ run }, words) {
  return run === 0 ? words.earlier : words.later;
}
function definitionParts({ answers }, words) {
  const told = answers.filter(({ definitions }) => definitions.length);
  const alike = new Set(told.map(({ definitions }) => JSON.stringify(definitions))).size < told.length;
  return (alike ? told.slice(-1) : told).flatMap((answer) => {
    const whose = answers.length === 1 || alike ? [] : [" · ", whenOf(answer, words)];
    return [h("h5", {}, words.definitions, ...whose), definitionCards(answer, words)];
  });
}
function definitionCards({ definitions }, words) {
  const cards = definitions.map(
    ({ label, side, text }) => h(
      "div",
      { class: `lk-card lk-${side === "missed" ? "missed" : "spurious"}-card` },
      h("h6", {}, quoted(label), h("small", {}, side === "missed" ? words.missed : words.spurious)),
      h("p", {}, text ? quoted(text) : h("span", { class: "lk-soft" }, words.no_definition))
    )
  );
  return h("div", { class: "lk-definitions" }, ...cards);
}
function fact(name, value) {
  return value ? [h("p", { class: "lk-line" }, h("b", {}, name), quoted(value))] : [];
}

// src/error_browser/editor_place.ts
function createEditorPlace({ model, host, signal }, alert, leave) {
  const element = h("div", { class: "lk-editor-place" });
  let drawn;
  const draw = async (reference) => {
    const editor = await host.getWidget(reference);
    await editor.render({ el: element, signal });
  };
  const open = async () => {
    const reference = model.get("editor");
    try {
      if (reference) await (drawn ??= draw(reference));
      return true;
    } catch (error) {
      drawn = void 0;
      alert.show({ error: String(error), details: "" });
      return false;
    }
  };
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    leave();
  }, { signal });
  return { element, open };
}

// src/error_browser/groups.ts
var KINDS2 = ["blame", "theme", "suspect", "flag"];
var PATIENCE2 = 30;
function createGroups({ model, experimental, signal }, alert, want) {
  const words = model.get("words");
  const panels = h("div", { class: "lk-groups" });
  const state = h("p", { class: "lk-soft", role: "status" });
  const closer = h("button", { type: "button" }, words.look_closer);
  const stop = h("button", { type: "button" }, words.stop_looking);
  const bar = h("progress", { "aria-label": words.looking });
  const ask2 = async (command) => {
    const reply = await ask(experimental.invoke, command, {}, PATIENCE2);
    if (!signal.aborted) alert.show(reply.ok ? "" : reply.late ? fill(words.late, { seconds: PATIENCE2 }) : reply);
  };
  closer.addEventListener("click", () => void ask2("look_closer"), { signal });
  stop.addEventListener("click", () => void ask2("stop_looking"), { signal });
  const looking = h("div", { class: "lk-line" }, bar, stop);
  const element = h("div", {}, panels, state, closer, looking);
  const show = () => {
    const held = panels.contains(document.activeElement) ? document.activeElement.dataset["key"] : void 0;
    panels.replaceChildren(...KINDS2.flatMap((kind) => panel(kind, model, want)));
    if (held) panels.querySelector(`[data-key="${held}"]`)?.focus();
  };
  follow(model, ["groups"], show, signal);
  followFilter(panels, model, signal);
  follow(model, ["looked"], () => {
    const held = document.activeElement === closer || document.activeElement === stop;
    state.textContent = model.get("looked") === "now" ? words.looking : "";
    looking.hidden = model.get("looked") !== "now";
    closer.hidden = model.get("looked") !== "";
    if (held) [stop, closer, ...panels.querySelectorAll("button")].find((e) => !e.closest("[hidden]") && !e.disabled)?.focus();
  }, signal);
  follow(model, ["looked_through"], () => {
    bar.value = model.get("looked_through");
  }, signal);
  return element;
}
function panel(kind, model, want) {
  const words = model.get("words");
  const groups = model.get("groups").filter((group) => group.kind === kind);
  if (!groups.length) return [];
  const titles = [...new Set(groups.map(({ title }) => title))];
  const items = titles.map((title) => {
    const named = groups.filter((group) => group.title === title && group.words);
    const buttons = named.map((group) => button(group, model, want));
    return h("li", {}, ...title ? [h("p", {}, quoted(title))] : [], h("div", { class: "lk-line" }, ...buttons));
  });
  const heading = words[`group_${kind}`];
  const hint = h("p", { class: "lk-soft" }, words[`group_${kind}_hint`]);
  return [h("section", { "aria-label": heading }, h("h3", {}, heading), hint, h("ul", { class: "lk-group-list" }, ...items))];
}
function button(group, model, want) {
  const parts = only({ group: group.key });
  const title = group.title ? `${group.title}: ` : "";
  const name = fill(model.get("words").group_cell, { title, words: group.words, rows: group.rows });
  const shown = [quoted(group.words), h("b", {}, count(group.rows, model.get("language")))];
  const tone = group.key.endsWith(".fixed") ? "lk-is-fixed" : group.key.endsWith(".broken") ? "lk-is-regressed" : void 0;
  const made = h("button", { type: "button", "aria-label": name, "data-key": group.key, class: tone }, ...shown);
  made.disabled = group.rows === 0;
  return filtering(made, parts, model, want);
}

// src/error_browser/gold_form.ts
var NONE = -1;
var forms = 0;
function createGoldForm(row, model, save) {
  const words = model.get("words");
  const { several, none } = model.get("triage");
  const name = `lk-gold-${forms += 1}`;
  const choices = [...row.allowed, ...none && !several ? [NONE] : []].map((place) => {
    const input = h("input", { type: several ? "checkbox" : "radio", name, value: String(place) });
    input.checked = place === NONE ? row.gold !== null && !row.gold.length : row.gold_places.includes(place);
    const text = place === NONE ? words.gold_none : quoted(model.get("labels")[place] ?? "");
    return { place, input, element: h("label", {}, input, text) };
  });
  const reason = h("input", { type: "text", "aria-label": words.reason, dir: "auto", autocomplete: "off", "aria-required": "true" });
  reason.placeholder = words.reason_hint;
  const submit = h("button", { type: "submit", class: "lk-primary" }, words.save_gold);
  const cancel = h("button", { type: "button" }, words.cancel);
  const list2 = h("div", { class: "lk-choices" }, ...choices.map(({ element: element2 }) => element2));
  const legend = h("legend", {}, words.gold_form);
  const line = h("div", { class: "lk-line" }, reason, submit, cancel);
  const element = h("form", { class: "lk-gold-form" }, h("fieldset", {}, legend, list2, line));
  const button2 = h("button", { type: "button", "aria-expanded": "false", "data-key": "gold" }, words.correct_gold);
  const show = (open) => {
    element.hidden = !open;
    button2.setAttribute("aria-expanded", String(open));
    if (open) (choices.find(({ input }) => input.checked) ?? choices[0])?.input.focus();
  };
  const close = () => {
    show(false);
    button2.focus();
  };
  show(false);
  button2.addEventListener("click", () => show(button2.getAttribute("aria-expanded") === "false"));
  cancel.addEventListener("click", close);
  const send = (event) => {
    event.preventDefault();
    const chosen = choices.filter(({ input, place }) => input.checked && place !== NONE);
    save(chosen.map(({ place }) => place), reason.value);
  };
  element.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") close();
    if (event.key === "Enter" && event.target === reason) send(event);
  });
  element.addEventListener("submit", send);
  return { element, button: button2, open: () => show(true) };
}

// src/error_browser/judging.ts
var PATIENCE3 = 30;
function createJudging({ model, experimental, signal }, alert, { grid, openEditor }) {
  const words = model.get("words");
  const { can } = model.get("triage");
  const said = h("p", { class: "lk-said-done lk-soft", role: "status" });
  const decide = async (name, message) => {
    const reply = await ask(experimental.invoke, name, message, PATIENCE3);
    if (signal.aborted) return false;
    alert.show(reply.ok ? "" : reply.late ? fill(words.late, { seconds: PATIENCE3 }) : reply);
    if (!reply.ok) return false;
    for (const [position, line] of reply.lines ?? []) grid().take(position, [line]);
    if (!reply.later) setText(said, reply.said ?? "");
    return true;
  };
  follow(model, ["told"], () => setText(said, model.get("told").said ?? ""), signal);
  const tag = (row, value) => void decide("tag", { row, tag: value });
  const edit = (row) => void openEditor().then((open) => open && decide("edit", { row }));
  let form;
  return {
    said,
    tagChosen: (k) => {
      const [row, value] = [grid().current()?.row, k === 0 ? "" : tagsOf(model)[k - 1]?.[0]];
      if (can && row !== void 0 && value !== void 0) tag(row, value);
    },
    correct: () => form?.open(),
    undo: () => void (can && model.get("triage").undo && decide("undo", {})),
    send: (what) => {
      const row = grid().current()?.row;
      if (can && row !== void 0) void decide(what, { row });
    },
    edit: () => {
      const row = grid().current()?.row;
      if (row !== void 0) edit(row);
    },
    tagPart: (row) => can && (row.correct !== true || row.tag) ? [tagButtons(row, model, (value) => tag(row.row, value))] : [],
    goldPart: (row) => {
      if (!can) return [];
      form = createGoldForm(row, model, async (labels, reason) => {
        if (await decide("fix_gold", { row: row.row, labels, reason })) grid().focus();
      });
      return [form.button, form.element];
    },
    editPart: (row) => {
      const button2 = h("button", { type: "button", class: "lk-edit", "data-key": "edit" }, words.edit);
      button2.addEventListener("click", () => edit(row.row));
      return button2;
    }
  };
}
function tagsOf(model) {
  return model.get("tags").slice(0, -1);
}
function tagButtons(row, model, tag) {
  const words = model.get("words");
  const buttons = tagsOf(model).map(([value, text], k) => {
    const on = row.tag === value;
    const key = h("kbd", { "aria-hidden": "true" }, String(k + 1));
    const button2 = h("button", { type: "button", "aria-pressed": String(on), "data-key": value }, key, text);
    button2.addEventListener("click", () => tag(on ? "" : value));
    return button2;
  });
  return h("div", { class: "lk-tags", role: "group", "aria-label": words.why }, h("b", {}, words.why), ...buttons);
}

// src/error_browser/memory.ts
var PREFIX = "labkit.error_browser.";
function recall(memory) {
  if (!memory) return void 0;
  try {
    return readFilter(localStorage.getItem(PREFIX + memory));
  } catch {
    return void 0;
  }
}
function remember(memory, filter) {
  if (!memory) return;
  try {
    localStorage.setItem(PREFIX + memory, JSON.stringify(filter));
  } catch {
  }
}

// src/error_browser/toolbar.ts
var PAUSE = 120;
function createToolbar(model, actions, signal) {
  const words = model.get("words");
  const search = h("input", { type: "text", "aria-label": words.search, dir: "auto", autocomplete: "off" });
  search.placeholder = words.search_hint;
  const labels = model.get("labels").map((label2, k) => [String(k), label2]);
  const outcomes = ["any", "wrong", "right"].map((value) => [value, words[`only_${value}`]]);
  const outcome2 = menu(words.outcome, outcomes);
  const label = menu(words.label, [["-1", words.any_label], ...labels]);
  const status = menu(words.status, [["", words.any_status], ...model.get("statuses")]);
  const tag = menu(words.tag, [["", words.any_tag], ...model.get("tags")]);
  outcome2.disabled = !model.get("labelled");
  const send = paced(() => actions.ask({ query: search.value }), PAUSE, signal);
  search.addEventListener("input", (event) => event.isComposing || send(), { signal });
  search.addEventListener("compositionend", send, { signal });
  outcome2.addEventListener("change", () => actions.ask({ outcome: outcome2.value, change: "" }), { signal });
  label.addEventListener("change", () => actions.ask({ label: Number(label.value) }), { signal });
  status.addEventListener("change", () => actions.ask({ status: status.value }), { signal });
  tag.addEventListener("change", () => actions.ask({ tag: tag.value }), { signal });
  const show = () => {
    const wanted = model.get("wanted");
    if (document.activeElement !== search) search.value = wanted.query;
    outcome2.value = wanted.outcome;
    label.value = String(wanted.label);
    status.value = wanted.status;
    tag.value = wanted.tag;
  };
  follow(model, ["wanted"], show, signal);
  const fields = h("div", { class: "lk-fields" }, search, outcome2, label, status, ...model.get("triage").can ? [tag] : []);
  return { element: h("div", { class: "lk-toolbar" }, fields, chipRow(model, actions, signal)), search };
}
function chipRow(model, { ask: ask2, leave }, signal) {
  const words = model.get("words");
  const row = h("div", { role: "group", "aria-label": words.chips, class: "lk-chips" });
  const button2 = (content, name, parts) => {
    const made = h("button", { type: "button", class: "lk-chip", "aria-label": name }, content);
    const press = () => {
      ask2(parts);
      leave();
    };
    made.addEventListener("click", press, { signal });
    return made;
  };
  const show = () => {
    const traits = { words, labels: model.get("labels"), statuses: model.get("statuses"), tags: model.get("tags"), groups: model.get("groups") };
    const chips = chipsOf(model.get("wanted"), traits).map(
      ({ parts, text }) => button2(h("span", {}, quoted(text), h("span", { "aria-hidden": "true" }, " ×")), fill(words.remove, { filter: text }), parts)
    );
    const clear = chips.length ? [button2(words.clear, words.clear, ALL)] : [];
    row.replaceChildren(...chips, ...clear);
  };
  follow(model, ["wanted", "groups"], show, signal);
  return row;
}
function menu(name, options) {
  const made = options.map(([value, text]) => {
    const option = h("option", {}, text);
    option.value = value;
    return option;
  });
  return h("select", { "aria-label": name }, ...made);
}

// src/error_browser/triage.ts
var REMEDIES = ["prompt", "gold", "training"];
function createTriage(model, actions, signal) {
  const words = model.get("words");
  const remedies = h("dl", { class: "lk-remedies" });
  const tags = h("ul", { class: "lk-tag-counts" });
  const undo = h("button", { type: "button", class: "lk-undo" });
  const hint = h("p", { class: "lk-soft" }, words.triage_hint);
  const panel2 = h("section", { class: "lk-triage", "aria-label": words.triage }, h("h3", {}, words.triage), remedies, hint, tags, undo);
  panel2.hidden = !model.get("triage").can;
  undo.addEventListener("click", () => actions.undo(), { signal });
  const show = () => {
    const triage = model.get("triage");
    const language = model.get("language");
    remedies.replaceChildren(
      ...REMEDIES.map((remedy) => {
        const rows = triage.remedies[remedy];
        return h("div", { class: rows ? "lk-some" : void 0 }, h("dt", {}, words[`remedy_${remedy}`]), h("dd", {}, count(rows, language)));
      })
    );
    const held = tags.contains(document.activeElement) ? document.activeElement.dataset["key"] : void 0;
    tags.replaceChildren(...model.get("tags").map(([tag, text]) => h("li", {}, countButton(tag, text, model, actions.ask))));
    if (held) tags.querySelector(`[data-key="${held}"]`)?.focus();
    undo.disabled = !triage.undo;
    undo.textContent = triage.undo ? fill(words.undo_what, { what: triage.undo }) : words.undo;
  };
  follow(model, ["triage"], show, signal);
  followFilter(tags, model, signal);
  return panel2;
}
function countButton(tag, text, model, ask2) {
  const { tags, untagged } = model.get("triage");
  const rows = tags[tag] ?? untagged;
  const parts = only({ tag });
  const name = fill(model.get("words").tag_cell, { tag: text, rows });
  const shown = [h("span", {}, text), h("b", {}, count(rows, model.get("language")))];
  const button2 = h("button", { type: "button", "aria-label": name, "data-key": tag }, ...shown);
  button2.disabled = rows === 0;
  return filtering(button2, parts, model, ask2);
}

// src/error_browser/view.ts
var ROW_HEIGHT = 46;
var HEIGHT = 336;
var BUSY = 500;
function renderBrowser(context) {
  const { model, el, signal } = context;
  const words = model.get("words");
  const root = h("div", { class: "lk-widget lk-error-browser", lang: model.get("language") });
  keepKeys(root, signal);
  watchPresses(root, signal);
  adoptAnswers(model, signal);
  const alert = createAlert(words.details);
  const want = (parts) => setFilter(model, parts);
  const editor = createEditorPlace(context, alert, () => backToRows(grid));
  const judging = createJudging(context, alert, { grid: () => grid, openEditor: editor.open });
  const detail = createDetail(model, judging, signal);
  const grid = createRows(context, alert, () => detail.focus());
  const toolbar = createToolbar(model, { ask: want, leave: grid.focus }, signal);
  const triage = createTriage(model, { ask: want, undo: judging.undo }, signal);
  const groups = createGroups(context, alert, want);
  const side = h("aside", {}, createChanges(model, want, signal), createConfusion(model, want, signal), triage, groups);
  const nothing = h("p", { class: "lk-nothing" });
  const keys = [model.get("changes").length ? words.keys_two : words.keys, ...model.get("triage").can ? [words.triage_keys] : []];
  root.append(header(model, signal), notes(model, signal), toolbar.element, alert.element, grid.element, nothing, judging.said);
  root.append(...keys.map((text) => h("p", { class: "lk-soft lk-keys" }, text)), h("div", { class: "lk-below" }, detail, side));
  root.addEventListener("keydown", (event) => onKey2(event, { model, grid, judging, search: toolbar.search }), { signal });
  follow(model, ["view"], () => setText(nothing, model.get("view").found ? "" : words.nothing), signal);
  follow(model, ["problem"], () => alert.show(model.get("problem")), signal);
  el.append(root, editor.element);
  grid.choose(model.get("position"));
  const kept = recall(model.get("memory"));
  if (kept && model.get("wanted").revision === 0) want(kept);
}
function setFilter(model, parts) {
  const { revision, ...before } = model.get("wanted");
  const wanted = { ...before, ...parts };
  remember(model.get("memory"), wanted);
  model.set("wanted", { ...wanted, revision: revision + 1 });
  model.set("position", 0);
  model.save_changes();
}
function adoptAnswers(model, signal) {
  const adopt = () => {
    const { wanted } = model.get("view");
    if (wanted.revision > model.get("wanted").revision) model.set("wanted", wanted);
  };
  model.on("change:view", adopt);
  signal.addEventListener("abort", () => model.off("change:view", adopt));
  adopt();
}
function createRows(context, alert, entered) {
  const words = context.model.get("words");
  const cells = (line) => lineCells(line, words);
  const look = { name: words.rows, columns: columns(context.model), rowHeight: ROW_HEIGHT, height: HEIGHT, cells, entered };
  return createPagedGrid(context, alert, look);
}
function columns(model) {
  const words = model.get("words");
  const answers = model.get("changes").length ? [words.column_before, words.column_after] : [words.column_answer];
  return [
    { title: words.column_id, width: "minmax(56px, 0.5fr)" },
    { title: words.column_posts, width: "minmax(180px, 2.6fr)" },
    { title: words.column_gold, width: "minmax(76px, 1.1fr)" },
    ...answers.map((title) => ({ title, width: "minmax(76px, 1.1fr)" })),
    { title: words.column_rationale, width: "minmax(120px, 1.7fr)" },
    { title: words.column_definition, width: "minmax(56px, 0.6fr)" },
    { title: words.column_status, width: "minmax(98px, 0.7fr)" }
  ];
}
function header(model, signal) {
  const [words, language, runs] = [model.get("words"), model.get("language"), model.get("runs")];
  const title = runs.length > 1 ? words.title_two : fill(words.title_one, { run: runs[0] ?? "" });
  const found = h("span", { class: "lk-found", role: "status" });
  const looking = () => model.get("view").revision !== model.get("wanted").revision;
  const wait = debounce(() => looking() && setText(found, words.busy), BUSY, signal);
  const show = () => {
    if (looking()) return wait.soon();
    setText(found, fill(words.found, { found: count(model.get("view").found, language), total: count(model.get("total"), language) }));
  };
  follow(model, ["view", "wanted"], show, signal);
  const names = runs.length > 1 ? runs.map((run, k) => h("p", { class: "lk-soft" }, h("b", {}, k ? words.later : words.earlier), " ", quoted(run))) : [];
  return h("header", { class: "lk-head" }, h("h2", { dir: "auto" }, title), found, ...names);
}
function notes(model, signal) {
  const list2 = h("ul", { class: "lk-notes" });
  follow(model, ["notes"], () => list2.replaceChildren(...model.get("notes").map((note) => h("li", { dir: "auto" }, note))), signal);
  return list2;
}
function onKey2(event, keyed) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
  const action = event.key === "Escape" ? () => backToRows(keyed.grid) : typing ? void 0 : keyAction(event.key, keyed);
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}
function backToRows(grid) {
  grid.focus();
  grid.element.scrollIntoView({ block: "nearest" });
}
function keyAction(key, { model, grid, judging, search }) {
  const wanted = model.get("wanted");
  const ask2 = (parts) => () => setFilter(model, parts);
  if (key === "/") return () => search.focus();
  if (key === "c") return ask2(ALL);
  if (/^[0-8]$/.test(key)) return () => judging.tagChosen(Number(key));
  if (key === "g") return judging.correct;
  if (key === "u") return judging.undo;
  if (key === "q") return () => judging.send("enqueue");
  if (key === "m") return () => judging.send("more_like");
  if (key === "x") return judging.edit;
  if (key === "e" && model.get("labelled")) return ask2({ outcome: wanted.outcome === "wrong" ? "any" : "wrong", change: "" });
  if (key === "Backspace") return ask2(chipsOf(wanted, { words: model.get("words"), labels: [], statuses: [], tags: [], groups: [] }).at(-1)?.parts ?? {});
  const change = { f: "fixed", r: "regressed", w: "still_wrong", d: "differ" }[key];
  if (change && model.get("changes").length) return ask2({ change: wanted.change === change ? "" : change, outcome: "any" });
  const step = stepOf(key, 1);
  return (key === "j" || key === "k") && step ? () => grid.move(step) : void 0;
}

// src/error_browser/index.ts
var error_browser_default = { render: renderBrowser };
export {
  error_browser_default as default
};
