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

// src/shared/keys.ts
var MARK = "data-lm-suppress-shortcuts";
function keepKeys(root, signal) {
  root.tabIndex = -1;
  root.setAttribute(MARK, "true");
  root.addEventListener("focusin", (event) => event.target.setAttribute(MARK, "true"), { signal });
}

// src/shared/typing.ts
function watchTyping(root, listener, signal) {
  let composing = false;
  root.addEventListener("compositionstart", () => composing = true, { signal });
  root.addEventListener(
    "compositionend",
    () => {
      composing = false;
      listener.edited();
    },
    { signal }
  );
  root.addEventListener("input", () => composing || listener.edited(), { signal });
  root.addEventListener("focusout", () => composing || listener.left(), { signal });
  return { composing: () => composing };
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

// src/prompt_editor/logic.ts
var LISTS = ["includes", "excludes", "examples"];
var RATIONALES = ["before", "after", "none"];
var SECTIONS = ["system", "shots", "input", "instruction"];
var MOST_RETRIEVED = 32;
var TRIAL_ROWS = ["affected", "sample", "dev"];
function linesOf(text) {
  return text.split(/\r?\n/).map((line2) => line2.trim()).filter((line2) => line2 !== "");
}
function sameDraft(one, other) {
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
}
function ordered({ system, input, instruction, shots, rationale, retrieved, message, definitions }) {
  const cards = definitions.map(({ label, text, includes, excludes, examples }) => [label, text, includes, excludes, examples]);
  return [system, input, instruction, shots, rationale, retrieved, message, cards];
}
function clamp(position, length) {
  return Math.max(0, Math.min(position, length - 1));
}
function stretches(content, item) {
  const found = [];
  let rest = content;
  for (let k = 1; ; k += 1) {
    const prefix = `${item} ${k}: `;
    const at = rest.startsWith(prefix) ? 0 : rest.indexOf(`
${prefix}`) + 1;
    if (at === 0 && !rest.startsWith(prefix)) break;
    found.push({ text: rest.slice(0, at), index: false }, { text: prefix, index: true });
    rest = rest.slice(at + prefix.length);
  }
  return [...found, { text: rest, index: false }].filter(({ text }) => text !== "");
}
function placeOf({ label, section }) {
  if (label) return cardPlace(label);
  const fields = { definitions: "definitions", examples: "shots", posts: "input" };
  return fields[section] ?? section;
}
function cardPlace(label) {
  return `card ${label}`;
}
function severityCounts(found) {
  const of = (severity) => found.filter((finding) => finding.severity === severity).length;
  return { errors: of("error"), warnings: of("warning"), notes: of("note") };
}
function outdated(preview, draft, position) {
  return preview.revision !== draft.revision || preview.position !== position;
}

// src/prompt_editor/findings.ts
var SIGNS = { error: "✕", warning: "▲", note: "•" };
function createFindings({ model, signal }, setting) {
  const words = model.get("words");
  const count2 = h("span", { role: "status" });
  const next = h("button", { type: "button", class: "lk-plain" }, words.finding_next);
  const element = h("div", { class: "lk-finding-count" }, count2, next);
  let filled = [];
  const place = () => {
    const { found, revision } = model.get("findings");
    for (const slot of filled) slot.replaceChildren();
    filled = [...inPlaces(found ?? [], setting.slot)].map(([slot, here]) => {
      slot.replaceChildren(...here.map((finding) => findingItem(finding, words, setting.open)));
      return slot;
    });
    const counts = severityCounts(found ?? []);
    element.dataset["worst"] = (found ?? [])[0]?.severity ?? "";
    next.hidden = filled.length === 0;
    setText(count2, revision === void 0 ? "" : found?.length ? fill(words.findings_count, counts) : words.findings_none);
  };
  let shown = -1;
  const step = () => {
    const slots = filled.filter((slot) => slot.isConnected).sort(inDocument);
    shown = (shown + 1) % Math.max(1, slots.length);
    slots[shown]?.focus();
  };
  next.addEventListener("click", step, { signal });
  follow(model, ["findings"], place, signal);
  return { element, place };
}
function findingSlot(words) {
  return h("ul", { class: "lk-findings", "aria-label": words.findings, tabindex: "-1" });
}
function inPlaces(found, slot) {
  const places = /* @__PURE__ */ new Map();
  for (const finding of found) {
    const here = slot(placeOf(finding)) ?? slot("system");
    places.set(here, [...places.get(here) ?? [], finding]);
  }
  return places;
}
function inDocument(one, other) {
  return one.compareDocumentPosition(other) & 4 ? -1 : 1;
}
function findingItem(finding, words, open) {
  const { severity, reason, fix, source } = finding;
  const sign2 = h("span", { class: "lk-sign", "aria-hidden": "true" }, SIGNS[severity]);
  const head = h("p", {}, sign2, h("strong", {}, words[`finding_${severity}`]), " ", quoted(reason));
  const item = h("li", { class: `lk-finding lk-${severity}` }, head);
  if (fix) item.append(h("p", { class: "lk-fix" }, h("b", {}, words.finding_fix), " ", quoted(fix)));
  if (finding.rows.length) item.append(harm(finding, words, open));
  if (source) item.append(h("p", { class: "lk-source" }, words.finding_source, " ", quoted(source)));
  return item;
}
function harm({ rows, more }, words, open) {
  const line2 = h("p", { class: "lk-harm" }, words.finding_rows);
  for (const [id, among] of rows) {
    const link = h("button", { type: "button", class: "lk-link", "aria-label": fill(words.finding_row, { id }) }, quoted(id));
    link.addEventListener("click", () => void open(id));
    line2.append(" ", among ? link : quoted(id));
  }
  if (more) line2.append(" ", fill(words.finding_more, { more }));
  return line2;
}

// src/prompt_editor/fields.ts
function textArea(name, language, rows) {
  return h("textarea", { "aria-label": name, rows: String(rows), lang: language, dir: "auto", spellcheck: "false" });
}
function setValue(area, text) {
  if (area.value !== text) area.value = text;
}
function setLines(area, lines) {
  if (linesOf(area.value).join("\n") !== lines.join("\n")) area.value = lines.join("\n");
}

// src/prompt_editor/cards.ts
function cardList(setting) {
  const element = h("div", { class: "lk-cards" });
  let forms = [];
  const read = () => forms.map((form) => form.read());
  const remove = (form) => {
    forms = forms.filter((other) => other !== form);
    form.element.remove();
    setting.edited();
  };
  const rebuild = (labels) => {
    forms = labels.map((label) => cardForm(setting, label, remove));
    element.replaceChildren(...forms.map((form) => form.element));
  };
  const show = (cards) => {
    const labels = cards.map((card) => card.label);
    const shown = read().map((card) => card.label);
    if (shown.join("\n") !== labels.join("\n")) rebuild(labels);
    forms.forEach((form, k) => form.show(cards[k]));
  };
  const slot = (place) => forms.find((form) => form.place === place)?.findings;
  const first = (labels) => {
    const asked = labels.flatMap((label) => forms.find(({ place }) => place === cardPlace(label)) ?? []);
    for (const form of forms) form.element.classList.toggle("lk-asked", asked.includes(form));
    element.classList.toggle("lk-pair", asked.length > 1);
    element.prepend(...asked.map((form) => form.element));
    asked[0]?.focus();
  };
  return { element, read, show, first, slot };
}
function cardForm(setting, label, remove) {
  const { words, labels } = setting;
  const text = cardField(setting, label, words.meaning);
  const [includes, excludes, examples] = LISTS.map((name) => cardField(setting, label, words[name], words.one_per_line));
  const lists = { includes, excludes, examples };
  const element = h("article", { class: "lk-card", "aria-label": label }, h("h4", {}, quoted(label)));
  const form = {
    element,
    place: cardPlace(label),
    findings: findingSlot(words),
    read: () => ({
      label,
      text: text.area.value,
      includes: linesOf(includes.area.value),
      excludes: linesOf(excludes.area.value),
      examples: linesOf(examples.area.value)
    }),
    show: (card) => {
      setValue(text.area, card.text);
      for (const name of LISTS) setLines(lists[name].area, card[name]);
    },
    focus: () => {
      element.scrollIntoView({ block: "nearest" });
      text.area.focus({ preventScroll: true });
    }
  };
  if (!labels.includes(label)) element.append(unknownLabel(words, label, () => remove(form)));
  element.append(text.element, h("div", { class: "lk-lists" }, ...LISTS.map((name) => lists[name].element)), form.findings);
  return form;
}
function cardField({ taskLanguage }, label, name, placeholder = "") {
  const area = textArea(`${label}: ${name}`, taskLanguage, 2);
  area.placeholder = placeholder;
  const caption = h("span", { class: "lk-caption", "aria-hidden": "true" }, name);
  return { area, element: h("label", { class: "lk-field" }, caption, area) };
}
function unknownLabel(words, label, remove) {
  const button = h("button", { type: "button", "aria-label": `${words.remove}: ${label}` }, words.remove);
  button.addEventListener("click", remove);
  return h("p", { class: "lk-unknown" }, words.unknown_label, button);
}

// src/prompt_editor/form.ts
function createForm(setting) {
  const { words } = setting;
  const section = (name, rows) => sectionField(setting, name, rows);
  const system = section("system", 5);
  const shots = section("shots", 2);
  const input = section("input", 2);
  const instruction = section("instruction", 2);
  const sections = { system, shots, input, instruction };
  const rationale = rationaleChoice(words);
  const retrieved = retrievedField(setting);
  shots.element.append(retrieved.element);
  const cards = cardList(setting);
  const hint = h("p", { class: "lk-hint" }, words.definitions_hint);
  const definitions = h("section", { class: "lk-section", "aria-label": words.definitions });
  const slots = /* @__PURE__ */ new Map([["definitions", findingSlot(words)]]);
  definitions.append(h("h3", {}, words.definitions), hint, slots.get("definitions"), cards.element);
  for (const name of SECTIONS) {
    slots.set(name, findingSlot(words));
    sections[name].element.append(slots.get(name));
  }
  const parts = [system, { element: definitions }, shots, rationale, input, instruction];
  return {
    element: h("div", { class: "lk-form" }, ...parts.map((part) => part.element)),
    read: () => ({
      system: system.area.value,
      shots: shots.area.value,
      input: input.area.value,
      instruction: instruction.area.value,
      rationale: rationale.read(),
      retrieved: retrieved.read(),
      definitions: cards.read()
    }),
    show: (draft) => {
      for (const name of SECTIONS) setValue(sections[name].area, draft[name]);
      rationale.show(draft.rationale);
      retrieved.show(draft.retrieved);
      cards.show(draft.definitions);
    },
    first: cards.first,
    slot: (place) => slots.get(place) ?? cards.slot(place)
  };
}
function sectionField({ words, taskLanguage }, name, rows) {
  const area = textArea(words[name], taskLanguage, rows);
  const hint = h("p", { class: "lk-hint" }, words[`${name}_hint`]);
  return { area, element: h("div", { class: "lk-section" }, h("h3", {}, words[name]), hint, area) };
}
function retrievedField({ words, canFetch }) {
  const count2 = h("input", { type: "number", class: "lk-retrieved", min: "0", max: String(MOST_RETRIEVED), value: "0" });
  const element = h("div", {}, h("label", {}, words.retrieved_count, " ", count2), h("p", { class: "lk-hint" }, words.retrieved_hint));
  element.hidden = !canFetch;
  const read = () => Math.min(MOST_RETRIEVED, Math.max(0, Math.floor(Number(count2.value) || 0)));
  const showSent = () => void (count2.value = String(read()));
  count2.addEventListener("input", () => Number(count2.value) > MOST_RETRIEVED && showSent());
  count2.addEventListener("change", showSent);
  return {
    element,
    read,
    show: (value) => {
      if (Number(count2.value) !== value) count2.value = String(value);
    }
  };
}
var groups = 0;
function rationaleChoice(words) {
  const name = `lk-rationale-${groups += 1}`;
  const radios = RATIONALES.map((value) => ({ value, button: h("input", { type: "radio", name, value }) }));
  const options = radios.map(({ value, button }) => h("label", {}, button, " ", words[`rationale_${value}`]));
  return {
    element: h("fieldset", { class: "lk-rationale" }, h("legend", {}, words.rationale), ...options),
    read: () => radios.find(({ button }) => button.checked)?.value ?? "before",
    show: (shown) => {
      for (const { value, button } of radios) button.checked = value === shown;
    }
  };
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

// src/prompt_editor/save_bar.ts
var PATIENCE = 20;
function createSaveBar(context, setting) {
  const { model, signal } = context;
  const words = model.get("words");
  const button = h("button", { type: "button", class: "lk-primary", "aria-keyshortcuts": "Control+S" }, words.save);
  const state = h("p", { class: "lk-state", role: "status" });
  const caption = h("span", { class: "lk-caption" }, words.message);
  const field = h("label", { class: "lk-field" }, caption, setting.message);
  const row = h("div", { class: "lk-save-row" }, field, button);
  const element = h("footer", { class: "lk-save" }, setting.alert.element, row, state);
  const showSaved = () => {
    const { name, where } = model.get("saved");
    setText(state, name && where ? fill(words.saved, { name, where }) : "");
  };
  if (!model.get("can_save")) {
    button.remove();
    setText(state, words.no_save);
    return { element, save: async () => {
    } };
  }
  const save = saving(context, setting, (text) => text === void 0 ? showSaved() : setText(state, text));
  button.addEventListener("click", save, { signal });
  follow(model, ["saved", "outside"], showSaved, signal);
  return { element, save };
}
function saving({ model, experimental }, { read, written, alert }, say) {
  const words = model.get("words");
  let busy = false;
  return async () => {
    if (busy) return;
    busy = true;
    alert.clear();
    say(words.saving);
    const reply = await ask(experimental.invoke, "save", { draft: read() }, PATIENCE);
    busy = false;
    if (reply.ok && reply.outside) return say(words.outside_first);
    if (reply.ok && reply.unchanged) return say(fill(words.unchanged, { name: model.get("version") }));
    if (reply.ok) written();
    else alert.show(reply.late ? fill(words.no_answer, { seconds: PATIENCE }) : reply);
    say(void 0);
  };
}

// src/prompt_editor/outside.ts
var EVERY = 4e3;
var PATIENCE2 = 20;
function createOutside(context, read, show) {
  const { model, signal, experimental } = context;
  const words = model.get("words");
  const element = h("div", { class: "lk-outside", role: "alert" });
  const alert = createAlert(words.details);
  const settle2 = async (choice2) => {
    const reply = await ask(experimental.invoke, "settle", { choice: choice2, draft: read() }, PATIENCE2);
    if (!reply.ok) return alert.show(reply.late ? words.busy : reply);
    element.closest(".lk-widget")?.focus();
  };
  const button = (text, action) => {
    const made = h("button", { type: "button" }, text);
    made.addEventListener("click", action);
    return made;
  };
  const choices = (name) => [
    button(words.outside_reload, () => void settle2("reload")),
    button(words.outside_merge, () => void settle2("merge")),
    button(words.outside_keep, () => void settle2("keep")),
    button(words.outside_show, () => show(name))
  ];
  const tell = () => {
    const { kind, name = "", problem = "" } = model.get("outside");
    if (!kind) return element.replaceChildren();
    alert.show("");
    const said2 = h("p", { dir: "auto" }, fill(words[`outside_${kind}`], { name, problem }));
    element.replaceChildren(said2, ...kind === "changed" ? [...choices(name), alert.element] : []);
  };
  follow(model, ["outside"], tell, signal);
  if (model.get("versions").length) lookAgain(context);
  return element;
}
function lookAgain({ signal, experimental }) {
  let asking = false;
  const look = async () => {
    if (asking || document.hidden) return;
    asking = true;
    await ask(experimental.invoke, "look", {}, PATIENCE2);
    asking = false;
  };
  const timer = setInterval(look, EVERY);
  signal.addEventListener("abort", () => clearInterval(timer));
}

// src/prompt_editor/picker.ts
var PATIENCE3 = 10;
function createPicker(context) {
  const { model, signal } = context;
  const words = model.get("words");
  const total = model.get("total");
  const go = (position) => {
    model.set("position", clamp(position, total));
    model.save_changes();
  };
  const said2 = h("small", { class: "lk-picked", role: "status" });
  const open = opening(context, go, (text) => setText(said2, text));
  const step = (name, sign2, by) => {
    const button = h("button", { type: "button", "aria-label": words[name], title: words[name] }, sign2);
    button.addEventListener("click", () => go(model.get("position") + by), { signal });
    return button;
  };
  const row = h("div", { class: "lk-picker" }, step("previous", "‹", -1), choice(context, go), step("next", "›", 1));
  row.append(idField(context, open));
  const listed = model.get("titles").length;
  if (total > listed) row.append(h("small", {}, fill(words.shown_of, { shown: listed, total: count(total, model.get("language")) })));
  const element = h("div", {}, row, said2);
  element.hidden = total === 0;
  follow(model, ["position"], () => setText(said2, ""), signal);
  return { element, open };
}
function choice({ model, signal }, go) {
  const select = h("select", { "aria-label": model.get("words").example });
  const titles = model.get("titles");
  titles.forEach((title, k) => select.append(h("option", { value: String(k) }, title)));
  const beyond = h("option", {});
  select.addEventListener("change", () => go(Number(select.value)), { signal });
  const show = () => {
    const position = model.get("position");
    const { title, position: shown } = model.get("preview");
    beyond.remove();
    if (position >= titles.length && titles.length > 0) {
      beyond.value = String(position);
      beyond.textContent = shown === position ? title : "…";
      select.append(beyond);
    }
    select.value = String(position);
  };
  follow(model, ["position", "preview"], show, signal);
  return select;
}
function idField({ model, signal }, open) {
  const words = model.get("words");
  const field = h("input", { type: "text", class: "lk-go-to", "aria-label": words.go_to, placeholder: words.go_to });
  field.autocomplete = "off";
  const enter = async (event) => {
    if (event.key !== "Enter" || event.isComposing || !field.value.trim()) return;
    event.preventDefault();
    const id = field.value;
    field.value = "";
    await open(id);
  };
  field.addEventListener("keydown", enter, { signal });
  field.addEventListener("input", (event) => event.stopPropagation(), { signal });
  return field;
}
function opening({ model, experimental }, go, say) {
  return async (id) => {
    const reply = await ask(experimental.invoke, "find_example", { id }, PATIENCE3);
    if (reply.ok) go(reply.position);
    else say(reply.late ? model.get("words").busy : reply.error);
  };
}

// src/prompt_editor/row_answers.ts
function rowAnswers({ gold, answers, sha256, changed }, version, words) {
  const name = (answer) => {
    if (answer.version) return answer.version;
    if (answer.prompt !== sha256) return words.earlier_edit;
    return changed ? words.this_edit : version;
  };
  const lines = gold === null ? [] : [line(words.gold, plates(gold, words))];
  for (const answer of answers) lines.push(line(name(answer), plates(answer.labels, words), judged(answer, words), said(answer)));
  return lines.length ? [h("ul", { class: "lk-row-answers", "aria-label": words.row_answers }, ...lines)] : [];
}
function line(name, ...parts) {
  return h("li", {}, h("b", {}, quoted(name)), h("div", {}, ...parts));
}
function plates(labels, words) {
  const shown = labels.map((label) => h("span", { class: "lk-plate" }, quoted(label)));
  return h("span", {}, ...shown.length ? shown : [h("span", { class: "lk-hint" }, words.no_label)]);
}
function judged({ correct }, words) {
  if (correct === null) return "";
  return h("strong", { class: `lk-verdict-${correct ? "better" : "worse"}` }, correct ? words.right : words.wrong);
}
function said({ said: said2 }) {
  return said2 ? h("p", { class: "lk-row-said" }, quoted(said2)) : "";
}

// src/prompt_editor/tokens.ts
function originName(origin, words) {
  return words[origin === "examples" ? "shots" : origin];
}
function tokenBar(tokens, words, language) {
  const number = (value) => count(Math.round(value), language);
  const bar = h("div", { class: "lk-token-bar", "aria-hidden": "true" });
  const legend = h("ul", { class: "lk-token-legend" });
  for (const { section, tokens: size, shared: shared2 } of tokens.sections) {
    const piece = h("span", { class: `lk-origin-${section}`, "data-shared": shared2 });
    piece.style.flexGrow = String(Math.max(size, tokens.total / 200));
    bar.append(piece);
    const swatch = h("i", { class: `lk-origin-${section}`, "data-shared": shared2, "aria-hidden": "true" });
    legend.append(h("li", {}, swatch, originName(section, words), " ", h("b", {}, number(size))));
  }
  const share = tokens.total ? Math.round(100 * tokens.shared / tokens.total) : 0;
  const total = fill(words.tokens_total, { total: number(tokens.total), how: counted(tokens, words) });
  const shared = fill(words.tokens_shared, { shared: number(tokens.shared), share });
  return h("div", { class: "lk-tokens" }, bar, legend, h("p", {}, total, " ", shared));
}
function counted({ tokenizer, measured_on }, words) {
  if (tokenizer) return fill(words.tokens_counted, { tokenizer });
  return measured_on ? fill(words.tokens_corrected, { replies: measured_on }) : words.tokens_estimated;
}

// src/prompt_editor/preview.ts
var BUSY_AFTER = 2e3;
function createPreview(context) {
  const { model, signal } = context;
  const words = model.get("words");
  const alert = createAlert(words.details);
  const messages = h("div", { class: "lk-messages" });
  const sizes = h("div", {});
  const known = h("div", {});
  const state = h("p", { class: "lk-state", role: "status" });
  const picker = createPicker(context);
  const element = h("section", { class: "lk-preview", "aria-label": words.preview }, picker.element);
  element.append(alert.element, sizes, messages, known, state);
  let shown = model.get("preview").position;
  const showRow = () => {
    const { position } = model.get("preview");
    if (position === shown || element.hidden) return;
    scrollTo(messages.lastElementChild, picker.element, element);
    shown = position;
  };
  const showMessages = () => {
    const { messages: sent, tokens, problem } = model.get("preview");
    alert.show(problem);
    const scrolled = [...messages.querySelectorAll("pre")].map((body) => body.scrollTop);
    messages.replaceChildren(...sent.map((message) => messageBox(message, model)));
    messages.querySelectorAll("pre").forEach((body, k) => body.scrollTop = scrolled[k] ?? 0);
    showRow();
    sizes.replaceChildren(...tokens.sections ? [tokenBar(tokens, words, model.get("language"))] : []);
  };
  let timer;
  const showState = () => {
    clearTimeout(timer);
    const late = outdated(model.get("preview"), model.get("draft"), model.get("position"));
    messages.classList.toggle("lk-late", late);
    if (!late) setText(state, model.get("preview").fetching ? words.fetching : "");
    else timer = setTimeout(() => setText(state, words.busy), BUSY_AFTER);
  };
  const showKnown = () => known.replaceChildren(...rowAnswers(model.get("preview"), model.get("version"), words));
  follow(model, ["preview"], showMessages, signal);
  follow(model, ["preview", "version"], showKnown, signal);
  follow(model, ["preview", "draft", "position"], showState, signal);
  signal.addEventListener("abort", () => clearTimeout(timer));
  return { element, picker, shown: showRow };
}
function scrollTo(part, head, scrolled) {
  if (!part) return;
  const above = part.getBoundingClientRect().top - scrolled.getBoundingClientRect().top;
  scrolled.scrollTop += above - head.offsetHeight;
}
function messageBox({ role, parts }, model) {
  const words = model.get("words");
  const body = h("pre", { lang: model.get("task_language"), tabindex: "0", "aria-label": role });
  for (const [origin, text, shared] of parts) {
    const title = originName(origin, words) + (shared ? ` · ${words.shared}` : "");
    const part = h("bdi", { class: `lk-part lk-origin-${origin}`, title, "data-shared": shared });
    const cut = origin === "posts" ? stretches(text, model.get("item")) : [{ text, index: false }];
    part.append(...cut.map((stretch) => stretch.index ? h("mark", {}, stretch.text) : stretch.text));
    body.append(part);
  }
  return h("div", { class: `lk-message lk-${role}` }, h("span", { class: "lk-role", "aria-hidden": "true" }, role), body);
}

// src/prompt_editor/result.ts
function resultBox(result, { words, open, outdated: outdated2 }) {
  const head = h("h3", {}, words.result, " ");
  if (result.estimated) head.append(badge(words.result_estimate));
  else if (!result.whole) head.append(badge(words.result_sample));
  if (outdated2) head.append(" ", badge(words.result_earlier));
  const lines = [head, scoreLine(result, words), comparison(result, words)];
  const { asked, control, saved, unanswered } = result;
  if (!result.whole) lines.push(h("p", { class: "lk-hint" }, fill(words.result_rows, { asked, control, saved })));
  if (unanswered) lines.push(h("p", {}, fill(words.result_unanswered, { unanswered })));
  if (result.verdict) {
    lines.push(rowList(words.fixed, "good", result.fixed, result.fixed_count, words, open));
    lines.push(rowList(words.regressed, "bad", result.regressed, result.regressed_count, words, open));
    if (result.still_wrong_count)
      lines.push(rowList(words.still_wrong, "", result.still_wrong, result.still_wrong_count, words, open));
  }
  return lines;
}
function badge(text) {
  return h("span", { class: "lk-badge" }, text);
}
function scoreLine({ after, metric }, words) {
  if (!after) return h("p", {}, words.result_none);
  return h("p", { class: "lk-score" }, fill(words.result_score, { metric, ...fixed(after) }));
}
function comparison({ before, before_name: version, delta, verdict }, words) {
  const line2 = h("p", { class: "lk-comparison" });
  if (before) line2.append(quoted(fill(words.result_before, { version, value: before.value.toFixed(3) })), " · ");
  if (delta) line2.append(fill(words.result_delta, fixed(delta, true)), " · ");
  const said2 = { better: words.verdict_better, worse: words.verdict_worse, "cannot tell": words.verdict_unclear, "": "" };
  line2.append(h("strong", { class: `lk-verdict-${verdict.split(" ")[0]}` }, said2[verdict]));
  return line2;
}
function fixed({ value, low = value, high = value }, signed = false) {
  const said2 = (number) => (signed && number > 0 ? "+" : "") + number.toFixed(3);
  return { value: said2(value), low: said2(low), high: said2(high) };
}
function rowList(name, tone, ids, count2, words, open) {
  const line2 = h("p", { class: tone ? `lk-row-list lk-${tone}` : "lk-row-list" }, h("b", {}, `${name} ${count2}`), " ");
  for (const id of ids) {
    const link = h("button", { type: "button", class: "lk-link", "aria-label": fill(words.finding_row, { id }) }, quoted(id));
    link.addEventListener("click", () => void open(id));
    line2.append(link, " ");
  }
  if (count2 > ids.length) line2.append(fill(words.finding_more, { more: count2 - ids.length }));
  if (count2 === 0) line2.append(words.no_rows);
  return line2;
}

// src/prompt_editor/wish.ts
var groups2 = 0;
function createWish({ model, signal }, changed) {
  const words = model.get("words");
  const models = h("select", { "aria-label": words.model });
  for (const name2 of model.get("models")) models.append(h("option", { value: name2 }, name2));
  const size = h("input", { type: "number", min: "1", value: "50", "aria-label": words.sample_size });
  const limit = h("input", { type: "number", min: "0", step: "any", "aria-label": fill(words.limit, { currency: model.get("currency") }) });
  const limitField = h("label", { class: "lk-field" }, h("span", { class: "lk-caption" }, fill(words.limit, { currency: model.get("currency") })), limit);
  limitField.hidden = true;
  const name = `lk-trial-${groups2 += 1}`;
  const radios = TRIAL_ROWS.map((value) => h("input", { type: "radio", name, value, checked: value === "affected" }));
  const options = radios.map((button, k) => h("label", {}, button, " ", words[`rows_${TRIAL_ROWS[k]}`]));
  options[TRIAL_ROWS.indexOf("sample")].append(" ", size);
  const rows = h("fieldset", { class: "lk-trial-rows" }, h("legend", {}, words.rows), ...options);
  const modelField = h("label", { class: "lk-field" }, h("span", { class: "lk-caption" }, words.model), models);
  const element = h("div", { class: "lk-wish" }, modelField, rows, limitField);
  element.addEventListener("change", changed, { signal });
  element.addEventListener("input", (event) => event.stopPropagation(), { signal });
  return {
    element,
    read: () => ({
      model: models.value,
      rows: TRIAL_ROWS.find((_, k) => radios[k].checked) ?? "affected",
      sample: Math.max(1, Math.floor(Number(size.value) || 1)),
      max_cost: limitField.hidden || limit.value === "" ? null : Number(limit.value)
    }),
    choose: (chosen) => radios.forEach((button) => button.checked = button.value === chosen),
    askLimit: (needed) => void (limitField.hidden = !needed)
  };
}

// src/prompt_editor/run.ts
var PATIENCE4 = 20;
var PAUSE = 400;
function createRun(context, { read, open }) {
  const { model, signal, experimental } = context;
  const words = model.get("words");
  const element = h("section", { class: "lk-pane lk-run", hidden: true });
  const visible = () => !element.hidden && model.get("models").length > 0;
  const expect = () => void (visible() && ask(experimental.invoke, "expect", { ...wish.read(), draft: read() }, PATIENCE4));
  const soon = debounce(expect, PAUSE, new AbortController().signal);
  const wish = createWish(context, expect);
  const state = stateBox(context, open);
  const start = async (more = {}) => {
    const asked = { ...wish.read(), ...more };
    if (needsLimit(model.get("forecast")) && asked.max_cost === null) return state.say(words.limit_first);
    const reply = await ask(experimental.invoke, "start", { ...asked, draft: read() }, PATIENCE4);
    if (!reply.ok) state.say(reply.late ? words.busy : reply.error);
    else if (!reply.started) state.say(words.run_busy);
  };
  const forecast = h("p", { class: "lk-forecast", role: "status" });
  const buttons = runButtons(context, start);
  const focus = () => buttons.querySelector("button:not([hidden])")?.focus();
  const consent = consentBox(context, start, focus);
  const all = h("button", { type: "button", class: "lk-plain" }, words.run_all);
  all.addEventListener("click", () => runAll(wish, start), { signal });
  const showTrial = () => {
    const { state: now, result } = model.get("trial");
    const focused = document.activeElement === all;
    all.hidden = now !== "done" || result?.whole !== false;
    if (focused && all.hidden) focus();
  };
  follow(model, ["forecast", "version"], () => showForecast(forecast, wish, model.get("forecast"), context), signal);
  follow(model, ["trial"], showTrial, signal);
  follow(model, ["draft", "version"], () => visible() && soon.soon(), signal);
  element.append(wish.element, forecast, buttons, consent, state.element, all);
  return { element, shown: expect, focus };
}
function runAll(wish, start) {
  wish.choose("dev");
  void start();
}
function needsLimit({ free, money }) {
  return free === false && money !== null;
}
function showForecast(place, wish, found, { model }) {
  const words = model.get("words");
  wish.askLimit(needsLimit(found));
  if (found.revision === void 0) return setText(place, words.forecast_waits);
  if (found.problem) return setText(place, found.problem);
  const { rows, of, calls, before_calls: first, money, currency, free } = found;
  const number = (value) => count(value, model.get("language"));
  const said2 = [fill(words.forecast_calls, { rows: number(rows), of: number(of), calls: number(calls), saved: number(of - rows) })];
  if (first) said2.push(fill(words.forecast_before, { version: model.get("version"), calls: number(first) }));
  if (free) said2.push(words.forecast_free);
  else said2.push(money === null ? words.forecast_no_price : fill(words.forecast_money, { money: money.toPrecision(2), currency }));
  setText(place, said2.join(" "));
}
function runButtons({ model, signal, experimental }, start) {
  const words = model.get("words");
  const run = h("button", { type: "button", class: "lk-primary" }, words.run_start);
  const stop = h("button", { type: "button" }, words.run_stop);
  run.addEventListener("click", () => void start(), { signal });
  const stopping = () => model.get("trial").state === "stopping";
  stop.addEventListener("click", () => void (stopping() || ask(experimental.invoke, "stop", {}, PATIENCE4)), { signal });
  const show = () => {
    const { state } = model.get("trial");
    const busy = state === "running" || stopping();
    const focused = [run, stop].includes(document.activeElement);
    [run.hidden, stop.hidden] = [busy, !busy];
    stop.setAttribute("aria-disabled", String(stopping()));
    if (focused) (busy ? stop : run).focus();
  };
  follow(model, ["trial"], show, signal);
  return h("div", { class: "lk-run-buttons" }, run, stop);
}
function consentBox({ model, signal }, start, leave) {
  const words = model.get("words");
  const element = h("div", { class: "lk-outside", role: "alert" });
  const button = (text, answer) => {
    const made = h("button", { type: "button" }, text);
    made.addEventListener("click", () => void start({ personal_data: answer }));
    return made;
  };
  const show = () => {
    const { state, problem = "" } = model.get("trial");
    if (state !== "consent") {
      const focused = element.contains(document.activeElement);
      element.replaceChildren();
      return void (focused && leave());
    }
    const said2 = h("p", { dir: "auto" }, h("strong", {}, words.consent), " ", problem);
    element.replaceChildren(said2, button(words.consent_mask, "mask"), button(words.consent_send, "send"));
  };
  follow(model, ["trial"], show, signal);
  return element;
}
function stateBox({ model, signal }, open) {
  const words = model.get("words");
  const alert = createAlert(words.details);
  const bar = h("progress", { "aria-label": words.tab_run });
  const said2 = h("p", { role: "status" });
  const note2 = h("p", { class: "lk-hint lk-run-note", dir: "auto" });
  const result = h("div", { class: "lk-result" });
  let drawn;
  const show = () => {
    const trial = model.get("trial");
    const { state, done = 0, total = 0, problem = "", details = "" } = trial;
    bar.hidden = state !== "running" && state !== "stopping";
    if (total) [bar.max, bar.value] = [total, done];
    else bar.removeAttribute("value");
    alert.show(state === "refused" ? { error: problem, details } : "");
    setText(said2, sentence(trial));
    setText(note2, bar.hidden ? "" : trial.note ?? "");
    drawn = trial;
    drawResult();
  };
  const sentence = ({ state, done = 0, total = 0, result: found }) => {
    if (state === "running") return total ? fill(words.run_progress, { done, total }) : words.run_started;
    if (state === "stopping") return words.run_stopping;
    if (state === "stopped") return words.run_stopped;
    return state === "open" && found ? fill(words.run_open, { open: found.open, asked: found.asked }) : "";
  };
  const drawResult = () => {
    const found = drawn?.state === "done" ? drawn.result : void 0;
    const outdated2 = found?.prompt !== model.get("preview").sha256;
    result.replaceChildren(...found ? resultBox(found, { words, open, outdated: outdated2 }) : []);
  };
  follow(model, ["trial"], show, signal);
  follow(model, ["preview"], drawResult, signal);
  const element = h("div", { class: "lk-run-state" }, bar, said2, note2, alert.element, result);
  return { element, say: (text) => setText(said2, text) };
}

// src/prompt_editor/tabs.ts
var groups3 = 0;
function createTabs(name, tabs, signal) {
  const prefix = `lk-tabs-${groups3 += 1}`;
  const buttons = tabs.map(({ id, title, panel }) => {
    panel.id = `${prefix}-${id}`;
    panel.setAttribute("role", "tabpanel");
    return h("button", { type: "button", role: "tab", id: `${prefix}-tab-${id}`, "aria-controls": panel.id }, title);
  });
  const show = (chosen) => {
    const leaving = tabs.some(({ panel }, k) => k !== chosen && panel.contains(panel.ownerDocument.activeElement));
    tabs.forEach(({ panel }, k) => {
      panel.hidden = k !== chosen;
      buttons[k].setAttribute("aria-selected", String(k === chosen));
      buttons[k].tabIndex = k === chosen ? 0 : -1;
      panel.setAttribute("aria-labelledby", buttons[k].id);
    });
    if (leaving) buttons[chosen].focus();
    tabs[chosen].shown?.();
  };
  const step = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === void 0) return;
    const next = (buttons.indexOf(event.target) + by + tabs.length) % tabs.length;
    event.preventDefault();
    show(next);
    buttons[next].focus();
  };
  buttons.forEach((button, k) => button.addEventListener("click", () => show(k), { signal }));
  const list = h("div", { role: "tablist", class: "lk-tablist", "aria-label": name }, ...buttons);
  list.addEventListener("keydown", step, { signal });
  list.hidden = tabs.length < 2;
  show(0);
  return {
    element: h("div", { class: "lk-side" }, list, ...tabs.map(({ panel }) => panel)),
    select: (id) => show(Math.max(0, tabs.findIndex((tab) => tab.id === id)))
  };
}

