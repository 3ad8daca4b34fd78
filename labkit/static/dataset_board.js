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
  const { rowHeight, columns } = options;
  const prefix = `lk-grid-${grids += 1}`;
  const head = headRow(columns);
  const body = h("div", { role: "rowgroup", class: "lk-grid-body" });
  const element = h("div", { role: "grid", tabindex: "0", class: "lk-grid", "aria-label": options.name }, head, body);
  element.style.height = `${options.height}px`;
  element.style.setProperty("--lk-columns", columns.map(({ width }) => width).join(" "));
  element.style.setProperty("--lk-row", `${rowHeight}px`);
  element.setAttribute("aria-colcount", String(columns.length));
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
function headRow(columns) {
  const cells = columns.map(({ title }) => h("div", { role: "columnheader" }, title));
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

// src/dataset_board/detail.ts
function itemParts(item, model) {
  const words = model.get("words");
  const reasons = item.reasons.map((reason) => h("li", {}, quoted(reason)));
  return [
    h("header", { class: "lk-line" }, h("h3", {}, item.kind), ...item.verdict ? [h("span", { class: "lk-verdict" }, `${words.verdict}: `, quoted(item.verdict))] : []),
    h("ul", { class: "lk-reasons" }, ...reasons),
    ...item.rows.map((row) => rowPart(row, item, model)),
    ...item.masked ? [maskedPart(item, model)] : [],
    ...item.more ? [h("p", { class: "lk-soft" }, fill(words.more, { rows: item.more }))] : [],
    h("p", { class: "lk-line" }, h("b", {}, words.carried), ...item.carried.map(([labels, rows]) => carriedPart(labels, rows, item, words))),
    ...sidesPart(item, words)
  ];
}
function rowPart(row, item, model) {
  const words = model.get("words");
  const posts = row.posts.map(([text, left_out], k) => {
    const cut = left_out ? [h("p", { class: "lk-soft" }, fill(words.left_out, { characters: left_out }))] : [];
    return h("li", {}, h("span", { class: "lk-soft" }, `${model.get("item")} ${k + 1}`), h("p", { dir: "auto" }, text), ...cut);
  });
  const several = item.rows.length + item.more > 1;
  const labels = several ? [h("span", {}, " · ", ...plates(row.labels, words))] : [];
  const name = h("p", { class: "lk-soft lk-row-name" }, quoted(fill(words.row, { id: row.id })), ...labels);
  const note = row.note ? [h("p", { class: "lk-line" }, h("b", {}, words.note_of_row), quoted(row.note))] : [];
  return h("article", { "aria-label": fill(words.row, { id: row.id }) }, name, h("ol", { class: "lk-posts" }, ...posts), ...note);
}
function maskedPart(item, model) {
  const words = model.get("words");
  const button = h("button", { type: "button" }, words.unmask);
  button.addEventListener("click", () => {
    model.set("unmasked", item.id);
    model.save_changes();
  });
  return h("p", { class: "lk-line lk-masked" }, h("span", { class: "lk-soft" }, words.masked), button);
}
function carriedPart(labels, rows, item, words) {
  if (item.carried.length === 1) return h("span", {}, ...plates(labels, words));
  const named = labels === null ? words.not_labelled : labels.join(", ") || words.no_label;
  return h("span", { class: "lk-plate" }, quoted(fill(words.times, { labels: named, rows })));
}
function sidesPart(item, words) {
  if (!item.sides.length) return [];
  const cards = item.sides.map(
    ({ who, said, reason }) => h("div", { class: "lk-card" }, h("h5", {}, quoted(who)), h("p", {}, quoted(said)), ...reason ? [h("p", { class: "lk-soft" }, quoted(reason))] : [])
  );
  return [h("h4", {}, words.sides), h("div", { class: "lk-side-by-side" }, ...cards)];
}
function definitionParts(places, unclear, model) {
  const [words, labels, definitions] = [model.get("words"), model.get("labels"), model.get("definitions")];
  return places.map((place) => {
    const text = definitions[place] ?? "";
    const told = text ? quoted(text) : h("span", { class: "lk-soft" }, words.no_definition);
    const flag = unclear.includes(place) ? [h("p", { class: "lk-unclear" }, words.is_unclear)] : [];
    return h("div", { class: "lk-card lk-definition" }, h("h5", {}, quoted(labels[place] ?? "")), h("p", {}, told), ...flag);
  });
}
function voteParts(votes, words) {
  if (!votes.length) return [h("p", { class: "lk-soft" }, words.no_votes)];
  return votes.map(
    ({ row, model, labels, status, rationale }) => h(
      "div",
      { class: "lk-card lk-vote" },
      h("h5", {}, quoted(model), ...row ? [h("small", {}, quoted(fill(words.row, { id: row })))] : []),
      h("p", {}, ...status ? [status] : plates(labels, words)),
      ...rationale ? [h("p", { class: "lk-soft" }, quoted(rationale))] : []
    )
  );
}
function plates(labels, words) {
  if (labels === null) return [h("i", {}, words.not_labelled)];
  return labels.length ? labels.map((label) => h("span", { class: "lk-plate" }, quoted(label))) : [h("i", {}, words.no_label)];
}

// src/dataset_board/logic.ts
var KEYS = "123456789qwertyiopghlzxcbm";
function keysOf(allowed, question) {
  const first = question.filter((place) => allowed.includes(place));
  const order = allowed.length <= KEYS.length ? allowed : [...first, ...allowed.filter((place) => !first.includes(place))];
  return new Map(order.slice(0, KEYS.length).map((place, k) => [place, KEYS[k]]));
}
function overflows(allowed) {
  return allowed.length > KEYS.length;
}
function narrowed(allowed, labels, typed) {
  const wanted = typed.trim().toLowerCase();
  return allowed.filter((place) => (labels[place] ?? "").toLowerCase().includes(wanted));
}
function toggled(chosen, place, several) {
  if (chosen.includes(place)) return chosen.filter((one) => one !== place);
  return several ? [...chosen, place].sort((a, b) => a - b) : [place];
}
function confirmed(touched, current) {
  if (!touched) return current ? "keep" : void 0;
  return "relabel";
}
function defined(question, chosen) {
  return [...question, ...chosen.filter((place) => !question.includes(place))];
}

// src/dataset_board/deciding.ts
var PATIENCE2 = 30;
function createDeciding({ model, experimental, signal }, alert, done) {
  const words = model.get("words");
  const said = h("p", { class: "lk-said-done lk-soft", role: "status" });
  const definitions = h("div", { class: "lk-side-by-side lk-definitions" });
  const choices = h("div", { class: "lk-choices", role: "group", "aria-label": words.choose });
  const narrow = h("input", { type: "search", "aria-label": words.narrow, dir: "auto", autocomplete: "off" });
  narrow.placeholder = words.narrow_hint;
  const reason = h("input", { type: "text", "aria-label": words.reason, dir: "auto", autocomplete: "off" });
  reason.placeholder = words.reason_hint;
  const votes = h("div", { class: "lk-side-by-side lk-votes", role: "group", "aria-label": words.votes });
  let item;
  let chosen = [];
  let touched = false;
  let busy = false;
  let meant;
  const button = (text, key, press, primary = false) => {
    const made = h("button", { type: "button", class: primary ? "lk-primary" : void 0 }, text, " ", h("kbd", { "aria-hidden": "true" }, key));
    made.addEventListener("click", press, { signal });
    return made;
  };
  const send = async (name, message) => {
    if (busy) return;
    busy = true;
    const reply = await ask(experimental.invoke, name, message, PATIENCE2);
    busy = false;
    if (signal.aborted) return;
    alert.show(reply.ok ? "" : reply.late ? fill(words.late, { seconds: PATIENCE2 }) : reply);
    if (!reply.ok) return;
    setText(said, reply.said);
    done();
  };
  const decide = (action) => {
    if (!item || busy) return;
    if (item.sides.length && action !== "skip" && !reason.value.trim()) {
      meant = action;
      alert.show(words.settle_first);
      return reason.focus();
    }
    void send("decide", { item: item.id, action, labels: action === "relabel" ? chosen : [], reason: reason.value });
  };
  const confirm = () => {
    const action = item && confirmed(touched, item.current);
    if (action) decide(action);
    else if (item) alert.show(words.choose_first);
  };
  const flag = () => {
    if (!item) return;
    const labels = item.unclear.length ? [] : defined(item.question, chosen);
    if (!labels.length && !item.unclear.length) return alert.show(words.flag_first);
    void send("unclear", { item: item.id, labels, reason: reason.value });
  };
  const undo = () => void (model.get("last") && send("undo", {}));
  const choose = (places) => {
    if (busy) return;
    chosen = places;
    touched = true;
    meant = void 0;
    alert.clear();
    draw();
  };
  const askVotes = async () => {
    const asked = item;
    if (!asked) return;
    if (votes.childElementCount) return hideVotes();
    const reply = await ask(experimental.invoke, "votes", { item: asked.id }, PATIENCE2);
    if (signal.aborted || item !== asked) return;
    if (!reply.ok) return alert.show(reply.late ? fill(words.late, { seconds: PATIENCE2 }) : reply);
    votes.replaceChildren(...voteParts(reply.votes, words));
    setText(votesText, words.hide_votes);
  };
  const hideVotes = () => {
    votes.replaceChildren();
    setText(votesText, words.show_votes);
  };
  const votesText = h("span", {}, words.show_votes);
  const votesButton = h("button", { type: "button" }, votesText, " ", h("kbd", { "aria-hidden": "true" }, "v"));
  votesButton.addEventListener("click", () => void askVotes(), { signal });
  const draw = () => {
    if (!item) return;
    const { question } = item;
    const keys = keysOf(shown(), question);
    narrow.hidden = !overflows(item.allowed);
    const held = document.activeElement instanceof HTMLElement && choices.contains(document.activeElement) ? document.activeElement.dataset["key"] : void 0;
    const labels = model.get("labels");
    const buttons2 = shown().map((place2) => choice(quoted(labels[place2] ?? ""), keys.get(place2) ?? "", chosen.includes(place2), question.includes(place2), () => choose(toggled(chosen, place2, model.get("several")))));
    const none = choice(words.no_label, "0", touched && !chosen.length, false, () => choose([]));
    choices.replaceChildren(...buttons2, ...model.get("none") ? [none] : []);
    if (held) choices.querySelector(`[data-key="${held}"]`)?.focus({ preventScroll: true });
    definitions.replaceChildren(...definitionParts(defined(question, [.../* @__PURE__ */ new Set([...chosen, ...item.unclear])]), item.unclear, model));
  };
  const choice = (content, key, on, asked, press) => {
    const name = h("button", { type: "button", "aria-pressed": String(on), "data-key": key, class: asked ? "lk-asked" : void 0 }, h("kbd", { "aria-hidden": "true" }, key), " ", content);
    name.addEventListener("click", press, { signal });
    return name;
  };
  const shown = () => narrowed(item?.allowed ?? [], model.get("labels"), narrow.value);
  const place = (key) => [...keysOf(shown(), item?.question ?? [])].find(([, one]) => one === key)?.[0];
  narrow.addEventListener("input", () => draw(), { signal });
  narrow.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    const [first] = shown();
    if (first === void 0 || !narrow.value) return;
    narrow.value = "";
    choose(toggled(chosen, first, model.get("several")));
  }, { signal });
  reason.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    if (meant) decide(meant);
    else confirm();
  }, { signal });
  const buttons = [
    button(words.confirm, "↵", confirm, true),
    button(words.keep, "a", () => decide("keep")),
    button(words.drop, "d", () => decide("drop")),
    button(words.skip, "s", () => decide("skip")),
    button(words.unclear, "f", flag)
  ];
  const element = h(
    "div",
    { class: "lk-deciding" },
    h("h4", {}, words.definitions),
    definitions,
    h("div", { class: "lk-line" }, h("h4", {}, words.choose), narrow),
    choices,
    h("div", { class: "lk-line lk-note" }, reason),
    h("div", { class: "lk-line" }, ...buttons, votesButton),
    votes
  );
  return {
    element,
    said,
    show: (next) => {
      const another = next.id !== item?.id;
      item = next;
      if (another) {
        chosen = [...next.current ?? []];
        touched = false;
        meant = void 0;
        reason.value = "";
        narrow.value = "";
        hideVotes();
      }
      draw();
    },
    action: (key) => {
      const commands = {
        Enter: confirm,
        a: () => decide("keep"),
        d: () => decide("drop"),
        s: () => decide("skip"),
        f: flag,
        u: undo,
        n: () => reason.focus(),
        "/": () => narrow.hidden ? void 0 : narrow.focus(),
        v: () => void askVotes()
      };
      if (key === "0" && model.get("none")) return () => choose([]);
      const label = place(key);
      return label === void 0 ? commands[key] : () => choose(toggled(chosen, label, model.get("several")));
    }
  };
}

