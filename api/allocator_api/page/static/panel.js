// The controls: cards for what goes wrong and for what we decide, made from what the service reads off the scenario.

import { $, el, fill } from "./dom.js";
import { period, pick, said, t } from "./texts.js";

// Milliseconds between two places of a slider that moves.
const STEP = 60;

export class Panel {
  constructor(act) {
    this.act = act;
    this.shape = "";
    this.held = null;
    this.timer = 0;
    this.waiting = null;
    // a slider that is back where it began tells no change
    for (const end of ["pointerup", "pointercancel", "keyup", "blur"]) addEventListener(end, () => this.letGo(), true);
  }

  draw(panel, world, presets, desk, moves) {
    const shape = JSON.stringify([document.documentElement.lang, moves, desk.state.scenario, world.additions.length, shapeOf(panel)]);
    if (this.held && !this.stays(panel, desk)) this.drop();
    // nothing is built anew under a hand
    this.waiting = this.held && shape !== this.shape ? [panel, world, presets, desk, moves] : null;
    if (!this.waiting && shape !== this.shape) {
      const focused = document.activeElement?.id;
      const cards = countCards();
      const open = [...document.querySelectorAll("#crisis details[open], #decisions details[open]")].map((one) => one.id);
      Object.assign(this, { shape, moves, world, scenario: desk.state.scenario, kinds: kindsOf(panel) });
      fill($("crisis"), this.preset(presets, desk), ...this.group(panel.crisis, world, "disruptions"));
      fill($("decisions"), ...this.group(panel.decisions, world, "levers"));
      for (const id of open) $(id)?.setAttribute("open", "");
      if (focused) (focused.endsWith("-remove") && countCards() < cards ? besides(focused) : $(focused))?.focus();
    }
    for (const control of controlsOf(panel)) this.place(control);
  }

  preset(presets, desk) {
    const select = el("select", { id: "preset", disabled: !this.moves, "aria-describedby": "preset-note", onchange: () => this.act({ do: "preset", value: select.value }) });
    for (const one of presets) select.append(el("option", { value: one.id, text: pick(one.title), selected: one.id === desk.state.scenario }));
    return el("label", { class: "control" }, el("span", { text: t("scenario") }), select, el("small", { id: "preset-note", text: t("opens_long") }));
  }

  group(group, world, part) {
    return [
      ...group.whole.map((control) => this.control(control)),
      ...group.cards.map((card) => this.card(card)),
      this.moves ? this.adding(world, part) : null,
      group.guarantees.length ? this.guarantees(group.guarantees) : null,
    ];
  }

  guarantees(controls) {
    return el("details", { class: "adding", id: "guarantees" },
      el("summary", { text: t("guarantees") }),
      el("p", { class: "about", text: t("guarantees_about") }),
      ...controls.map((control) => this.control(control)),
    );
  }

  card(card) {
    const id = idOf(card.path);
    const tick = el("input", { type: "checkbox", id: `${id}-on`, disabled: !this.moves, onchange: () => this.act({ do: "set", path: `${card.path}.on`, value: tick.checked }) });
    tick.checked = card.on;
    const about = pick(card.about);
    const listed = card.controls.some((control) => control.form === "list");
    const head = el("legend", {}, el("label", {}, tick, el("span", { text: pick(card.title) })));
    return el("fieldset", { class: card.on ? "item" : "item off", id },
      head,
      about && !listed ? el("p", { class: "about", text: about }) : null,
      ...card.controls.map((control) => this.control(control)),
      this.moves ? el("button", { type: "button", class: "quiet", id: `${id}-remove`, onclick: () => this.act({ do: "remove", path: card.path }), text: t("remove"), "aria-label": `${t("remove")}: ${pick(card.title)} ${about}` }) : null,
    );
  }

  control(control) {
    if (control.form === "list") return this.list(control);
    const id = idOf(control.path);
    const note = control.rebuilds ? el("small", { id: `${id}-note`, text: t("rebuilds") }) : null;
    const described = note ? { "aria-describedby": `${id}-note` } : {};
    if (control.form === "choice") {
      const select = el("select", { id, disabled: !this.moves, ...described });
      for (const [value, words] of control.options) select.append(el("option", { value, text: optionText(value, words) }));
      select.addEventListener("change", () => {
        const found = control.options.find(([value]) => String(value) === select.value);
        this.act({ do: "set", path: control.path, value: found[0] });
      });
      return el("label", { class: "control" }, el("span", { text: pick(control.label) }), select, note);
    }
    const { low, high, step } = control.scale;
    const range = el("input", { type: "range", id, min: low, max: high, step, disabled: !this.moves, ...described });
    const output = el("output", { for: id, id: `${id}-said` });
    range.addEventListener("input", () => this.slide(control, range, output));
    range.addEventListener("change", () => this.letGo());
    return el("div", { class: "control slider" }, el("label", { for: id, text: pick(control.label) }), output, range, note);
  }

