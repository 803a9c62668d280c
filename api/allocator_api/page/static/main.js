// The page: the door, the table behind it, and what everybody at the table hears.

import { drawAll, drawFlows, drawReserves, drawTiers, setPaper } from "./charts.js";
import { comparison, settingsOf } from "./compare.js";
import { $, el, fill } from "./dom.js";
import { Line } from "./line.js";
import { optionText, Panel } from "./panel.js";
import { drawCuts, drawFigures, Heat, solvedText } from "./results.js";
import { drawDoor, guestGone, lookWho } from "./signin.js";
import { language, pick, said, setLanguage, stageText, t } from "./texts.js";

const SEAT = "allocator.seat";
const table = { log: [], people: [], flows: {}, focus: "" };
const heat = new Heat();
const panel = new Panel((move) => table.line?.move(move));

// ---- the door --------------------------------------------------------------------------------------------------------------------
const from = /^#from=([A-Za-z0-9_-]+)\.(\d+)$/.exec(location.hash);

async function ask(path, body, key) {
  const headers = { "Content-Type": "application/json", ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  let answer;
  try {
    answer = await fetch(`../v1/sessions${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  } catch {
    throw new Error(t("no_service"));
  }
  const told = await answer.json();
  if (!answer.ok) {
    const message = [told.detail, ...(told.errors ?? []).map((one) => one.message)].join(" ");
    throw Object.assign(new Error(message), { status: answer.status });
  }
  return told;
}

async function enter(asked) {
  $("door-fault").textContent = "";
  try {
    sit(await asked);
  } catch (error) {
    if (error.status === 401 && guestGone()) return;
    $("door-fault").textContent = t("door_fault", error.message);
  }
}

$("join").addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, code } = Object.fromEntries(new FormData(event.target));
  enter(ask("/join", { name, code }));
});
$("open").addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, key, exercise } = Object.fromEntries(new FormData(event.target));
  const source = from ? { source: { session: from[1], moves: Number(from[2]) } } : {};
  enter(ask("", { name, exercise: exercise === "on", ...source }, key));
});

function sit(seat) {
  sessionStorage.setItem(SEAT, JSON.stringify(seat));
  table.seat = seat;
  table.line = new Line(seat, hear);
}

// ---- what is heard -------------------------------------------------------------------------------------------------------------------
const HEARD = {
  welcome(message) {
    Object.assign(table, { session: message.session, you: message.you, presets: message.presets, world: message.world });
    Object.assign(table, { desk: message.desk, panel: message.panel });
    table.log.push(...message.log);
    $("connection").textContent = "";
    $("door").hidden = true;
    $("table").hidden = $("tools").hidden = false;
    if (table.focus) table.line.focus(table.focus);
    drawWords();
  },
  world(message) { table.world = message.world; table.flows = {}; },
  moved(message) {
    table.log.push(message.entry);
    Object.assign(table, { desk: message.desk, panel: message.panel });
    $("fault").textContent = "";
    drawDesk();
  },
  desk(message) {
    Object.assign(table, { desk: message.desk, panel: message.panel });
    drawDesk();
  },
  people(message) { table.people = message.people; drawPeople(); },
  solving() { table.solving = t("solving"); later(drawSolving); },
  progress(message) { table.solving = t("solving_stage", stageText(message.stage)); later(drawSolving); },
  screen(message) {
    table.screen = message.screen;
    table.flows = message.flows;
    table.solving = "";
    table.answers = message.moves;
    draw();
  },
  pinned(message) { table.pinned = message.screen; if (table.screen) draw(); },
  flows(message) { table.flows = message.flows; if (table.screen) drawFlow(); },
  audited(message) {
    table.screen.audited = message.passed;
    drawSolving();
    if (!message.passed) $("fault").textContent = [t("audit_failed"), ...message.faults].join(" ");
  },
  unsolved(message) {
    table.solving = "";
    drawSolving();
    $("fault").textContent = [t("unsolved"), ...message.messages.map(fault)].join(" ");
  },
  refused(message) { $("fault").textContent = t("refused", fault(message)); },
  lost() { $("connection").textContent = t("lost"); },
  ended() {
    sessionStorage.removeItem(SEAT);
    $("door").hidden = false;
    $("table").hidden = $("tools").hidden = true;
    $("door-fault").textContent = t("seat_gone");
    lookWho();
  },
};

const fault = (one) => [one.path ? `${one.path}:` : "", one.message, one.code ? `[${one.code}]` : ""].filter(Boolean).join(" ");

function hear(message) {
  HEARD[message.kind]?.(message);
}

// A solve shorter than this is not announced before it is done.
let timer = 0;
function later(work) {
  clearTimeout(timer);
  timer = setTimeout(work, 300);
}

// ---- drawing ---------------------------------------------------------------------------------------------------------------------
function drawWords() {
  const code = language();
  document.documentElement.lang = code;
  for (const place of document.querySelectorAll("[data-t]")) place.textContent = t(place.dataset.t);
  for (const place of document.querySelectorAll("[data-label]")) place.setAttribute("aria-label", t(place.dataset.label));
  for (const button of document.querySelectorAll("[data-to]")) button.setAttribute("aria-pressed", String(button.dataset.to === code));
  $("linked").hidden = !from;
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

function drawDesk() {
  const { world, desk, session, you } = table;
  const moves = you.standing !== "observer";
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
  const { screen, pinned, world } = table;
  const goods = screen.goods.map((good) => good.id);
  const focus = goods.includes(table.focus) ? table.focus : "";
  fill($("focus"), el("option", { value: "", text: t("all_materials") }), ...goods.map((good) => el("option", { value: good, text: pick(world.goods[good]) })));
  $("focus").value = focus;
  drawFigures(screen, pinned, world);
  heat.draw(screen, pinned, world, focus, JSON.stringify([table.desk.state.scenario, focus]));
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
  if (!good || table.flows[good]) drawFlows(table.flows, table.world, good); // flows follow their screen
}

function drawSolving() {
  clearTimeout(timer);
  $("state-of-solve").textContent = table.solving || (table.screen ? solvedText(table.screen) : "");
  $("table").classList.toggle("busy", Boolean(table.solving));
}

function drawPeople() {
  if (!table.you) return;
  const { codes } = table.session;
  $("codes").textContent = codes ? t("codes", codes.team, codes.observer) : "";
  fill($("people"), ...table.people.map((one) => el("li", { text: `${one.name} (${t(one.standing)}${one.name === table.you.name ? `, ${t("you")}` : ""})` })));
}

function drawLog() {
  fill($("log"), ...table.log.slice(-12).reverse().map((entry) => el("li", { value: entry.number }, el("b", { text: entry.who }), ` ${tellMove(entry)}`)));
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
const act = (move) => table.line.move(move);
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
    act({ do: key === "y" || event.shiftKey ? "redo" : "undo" });
  }
});

async function download(name) {
  const { session, token } = table.seat;
  const answer = await fetch(`../v1/sessions/${session}/scenario?name=${encodeURIComponent(name)}`, { headers: { Authorization: `Bearer ${token}` } });
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
  if (table.screen && table.pinned) show("compare", ...comparison(table.panel, table.desk, table.screen, table.pinned, table.world, pinnedName()));
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
  const moves = table.you.standing !== "observer";
  const name = el("input", { type: "text", maxlength: 60, required: true, id: "state-name" });
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