// src/dataset_board/view.ts
var ROW_HEIGHT = 40;
var HEIGHT = 200;
function renderBoard(context) {
  const { model, el, signal } = context;
  const words = model.get("words");
  const root = h("div", { class: "lk-widget lk-dataset-board", lang: model.get("language") });
  keepKeys(root, signal);
  watchPresses(root, signal);
  const alert = createAlert(words.details);
  const detail = h("section", { class: "lk-detail", tabindex: "-1", "aria-label": words.opened });
  const focus = () => detail.focus({ preventScroll: true });
  const deciding = createDeciding(context, alert, focus);
  const grid = createQueue(context, alert, focus);
  const nothing = h("p", { class: "lk-nothing" });
  root.append(header(model, signal), kindChips(model, signal), notes(model, signal), alert.element, deciding.said);
  root.append(grid.element, nothing, detail, keyLine(model, signal));
  root.addEventListener("keydown", (event) => onKey2(event, { model, grid, deciding, focus }), { signal });
  follow(model, ["opened"], () => showOpened(model, detail, deciding), signal);
  follow(model, ["view"], () => setText(nothing, model.get("view").found ? "" : words.nothing), signal);
  follow(model, ["problem"], () => alert.show(model.get("problem")), signal);
  el.append(root);
  grid.choose(model.get("position"));
}
function createQueue(context, alert, entered) {
  const words = context.model.get("words");
  const columns = [
    { title: words.column_kind, width: "minmax(84px, 0.7fr)" },
    { title: words.column_post, width: "minmax(120px, 2.6fr)" },
    { title: words.column_labels, width: "minmax(76px, 1.2fr)" },
    { title: words.column_state, width: "minmax(64px, 0.7fr)" }
  ];
  const cells = (line) => [
    line.kind,
    quoted(line.post),
    h("span", {}, ...plates(line.labels, words)),
    h("span", { class: `lk-state-${line.state}` }, line.said)
  ];
  return createPagedGrid(context, alert, { name: words.list, columns, rowHeight: ROW_HEIGHT, height: HEIGHT, cells, entered });
}
function showOpened(model, detail, deciding) {
  const opened = model.get("opened");
  const held = document.activeElement;
  const lost = held !== null && held !== detail && detail.contains(held);
  if (opened.id === void 0) return detail.replaceChildren();
  const item = opened;
  const typing = held instanceof HTMLInputElement && deciding.element.contains(held);
  const parts = h("div", { class: "lk-item" }, ...itemParts(item, model));
  const before = detail.querySelector(".lk-item");
  if (before && detail.contains(deciding.element)) before.replaceWith(parts);
  else detail.replaceChildren(parts, deciding.element);
  deciding.show(item);
  if (lost && !typing && !detail.contains(document.activeElement)) detail.focus({ preventScroll: true });
}
function header(model, signal) {
  const [words, language] = [model.get("words"), model.get("language")];
  const done = h("span", { class: "lk-found", role: "status" });
  const bar = h("progress", { "aria-label": words.title });
  const show = () => {
    const { decided, waiting: waiting2, total } = model.get("progress");
    const told = [fill(words.progress, { decided: count(decided, language), total: count(total, language) })];
    if (waiting2) told.push(fill(words.waiting, { waiting: count(waiting2, language) }));
    setText(done, told.join(" · "));
    bar.max = Math.max(1, total);
    bar.value = decided;
  };
  follow(model, ["progress"], show, signal);
  const who = h("span", { class: "lk-soft" }, quoted(fill(words.annotator, { name: model.get("annotator") })));
  return h("header", { class: "lk-head" }, h("h2", {}, words.title), who, done, bar);
}
function kindChips(model, signal) {
  const words = model.get("words");
  const row = h("div", { role: "group", "aria-label": words.kinds, class: "lk-chips" });
  const want = (kind) => {
    model.set("wanted", { kind, revision: model.get("wanted").revision + 1 });
    model.set("position", 0);
    model.save_changes();
  };
  const show = () => {
    const kinds = model.get("kinds");
    const [open, total] = [2, 3].map((k) => kinds.reduce((sum, kind) => sum + kind[k], 0));
    const held = row.contains(document.activeElement) ? document.activeElement.dataset["kind"] : void 0;
    const chips = [["", words.all, open, total], ...kinds].map(([kind, text, left, all]) => {
      const on = String(model.get("wanted").kind === kind);
      const name = fill(words.kind_cell, { kind: text, open: left, total: all });
      const chip = h("button", { type: "button", class: "lk-chip", "aria-pressed": on, "aria-label": name, "data-kind": kind }, text, " ", h("b", {}, count(left, model.get("language"))));
      chip.addEventListener("click", () => want(kind));
      return chip;
    });
    row.replaceChildren(...chips);
    if (held !== void 0) row.querySelector(`[data-kind="${held}"]`)?.focus();
  };
  follow(model, ["kinds", "wanted"], show, signal);
  return row;
}
function notes(model, signal) {
  const list = h("ul", { class: "lk-notes lk-soft" });
  follow(model, ["notes"], () => list.replaceChildren(...model.get("notes").map((note) => h("li", { dir: "auto" }, note))), signal);
  return list;
}
function keyLine(model, signal) {
  const words = model.get("words");
  const keys = [...keysOf(model.get("labels").map((_, k) => k), []).values()];
  const range = keys.length > 1 ? `${keys[0]}–${keys.at(-1)}` : keys[0] ?? "";
  const undo = h("p", { class: "lk-soft lk-undo" });
  follow(model, ["last"], () => setText(undo, model.get("last") ? fill(words.undo_what, { what: model.get("last") }) : ""), signal);
  return h("footer", { class: "lk-keys" }, h("p", { class: "lk-soft" }, fill(words.keys, { labels: range })), undo);
}
function onKey2(event, board) {
  const { model, grid, deciding, focus } = board;
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
  const pressing = event.key === "Enter" && target.tagName === "BUTTON";
  const step = event.key === "j" || event.key === "k" ? stepOf(event.key, 1) : void 0;
  const move = step === void 0 ? void 0 : () => grid.move(step);
  const decided = typing || pressing || move ? void 0 : deciding.action(event.key);
  const action = event.key === "Escape" ? focus : move && !typing ? move : decided;
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  const seen = grid.settled() && model.get("opened").position === model.get("position");
  if (action !== decided || seen && !event.repeat) action();
}

// src/dataset_board/index.ts
var dataset_board_default = { render: renderBoard };
export {
  dataset_board_default as default
};
