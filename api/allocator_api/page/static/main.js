// The page: the door, the table behind it, and what everybody at the table hears.

import { drawAll, drawFlows, drawReserves, drawTiers, setPaper } from "./charts.js";
import { comparison, settingsOf } from "./compare.js";
import { $, el, fill } from "./dom.js";
import { Line } from "./line.js";
import { optionText, Panel } from "./panel.js";
import { drawCuts, drawFigures, Heat, solvedText } from "./results.js";
import { drawDoor, forgetLink, guestGone, lookWho } from "./signin.js";
import { language, pick, said, setLanguage, stageText, t, TEXTS } from "./texts.js";

const SEAT = "allocator.seat";
const table = { log: [], worlds: new Map(), people: [], flows: {}, focus: "" };
const heat = new Heat();
const act = (move) => table.line.move(move);
const panel = new Panel(act);

// Faults by the place where they are shown; each is told again when the language is another.
const faults = new Map();
function tell(place, say = () => "") {
  faults.set(place, say);
  $(place).textContent = say();
}

// ---- the door --------------------------------------------------------------------------------------------------------------------
let from = /^#from=([A-Za-z0-9_-]+)\.(\d+)$/.exec(location.hash);

// What the service answers; a refusal is thrown with words for it in the language that is read then.
async function ask(what, path, asked) {
  const refused = (say, status) => Object.assign(new Error(), { say, status });
  let answer;
  try {
    answer = await fetch(`../v1/sessions${path}`, asked);
  } catch {
    throw refused(() => t("no_service"));
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw refused(() => refusal(what, answer.status, told), answer.status);
}

// By what was filled in wrongly, or by what was asked for; else in the words of the service.
function refusal(what, status, told) {
  const names = [...(told.errors ?? []).map((one) => `bad_${one.path.split(".")[0]}`), `refused_${what}_${status}`];
  const known = names.find((name) => name in TEXTS);
  if (known) return t(known);
  return [told.detail, ...(told.errors ?? []).map((one) => one.message)].filter(Boolean).join(" ") || t("no_service");
}

async function enter(what, path, body, key) {
  const headers = { "Content-Type": "application/json", ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  tell("door-fault");
  try {
    const answer = await ask(what, path, { method: "POST", headers, body: JSON.stringify(body) });
    sit(await answer.json());
  } catch (error) {
    if (error.status === 401 && guestGone()) return;
    tell("door-fault", () => t("door_fault", error.say()));
  }
}

$("join").addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, code } = Object.fromEntries(new FormData(event.target));
  enter("join", "/join", { name, code });
});
$("open").addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, key, exercise } = Object.fromEntries(new FormData(event.target));
  const source = from ? { source: { session: from[1], moves: Number(from[2]) } } : {};
  enter("open", "", { name, exercise: exercise === "on", ...source }, key);
});

function sit(seat) {
  sessionStorage.setItem(SEAT, JSON.stringify(seat));
  // from here on the page is that of the seat, also when it is loaded again
  if (from) history.replaceState(null, "", location.pathname + location.search);
  from = null;
  forgetLink();
  table.seat = seat;
  table.line = new Line(seat, hear);
}

