// What differs between the state that is shown and the one it is compared with: settings, then figures, side by side.

import { el, tableOf } from "./dom.js";
import { controlsOf, listText, optionText } from "./panel.js";
import { number, percent, pick, said, span, t } from "./texts.js";

// Settings of both states: label, now, before, as text; null where a state has no such setting.
// An item of one state is known in the other by its number, whatever came or went.
export function settingsOf(panel, desk, world) {
  const [state, pinned] = [desk.state, desk.pinned.state];
  const same = (one) => (other) => one.number === other.number && one.values.kind === other.values.kind;
  const rows = [];
  for (const [group, part] of [[panel.crisis, "disruptions"], [panel.decisions, "levers"]]) {
    for (const control of group.whole) rows.push([pick(control.label), text(control, control.value, world), text(control, pinned.whole[control.path], world)]);
    group.cards.forEach((card, at) => {
      const before = pinned[part].find(same(state[part][at]));
      const title = pick(card.name);
      rows.push([title, t(card.on ? "on" : "off"), before ? t(before.on ? "on" : "off") : t("absent")]);
      for (const control of before ? card.controls : []) {
        const key = control.path.split(".").slice(2).join(".");
        const was = before.values[key] ?? control.value;
        rows.push([`${title}: ${pick(control.label)}`, text(control, control.value, world), text(control, was, world)]);
      }
    });
    const law = panel.decisions.whole.find((control) => control.path === "framework").value;
    for (const control of law === pinned.whole.framework ? group.guarantees : []) {
      rows.push([pick(control.label), text(control, control.value, world), text(control, pinned.whole[control.path] ?? control.written, world)]);
    }
    const gone = pinned[part].filter((item) => !state[part].some(same(item)));
    for (const item of gone) rows.push([itemTitle(item.values, world), t("absent"), t(item.on ? "on" : "off")]);
  }
  return rows;
}

// A disruption or lever that has no card, by the words for its kind and for what it is about.
function itemTitle(values, world) {
  const title = pick(world.kinds[values.kind]);
  const addition = world.additions.find((one) => one.values.kind === values.kind);
  const about = addition?.options.find(([value]) => value === values[addition.key]);
  return about ? `${title} (${pick(about[1])})` : title;
}

export function text(control, value, world) {
  if (control.form === "list") return listText(control, value, world);
  if (control.form === "choice") {
    const found = control.options.find(([option]) => String(option) === String(value));
    return found ? optionText(found[0], found[1]) : String(value);
  }
  return said(value, control.scale);
}

// The body of the dialog.
export function comparison(panel, desk, screen, pinned, world, named) {
  const only = el("input", { type: "checkbox", id: "only" });
  only.checked = true;
  const place = el("div", { class: "scroll", tabindex: 0, role: "group", "aria-labelledby": "dialog-title" });
  const draw = () => {
    const rows = [...settingsOf(panel, desk, world), ...figureRows(screen, pinned), ...goodRows(screen, pinned, world), ...claimRows(screen, pinned, world)];
    const kept = only.checked ? rows.filter(([, now, before]) => now !== before) : rows;
    place.replaceChildren(kept.length ? tableOf(t("compare"), [t("settings_figures"), t("now"), named], kept) : el("p", { text: t("no_differences") }));
  };
  only.addEventListener("change", draw);
  draw();
  return [el("label", { class: "tick" }, only, ` ${t("only_differences")}`), place];
}

function figureRows(screen, pinned) {
  const one = (screen_) => {
    const { goods_short, claims_cut, first_tier_cut, lowest, periods_short, reserve_left } = screen_.figures;
    return [goods_short, claims_cut, first_tier_cut].map((value) => number(value)).concat(percent(lowest), number(periods_short), reserve_left == null ? "–" : percent(reserve_left));
  };
  const [now, before] = [one(screen), one(pinned)];
  const names = ["f_goods", "f_claims", "f_first", "f_lowest", "f_periods", "f_reserve"];
  return names.map((name, at) => [t(name, span(screen.periods, true)), now[at], before[at]]);
}

function goodRows(screen, pinned, world) {
  const covered = (screen_) => new Map(screen_.goods.map((good) => [good.id, good.coverage]));
  const [now, before] = [covered(screen), covered(pinned)];
  return [...new Set([...now.keys(), ...before.keys()])].map((good) => [
    `${pick(world.goods[good])}: ${t("coverage").toLowerCase()}`, percent(now.get(good) ?? 1), percent(before.get(good) ?? 1),
  ]);
}

function claimRows(screen, pinned, world) {
  const names = [...new Set([...Object.keys(screen.covered), ...Object.keys(pinned.covered)])];
  return names.map((name) => {
    const [region, sector, good] = name.split("/");
    return [`${pick(world.sectors[sector])}, ${pick(world.regions[region])}: ${pick(world.goods[good])}`, percent(screen.covered[name] ?? 1), percent(pinned.covered[name] ?? 1)];
  });
}