// src/prompt_editor/diff.ts
function byDefinition(found, words) {
  if (found.same) return [h("p", {}, words.nothing_changed)];
  const parts = found.parts.map((part) => partBox(part, words));
  const [before, after] = found.rationale.map((value) => words[`rationale_${value}`]);
  const [few, more] = found.retrieved.map(String);
  if (found.moved.length) parts.push(h("p", {}, fill(words.moved_labels, { labels: found.moved.join(words.comma) })));
  if (before !== after) parts.push(h("p", {}, fill(words.rationale_changed, { before, after })));
  if (few !== more) parts.push(h("p", {}, fill(words.retrieved_changed, { before: few, after: more })));
  if (found.unchanged) parts.push(note(fill(words.unchanged_definitions, { count: found.unchanged })));
  return parts;
}
function byLine(found, words) {
  if (!found.lines.length) return [h("p", {}, words.nothing_changed)];
  const body = h("pre", { class: "lk-lines", tabindex: "0", "aria-label": words.by_line });
  for (const [sign2, text] of found.lines) {
    if (sign2 === "+") body.append(h("ins", {}, "+ ", quoted(text)), "\n");
    else if (sign2 === "-") body.append(h("del", {}, "− ", quoted(text)), "\n");
    else body.append(sign2 === "…" ? "…" : `  ${text}`, "\n");
  }
  return [body];
}
function partBox({ label, section, kind, changes, same }, words) {
  const badge2 = h("span", { class: `lk-badge lk-kind-${kind}` }, words[`kind_${kind}`]);
  const head = h("h4", {}, section ? words[section] : quoted(label), " ", badge2);
  const list = h("ul", { class: "lk-changes" }, ...changes.flatMap((change) => changeLines(change, words)));
  const rest = same ? [note(fill(words.unchanged_sentences, { count: same }))] : [];
  return h("section", { class: "lk-diff-part" }, head, list, ...rest);
}
function changeLines({ kind, part, before, after }, words) {
  const list = LISTS.find((name) => name === part);
  const place = list ? [h("span", { class: "lk-caption" }, `${words[list]} `)] : [];
  if (kind === "moved") return [h("li", {}, sign("↕", words.was_moved), ...place, quoted(after))];
  const lines = [];
  if (before) lines.push(h("li", {}, h("del", {}, sign("−", words.was_removed), ...place.map(copy), quoted(before))));
  if (after) lines.push(h("li", {}, h("ins", {}, sign("+", words.was_added), ...place, quoted(after))));
  return lines;
}
function copy(element) {
  return element.cloneNode(true);
}
function sign(mark, spoken) {
  return h("span", { class: "lk-mark", role: "img", "aria-label": spoken }, mark);
}
function note(text) {
  return h("p", { class: "lk-hint" }, text);
}