// ---- what is heard -------------------------------------------------------------------------------------------------------------------
const HEARD = {
  welcome(message) {
    Object.assign(table, { session: message.session, you: message.you, presets: message.presets, world: message.world });
    table.log.push(...message.log);
    tell("connection");
    $("door").hidden = true;
    $("table").hidden = $("tools").hidden = false;
    if (table.focus) table.line.focus(table.focus);
    lay(message);
    drawWords();
  },
  world(message) { table.world = message.world; table.flows = {}; },
  moved(message) {
    table.log.push(message.entry);
    tell("fault");
    lay(message);
    drawDesk();
  },
  desk(message) { Object.assign(table, { desk: message.desk, panel: message.panel }); drawDesk(); },
  people(message) { table.people = message.people; drawPeople(); },
  solving() { work(() => t("solving")); },
  progress(message) { if (table.work) work(() => t("solving_stage", stageText(message.stage))); },
  screen(message) {
    Object.assign(table, { screen: message.screen, flows: message.flows, answers: message.moves });
    table.shown = { key: message.key, scenario: message.scenario, world: table.worlds.get(message.key) ?? table.world };
    if (answered()) {
      table.work = null;
      if (faults.get("fault") === table.unsolved) tell("fault");
    }
    draw();
  },
  pinned(message) {
    table.pinned = message;
    table.work = null;
    if (shows()) draw();
    else drawSolving();
  },
  flows(message) { table.flows = message.flows; if (table.screen) drawFlow(); },
  audited(message) {
    table.screen.audited = message.passed;
    drawSolving();
    if (!message.passed) tell("fault", () => [t("audit_failed"), ...message.faults].join(" "));
  },
  unsolved(message) {
    table.work = null;
    drawSolving();
    const words = message.which === "pinned" ? "unsolved_pinned" : shows() ? "unsolved" : "unsolved_first";
    table.unsolved = () => [t(words), ...message.messages.map(fault)].join(" ");
    tell("fault", table.unsolved);
  },
  refused(message) { tell("fault", () => t("refused", fault(message))); },
  lost() { tell("connection", () => t("lost")); },
  ended() {
    sessionStorage.removeItem(SEAT);
    $("door").hidden = false;
    $("table").hidden = $("tools").hidden = true;
    tell("door-fault", () => t("seat_gone"));
    lookWho();
  },
};

const fault = (one) => [one.path ? `${one.path}:` : "", one.message, one.code ? `[${one.code}]` : ""].filter(Boolean).join(" ");

function hear(message) {
  HEARD[message.kind]?.(message);
}

const answered = () => table.shown?.key === table.desk.asks.screen;
// Another scenario's answer is not shown.
const shows = () => table.shown?.scenario === table.desk.state.scenario;
const compared = () => (table.pinned?.key === table.desk.asks.pinned && table.pinned.scenario === table.shown.scenario ? table.pinned.screen : null);

// While a slider moves, answers come to earlier places; each is drawn in the words that were there when it was asked for.
function lay({ desk, panel: controls }) {
  const other = table.desk?.asks.screen !== desk.asks.screen;
  Object.assign(table, { desk, panel: controls });
  table.worlds.set(desk.asks.screen, table.world);
  if (other && answered()) table.work = null;
  else if (other) work(() => t(shows() ? "solving" : "opening"));
  if (table.shown && !shows()) drawSolving();
}

// A solve shorter than this is not announced before it is done.
let timer = 0;
function work(say) {
  table.work = say;
  timer ||= setTimeout(drawSolving, 300);
}

// ---- drawing ---------------------------------------------------------------------------------------------------------------------
function drawWords() {
  const code = language();
  document.documentElement.lang = code;
  for (const place of document.querySelectorAll("[data-t]")) place.textContent = t(place.dataset.t);
  for (const place of document.querySelectorAll("[data-label]")) place.setAttribute("aria-label", t(place.dataset.label));
  for (const button of document.querySelectorAll("[data-to]")) button.setAttribute("aria-pressed", String(button.dataset.to === code));
  $("linked").hidden = !from;
  for (const [place, say] of faults) $(place).textContent = say();
  drawDoor();
  document.title = $("title").textContent = t("what_if");
  if (!table.world) return;
  drawDesk();
  drawPeople();
  drawAnew();
}

// In other words or colours, so that nothing of the old ones is left anywhere.
function drawAnew() {
  if (!table.screen) return;
  draw();
  drawAll();
}

const mayMove = () => table.you.standing !== "observer";

function drawDesk() {
  const { world, desk, session } = table;
  const moves = mayMove();
  const mark = session.exercise ? "EXERCISE / OEFENING" : "";
  $("exercise").hidden = !mark;
  document.title = [mark, `${t("what_if")}: ${pick(world.title)}`].filter(Boolean).join(" · ");
  $("title").textContent = pick(world.title);
  $("sub").textContent = [pick(world.framework), world.concept ? t("concept") : "", moves ? "" : t("watching")].filter(Boolean).join(" · ");
  panel.draw(table.panel, world, table.presets, desk, moves);
  $("undo").disabled = !moves || !desk.undo;
  $("redo").disabled = !moves || !desk.redo;
  for (const id of ["reset", "pin"]) $(id).disabled = !moves;
  $("against").textContent = t("against", pinnedName());
  const changed = settingsOf(table.panel, desk, world).filter(([, now, before]) => now !== before);
  fill($("changes"), ...(changed.length ? changed : [[t("unchanged")]]).map(([name, now, before]) => el("li", {}, name, ...(now == null ? [] : [": ", el("s", { text: before }), " → ", el("b", { text: now })]))));
  drawLog();
}