  // Ticking one of all leaves that one; a list is never empty.
  list(control) {
    const id = idOf(control.path);
    const boxes = listOf(control, this.world).map(([value]) => el("input", { type: "checkbox", value, id: `${id}-${value}`, disabled: !this.moves }));
    const labels = listOf(control, this.world).map(([, words], at) => el("label", {}, boxes[at], el("span", { text: pick(words) })));
    const body = el("details", { class: "list", id }, el("summary", {}, pick(control.label), ": ", el("b", { id: `${id}-said` })), el("div", {}, ...labels));
    body.addEventListener("change", ({ target }) => {
      const ticked = boxes.filter((box) => box.checked && box.value !== "all").map((box) => box.value);
      if (target.value !== "all" && ticked.length) this.act({ do: "set", path: control.path, value: ticked });
      else if (target.checked) this.act({ do: "set", path: control.path, value: "all" });
      else target.checked = true;
    });
    return body;
  }

  slide(control, range, output) {
    this.held = { path: control.path, range };
    this.say(control, range, output, Number(range.value));
    this.timer ||= setTimeout(() => {
      this.timer = 0;
      this.move({ more: true });
    }, STEP);
  }

  move(further = {}) {
    this.act({ do: "set", path: this.held.path, value: Number(this.held.range.value), ...further });
  }

  letGo() {
    if (!this.held) return;
    this.move();
    this.drop();
    if (this.waiting) this.draw(...this.waiting);
  }

  drop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.held = null;
  }

  // Whether what is held is still the same setting.
  stays(panel, desk) {
    const now = kindsOf(panel);
    const same = desk.state.scenario === this.scenario && this.kinds.every((kinds, at) => kinds.every((kind, number) => kind === now[at][number]));
    return same && controlsOf(panel).some((control) => control.path === this.held.path);
  }

  place(control) {
    const field = $(idOf(control.path));
    if (!field || this.held?.path === control.path) return;
    if (control.form === "choice") field.value = String(control.value);
    else if (control.form === "list") {
      for (const box of field.querySelectorAll("input")) box.checked = [control.value].flat().includes(box.value);
      $(`${field.id}-said`).textContent = listText(control, control.value, this.world);
    } else {
      field.value = control.value;
      this.say(control, field, $(`${idOf(control.path)}-said`), control.value);
    }
  }

  say(control, range, output, value) {
    output.textContent = said(value, control.scale);
    range.setAttribute("aria-valuetext", output.textContent);
  }

  adding(world, part) {
    const kinds = world.additions.filter((one) => one.part === part);
    if (!kinds.length) return null;
    const kind = el("select", { id: `add-${part}-kind` });
    kinds.forEach((one, at) => kind.append(el("option", { value: at, text: pick(one.title) })));
    const which = el("select", { id: `add-${part}-which` });
    const options = () => fill(which, ...kinds[kind.value].options.map(([value, words]) => el("option", { value, text: pick(words) })));
    kind.addEventListener("change", options);
    options();
    const add = () => {
      const { values, key } = kinds[kind.value];
      this.act({ do: "add", path: part, value: { ...values, [key]: which.value } });
    };
    return el("details", { class: "adding", id: `add-${part}` },
      el("summary", { text: t(part === "levers" ? "add_decisions" : "add_crisis") }),
      el("label", { class: "control" }, el("span", { text: t("add") }), kind),
      el("label", { class: "control" }, el("span", { text: t("which") }), which),
      el("button", { type: "button", id: `add-${part}-do`, onclick: add, text: t("add") }),
    );
  }
}

export const idOf = (path) => `c-${path.replaceAll(".", "-")}`;

export function optionText(value, words) {
  return /^\d{4}-/.test(value) ? period(value) : pick(words);
}

const listOf = (control, world) => world.lists[control.path.split(".").at(-1)];

export function listText(control, value, world) {
  const chosen = listOf(control, world).filter(([name]) => [value].flat().includes(name));
  return chosen.map(([, words]) => pick(words)).join(", ");
}

export function controlsOf(panel) {
  const groups = [panel.crisis, panel.decisions];
  return groups.flatMap((group) => [...group.whole, ...group.cards.flatMap((card) => card.controls), ...group.guarantees]);
}

const kindsOf = (panel) => [panel.crisis, panel.decisions].map((group) => group.cards.map((card) => card.kind));

const countCards = () => document.querySelectorAll(".controls .item").length;

// Where one goes on after a card was removed: the next card, or the head of the panel after the last.
function besides(remove) {
  const part = remove.startsWith("c-levers") ? "decisions" : "crisis";
  return $(remove.replace(/remove$/, "on")) ?? $(`${part}-title`);
}

// What makes the controls look as they do, values aside.
function shapeOf(panel) {
  const bare = ({ value, ...rest }) => rest;
  return [panel.crisis, panel.decisions].map((group) => [
    group.whole.map(bare),
    group.cards.map((card) => ({ ...card, controls: card.controls.map(bare) })),
    group.guarantees.map(bare),
  ]);
}