// src/prompt_editor/versions.ts
var PATIENCE5 = 15;
var FORM = "";
function createVersions(context, setting) {
  const { model, signal } = context;
  const words = model.get("words");
  const changes = changesPane(context, setting);
  const restoring = restorer(context, setting);
  const list = h("ul", { class: "lk-versions", "aria-label": words.tab_versions });
  const show = () => {
    const items = model.get("versions").map((version) => {
      const buttons = actions(version, words, () => changes.compare(version.name), () => restoring.restore(version.name));
      return versionItem(version, version.name === model.get("version"), words, buttons);
    });
    const focused = [...list.querySelectorAll("button")].indexOf(document.activeElement);
    list.replaceChildren(...items);
    if (focused >= 0) list.querySelectorAll("button")[focused]?.focus();
  };
  follow(model, ["versions", "version"], show, signal);
  return { element: h("section", { class: "lk-pane" }, restoring.element, list, changes.element), compare: changes.compare };
}
function versionItem(version, current, words, buttons) {
  const head = h("p", { class: "lk-version-name" }, h("b", {}, quoted(version.name)));
  if (current) head.append(" ", h("span", { class: "lk-badge" }, words.current));
  head.append(" ", quoted(version.problem || version.message));
  const scores = version.scores.map((score) => h("li", {}, scoreWords(score, words)));
  const none = h("li", {}, words.score_none);
  const list = h("ul", { class: "lk-version-scores", "aria-label": words.scores }, ...scores.length ? scores : [none]);
  const item = h("li", { class: "lk-version" }, h("div", {}, head, list), buttons);
  if (current) item.setAttribute("aria-current", "true");
  return item;
}
function scoreWords({ value, low = 0, high = 0, metric, ...said2 }, words) {
  if (said2.pending) return fill(words.score_open, said2);
  const limits = { low: low.toFixed(3), high: high.toFixed(3) };
  return value === null ? said2.model : fill(words.score, { ...said2, metric, value: value.toFixed(3), ...limits });
}
function actions({ name, problem }, words, compare, restore) {
  const button = (text, spoken, action) => {
    const made = h("button", { type: "button", class: "lk-plain", "aria-label": fill(spoken, { name }) }, text);
    made.disabled = problem !== "";
    made.addEventListener("click", action);
    return made;
  };
  const both = [button(words.changes, words.changes_of, compare), button(words.restore, words.restore_of, restore)];
  return h("div", { class: "lk-version-actions" }, ...both);
}
function restorer({ model, signal, experimental }, { read, write }) {
  const words = model.get("words");
  const said2 = h("p", { role: "status" });
  const undo = h("button", { type: "button", class: "lk-plain" }, words.undo);
  const element = h("div", { class: "lk-restored" }, said2, undo);
  element.hidden = undo.hidden = true;
  let before;
  let filling = Infinity;
  undo.addEventListener("click", () => {
    if (before) write(before);
    undo.hidden = true;
    setText(said2, words.undone);
    said2.tabIndex = -1;
    said2.focus();
  });
  const restore = async (name) => {
    const stood = read();
    filling = Infinity;
    const reply = await ask(experimental.invoke, "restore", { name, draft: stood }, PATIENCE5);
    element.hidden = false;
    filling = reply.ok ? reply.filled : model.get("draft").filled;
    if (reply.ok && !reply.same) [before, undo.hidden] = [stood, false];
    const done = reply.ok && fill(reply.same ? words.restored_same : words.restored, { name });
    setText(said2, done || (reply.ok || reply.late ? words.busy : reply.error));
  };
  const forget = () => {
    if (model.get("draft").filled > filling) element.hidden = undo.hidden = true;
  };
  const outdate = () => {
    if (undo.hidden) element.hidden = true;
    else setText(said2, words.restored_before);
  };
  follow(model, ["draft"], forget, signal);
  follow(model, ["version"], outdate, signal);
  return { element, restore };
}
function changesPane({ model, signal, experimental }, { read }) {
  const words = model.get("words");
  const alert = createAlert(words.details);
  const [from, to] = [words.from, words.to].map((name) => h("select", { "aria-label": name }));
  const ways = h("button", { type: "button", class: "lk-plain", "aria-pressed": "false" }, words.by_line);
  const body = h("div", { class: "lk-diff", "aria-live": "polite" });
  const head = h("div", { class: "lk-diff-head" }, h("label", {}, words.from, " ", from), h("label", {}, words.to, " ", to), ways);
  const element = h("section", { "aria-label": words.changes }, h("h3", {}, words.changes), head, alert.element, body);
  element.hidden = true;
  let found;
  const show = () => {
    const lines = ways.getAttribute("aria-pressed") === "true";
    body.replaceChildren(...found ? (lines ? byLine : byDefinition)(found, words) : []);
  };
  const look = async () => {
    const asked = { before: from.value, after: to.value, draft: read() };
    const reply = await ask(experimental.invoke, "compare", asked, PATIENCE5);
    alert.show(reply.ok ? "" : reply.late ? words.busy : reply);
    found = reply.ok ? reply : void 0;
    show();
  };
  const compare = async (before, after = FORM) => {
    element.hidden = false;
    [from.value, to.value] = [before, after];
    await look();
    element.scrollIntoView({ block: "nearest" });
  };
  ways.addEventListener("click", () => {
    ways.setAttribute("aria-pressed", String(ways.getAttribute("aria-pressed") !== "true"));
    show();
  }, { signal });
  for (const select of [from, to]) select.addEventListener("change", () => void look(), { signal });
  follow(model, ["versions"], () => [from, to].forEach((select) => offer(select, model.get("versions"), words)), signal);
  return { element, compare };
}
function offer(select, versions, words) {
  const names = versions.filter((version) => !version.problem).map((version) => version.name);
  const chosen = select.value;
  const listed = [...select.options].map((option) => option.value);
  if (listed.join("\n") === [FORM, ...names].join("\n")) return;
  select.replaceChildren(...[FORM, ...names].map((name) => h("option", { value: name }, name || words.the_form)));
  if (names.includes(chosen)) select.value = chosen;
}