const pinnedName = () => table.desk.pinned.name || t("as_opened");

function draw() {
  const { screen, shown: { world, scenario } } = table;
  const pinned = compared();
  const goods = screen.goods.map((good) => good.id);
  const focus = goods.includes(table.focus) ? table.focus : "";
  fill($("focus"), el("option", { value: "", text: t("all_materials") }), ...goods.map((good) => el("option", { value: good, text: pick(world.goods[good]) })));
  $("focus").value = focus;
  drawFigures(screen, pinned, world);
  heat.draw(screen, pinned, world, focus, JSON.stringify([scenario, focus]));
  drawCuts(screen, pinned, world);
  drawTiers(screen, pinned, world, focus);
  drawReserves(screen, pinned, world);
  drawFlow();
  drawSolving();
  requestAnimationFrame(() => setTimeout(() => { document.body.dataset.drawn = table.answers; }));
}

function drawFlow() {
  const first = table.screen.goods[0]?.id ?? "";
  const good = table.screen.goods.some((one) => one.id === table.focus) ? table.focus : first;
  if (!good || table.flows[good]) drawFlows(table.flows, table.shown.world, good); // flows follow their screen
}

function drawSolving() {
  clearTimeout(timer);
  timer = 0;
  $("state-of-solve").textContent = table.work?.() ?? (answered() ? solvedText(table.screen) : "");
  $("table").classList.toggle("busy", Boolean(table.work));
  $("table").classList.toggle("elsewhere", !shows());
  $("compare").disabled = !(answered() && compared());
}

function drawPeople() {
  if (!table.you) return;
  const { codes } = table.session;
  $("codes").textContent = codes ? t("codes", codes.team, codes.observer) : "";
  fill($("people"), ...table.people.map((one) => el("li", { text: `${one.name} (${t(one.standing)}${one.name === table.you.name ? `, ${t("you")}` : ""})` })));
}

// The places of a slider on its way are one line.
function drawLog() {
  const next = {};
  const lines = [];
  for (const entry of table.log.slice().reverse()) {
    const after = next[entry.who];
    next[entry.who] = entry;
    if (!entry.more || after?.do !== "set" || after.path !== entry.path) lines.push(entry);
    if (lines.length === 12) break;
  }
  fill($("log"), ...lines.map((entry) => el("li", { value: entry.number }, el("b", { text: entry.who }), ` ${tellMove(entry)}`)));
}

// As it was called when it was made: the card may be gone.
function tellMove(entry) {
  if (!entry.label) {
    const preset = table.presets.find((one) => one.id === entry.value);
    return t(`m_${entry.do}`, preset ? pick(preset.title) : entry.value ?? (entry.path || t("as_opened")));
  }
  if (entry.do !== "set") return t(`m_${entry.do}`, pick(entry.label));
  return t("m_set", pick(entry.label), entry.scale ? said(entry.value, entry.scale) : entry.said ? optionText(entry.value, entry.said) : onOff(entry.value));
}

const onOff = (value) => (value === true ? t("on") : value === false ? t("off") : String(value));

// ---- tools -----------------------------------------------------------------------------------------------------------------------
$("undo").addEventListener("click", () => act({ do: "undo" }));
$("redo").addEventListener("click", () => act({ do: "redo" }));
$("reset").addEventListener("click", () => act({ do: "reset" }));
$("pin").addEventListener("click", () => act({ do: "pin", value: `#${table.log.length + 1}` }));
$("print").addEventListener("click", () => print());
addEventListener("beforeprint", () => paint(true));
addEventListener("afterprint", () => paint(false));
$("export").addEventListener("click", () => download(""));
$("focus").addEventListener("change", () => {
  table.focus = $("focus").value;
  table.line.focus(table.focus);
  draw();
});
document.addEventListener("keydown", (event) => {
  const typing = /^(text|password)$/.test(event.target.type ?? "");
  if (!(event.ctrlKey || event.metaKey) || typing || !table.line || $("dialog").open) return;
  const key = event.key.toLowerCase();
  if (key === "z" || key === "y") {
    event.preventDefault();
    $(key === "y" || event.shiftKey ? "redo" : "undo").click();
  }
});