// src/prompt_editor/side.ts
function createSide(context, setting) {
  const { model, signal } = context;
  const words = model.get("words");
  const preview = createPreview(context);
  const versions = createVersions(context, setting);
  const front = () => tabs.select("preview");
  const open = async (id) => {
    front();
    await preview.picker.open(id);
  };
  const run = createRun(context, { read: setting.read, open });
  const views = [{ id: "preview", title: words.tab_preview, panel: preview.element, shown: preview.shown }];
  if (model.get("models").length) views.push({ id: "run", title: words.tab_run, panel: run.element, shown: run.shown });
  if (model.get("versions").length) views.push({ id: "versions", title: words.tab_versions, panel: versions.element });
  const tabs = createTabs(words.views, views, signal);
  const banner = createOutside(context, setting.read, (name) => {
    tabs.select("versions");
    void versions.compare(name);
  });
  const tryIt = () => {
    if (!model.get("models").length) return;
    tabs.select("run");
    run.focus();
  };
  return { element: tabs.element, banner, open, preview: front, tryIt };
}

// src/prompt_editor/view.ts
var PAUSE2 = 300;
function renderEditor(context) {
  const { model, el, signal } = context;
  const words = model.get("words");
  const root = h("div", { class: "lk-widget lk-prompt-editor", lang: model.get("language") });
  keepKeys(root, signal);
  watchPresses(root, signal);
  const alert = createAlert(words.details);
  const message = h("input", { type: "text", "aria-label": words.message, dir: "auto", autocomplete: "off" });
  message.placeholder = words.message_hint;
  const read = () => {
    const { revision, filled } = model.get("draft");
    return { ...form.read(), message: message.value, revision, filled };
  };
  const send = debounce(() => sendDraft(model, read()), PAUSE2, signal);
  const form = createForm({ words, labels: model.get("labels"), taskLanguage: model.get("task_language"), canFetch: model.get("can_fetch"), edited: send.soon });
  const typing = watchTyping(root, { edited: send.soon, left: send.now }, signal);
  const written = () => {
    message.value = "";
    sendDraft(model, read());
  };
  const showProblem = () => alert.show(model.get("problem"));
  const readNow = () => {
    send.now();
    return read();
  };
  const write = (draft) => {
    form.show(draft);
    message.value = draft.message;
    findings.place();
    sendDraft(model, read());
  };
  const bar = createSaveBar(context, { message, read: readNow, written, alert });
  const showDraft = () => {
    const draft = model.get("draft");
    showProblem();
    if (typing.composing() || sameDraft(draft, read())) return;
    form.show(draft);
    findings.place();
    message.value = draft.message;
  };
  form.show(model.get("draft"));
  const side = createSide(context, { read: readNow, write });
  const findings = createFindings(context, { slot: form.slot, open: side.open });
  const head = header(model, signal);
  head.append(findings.element);
  root.append(head, side.banner, h("div", { class: "lk-panes" }, form.element, side.element), bar.element, keyHelp(model));
  root.addEventListener("keydown", (event) => onKey(event, { s: () => void bar.save(), enter: side.tryIt }), { signal });
  const showAsked = () => {
    const { labels = [], row } = model.get("asked");
    root.scrollIntoView({ block: "nearest" });
    if (row) side.preview();
    form.first(labels);
  };
  model.on("change:asked", showAsked);
  signal.addEventListener("abort", () => model.off("change:asked", showAsked));
  follow(model, ["draft"], showDraft, signal);
  follow(model, ["problem"], showProblem, signal);
  el.append(root);
}
function sendDraft(model, draft) {
  if (sameDraft(draft, model.get("draft"))) return;
  model.set("draft", { ...draft, revision: draft.revision + 1 });
  model.save_changes();
}
function header(model, signal) {
  const words = model.get("words");
  const title = h("h2", { dir: "auto" });
  const edited = h("span", { class: "lk-edited" });
  const show = () => {
    setText(title, `${words.title} ${model.get("version")}`);
    setText(edited, model.get("preview").changed ? words.edited : "");
  };
  follow(model, ["version", "preview"], show, signal);
  return h("header", { class: "lk-head" }, title, edited);
}
function keyHelp(model) {
  const words = model.get("words");
  const keys = [...model.get("models").length ? [words.key_try] : [], ...model.get("can_save") ? [words.key_save] : []];
  return h("p", { class: "lk-hint lk-keys" }, keys.join(" · "));
}
function onKey(event, actions2) {
  if (!(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const key = event.key.toLowerCase();
  if (key !== "s" && key !== "enter") return;
  event.preventDefault();
  event.stopPropagation();
  actions2[key]();
}

// src/prompt_editor/index.ts
var prompt_editor_default = { render: renderEditor };
export {
  prompt_editor_default as default
};