async function download(name) {
  const { session, token } = table.seat;
  let answer;
  try {
    answer = await ask("file", `/${session}/scenario?name=${encodeURIComponent(name)}`, { headers: { Authorization: `Bearer ${token}` } });
  } catch (error) {
    tell("fault", () => t("no_file", error.say()));
    return;
  }
  const named = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "");
  const link = el("a", { href: URL.createObjectURL(await answer.blob()), download: named?.[1] ?? "scenario.yaml" });
  link.click();
  URL.revokeObjectURL(link.href);
}

function show(title, ...body) {
  $("dialog-title").textContent = t(title);
  fill($("dialog-body"), ...body);
  $("dialog").showModal();
}
$("close").addEventListener("click", () => $("dialog").close());

$("compare").addEventListener("click", () => {
  if (compared()) show("compare", ...comparison(table.panel, table.desk, table.screen, compared(), table.world, pinnedName()));
});

$("share").addEventListener("click", () => {
  const field = el("input", { type: "text", readonly: true, id: "link", value: `${location.origin}${location.pathname}#from=${table.session.id}.${table.log.length}` });
  const copied = el("span", { role: "status" });
  const copy = async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // a page that is not served over TLS has no clipboard
    }
    copied.textContent = t("copied");
  };
  show("share", el("p", { text: t("share_text") }), el("label", {}, `${t("link")} `, field), el("button", { type: "button", onclick: copy, text: t("copy") }), copied);
});

$("states").addEventListener("click", () => {
  const moves = mayMove();
  const name = el("input", { type: "text", maxlength: 60, required: true, autofocus: true, id: "state-name" });
  const done = (move) => { act(move); $("dialog").close(); };
  const keep = el("form", {}, el("label", {}, `${t("name")} `, name), el("button", { type: "submit", text: t("keep") }));
  keep.addEventListener("submit", (event) => { event.preventDefault(); done({ do: "name", value: name.value }); });
  const button = (words, about, work) => el("button", { type: "button", onclick: work, text: t(words), "aria-label": `${t(words)}: ${about}` });
  const rows = table.desk.named.map((one) => el("li", {}, el("b", { text: one }),
    moves ? button("recall", one, () => done({ do: "recall", path: one })) : null,
    moves ? button("pin_this", one, () => done({ do: "pin", path: one })) : null,
    button("export", one, () => download(one)),
    moves ? button("forget", one, () => done({ do: "forget", path: one })) : null));
  show("states", moves ? keep : null, rows.length ? el("ul", { class: "states" }, ...rows) : el("p", { text: t("no_states") }),
    moves && table.desk.pinned.name ? el("button", { type: "button", onclick: () => done({ do: "pin" }), text: t("unpin") }) : null);
});

// ---- the reader ------------------------------------------------------------------------------------------------------------------
for (const button of document.querySelectorAll("[data-to]")) {
  button.addEventListener("click", () => {
    setLanguage(button.dataset.to);
    localStorage.setItem("allocator.language", button.dataset.to);
    drawWords();
  });
}

const wished = localStorage.getItem("allocator.theme");
let dark = wished ? wished === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

// Paper is light.
function paint(paper) {
  document.documentElement.dataset.theme = dark && !paper ? "dark" : "light";
  $("theme").setAttribute("aria-pressed", String(dark));
  setPaper(paper);
  drawAnew();
}
$("theme").addEventListener("click", () => {
  dark = !dark;
  localStorage.setItem("allocator.theme", dark ? "dark" : "light");
  paint(false);
});

paint(false);
setLanguage(localStorage.getItem("allocator.language") ?? (navigator.language.startsWith("nl") ? "nl" : "en"));
drawWords();
lookWho();
const seat = sessionStorage.getItem(SEAT);
if (seat && !from) sit(JSON.parse(seat));
