// What is told in words and tables: key figures, the heatmap, who is cut and why, and how the answer was found.

import { $, el, fill, tableOf } from "./dom.js";
import { amount, number, percent, period, pick, span, t, unit } from "./texts.js";

const EVEN = 5e-4;

// How a figure changed against the comparison: a sign, words, and whether that is better.
function change(now, before, lowerIsBetter, write) {
  if (now == null || before == null || Math.abs(now - before) < EVEN) return { sign: "=", text: t("same"), kind: "same" };
  const better = (now < before) === lowerIsBetter;
  const size = write(Math.abs(now - before));
  return { sign: now > before ? "▲" : "▼", text: `${now > before ? "+" : "−"}${size} ${t(better ? "better" : "worse")}`, kind: better ? "better" : "worse" };
}

// Figures over another horizon are neither better nor worse.
function changeOver(screen, pinned) {
  const alike = !pinned || String(screen.periods) === String(pinned.periods);
  return alike ? change : () => ({ sign: "", text: t("other_horizon"), kind: "same" });
}

const written = ({ kind, sign, text }) => el("span", { class: `change ${kind}` }, el("i", { "aria-hidden": "true", text: sign }), ` ${text}`);
const points = (value) => `${number(100 * value, value < 0.1 ? 1 : 0)} ${pick(["points", "punt"])}`;
const whole = (value) => number(value);

export function drawFigures(screen, pinned, world) {
  const [now, before] = [screen.figures, pinned?.figures];
  const changed = changeOver(screen, pinned);
  const claim = now.lowest_claim;
  const about = claim ? `${pick(world.sectors[claim.sector])}, ${pick(world.regions[claim.region])}: ${pick(world.goods[claim.commodity])}` : "";
  const tiles = [
    [t("f_goods"), whole(now.goods_short), t("of", whole(now.goods)), changed(now.goods_short, before?.goods_short, true, whole)],
    [t("f_claims"), whole(now.claims_cut), t("of", whole(now.claims)), changed(now.claims_cut, before?.claims_cut, true, whole)],
    [t("f_first"), whole(now.first_tier_cut), "", changed(now.first_tier_cut, before?.first_tier_cut, true, whole)],
    [t("f_lowest"), percent(now.lowest), about, changed(now.lowest, before?.lowest, false, points)],
    [t("f_periods", span(screen.periods, true)), whole(now.periods_short), t("of", whole(screen.periods.length)), changed(now.periods_short, before?.periods_short, true, whole)],
    [t("f_reserve"), now.reserve_left == null ? "–" : percent(now.reserve_left), "", changed(now.reserve_left, before?.reserve_left, false, points)],
  ];
  fill($("figures"), el("dl", {}, ...tiles.map(([name, value, note, against]) => el("div", { class: "tile" },
    el("dt", { text: name }),
    el("dd", {},
      el("b", { text: value }), el("span", { class: "note", text: note }),
      written(against))))));
}

function shade(value) {
  if (value >= 1 - 1e-7) return "full";
  return value >= 0.9 ? "slight" : value >= 0.5 ? "part" : "low";
}

// Coverage of a sector by period: of one good, or the lowest of any; a sector none of whose goods is short is served.
// Undefined in periods that the screen does not have.
function coverage(screen, good, sector, periods) {
  const goods = good ? [good] : Object.keys(screen.heat);
  const rows = goods.map((one) => screen.heat[one]?.[sector]).filter(Boolean);
  return periods.map((name) => {
    const at = screen.periods.indexOf(name);
    if (at < 0) return undefined;
    const values = rows.map((row) => row[at]).filter((value) => value != null);
    return values.length ? Math.min(...values) : good ? null : 1;
  });
}

export class Heat {
  constructor() {
    this.rows = new Set();
    this.about = "";
  }

  draw(screen, pinned, world, good, about) {
    if (about !== this.about) this.rows.clear();
    this.about = about;
    const cells = new Map(screen.sectors.map(([sector]) => [sector, coverage(screen, good, sector, screen.periods)]));
    const before = new Map(screen.sectors.map(([sector]) => [sector, pinned ? coverage(pinned, good, sector, screen.periods) : []]));
    const short = (row) => row.some((value) => value != null && value < 1 - 1e-7);
    // a row that was short once stays, so that nothing jumps while a slider moves
    for (const [sector] of screen.sectors) if (short(cells.get(sector)) || short(before.get(sector))) this.rows.add(sector);
    const shown = screen.sectors.filter(([sector]) => this.rows.has(sector));
    const served = screen.sectors.filter(([sector]) => !this.rows.has(sector));
    const heads = [t("sector"), ...screen.periods.map((name, at) => period(name, at > 0 && !/-(01|W01|Q1)$/.test(name)))];
    const rows = shown.map(([sector, tier]) => [
      `${pick(world.sectors[sector])} (${tier})`,
      ...cells.get(sector).map((value, at) => this.cell(value, before.get(sector)[at])),
    ]);
    $("heat-title").textContent = t("heat", span(screen.periods));
    const names = served.map(([sector]) => pick(world.sectors[sector]));
    fill($("heat"),
      rows.length ? tableOf($("heat-title").textContent, heads, rows, "grid") : el("p", { class: "none", text: t("nothing_short") }),
      rows.length && names.length ? el("p", { class: "note", text: t("served", names.join(", ")) }) : null);
    fill($("heat-key"), ...["full", "slight", "part", "low"].map((kind) => el("span", { class: `cover ${kind}`, text: t(`key_${kind}`) })), el("span", { text: t("key_marks") }));
  }

  cell(value, before) {
    if (value == null) return el("span", { class: "cover none" });
    const was = before === undefined ? value : before ?? 1;
    const sign = Math.abs(value - was) < 5e-4 ? "" : value > was ? "▲" : "▼";
    const words = sign ? `${t("comparison")} ${percent(was)}` : null;
    return el("span", { class: `cover ${shade(value)}`, title: words },
      percent(value), sign ? el("i", { "aria-hidden": "true", text: sign }) : null, words ? el("span", { class: "unseen", text: `, ${words}` }) : null);
  }
}

export function drawCuts(screen, pinned, world) {
  const before = pinned?.covered ?? {};
  const changed = changeOver(screen, pinned);
  const rows = screen.cuts.map((cut) => {
    const name = `${cut.region}/${cut.sector}/${cut.commodity}`;
    const was = before[name] ?? 1;
    return [
      el("span", {}, `${pick(world.sectors[cut.sector])}, ${pick(world.regions[cut.region])}`, el("span", { class: "note", text: pick(world.goods[cut.commodity]) })),
      String(cut.tier),
      el("span", { class: `cover ${shade(cut.coverage)}`, text: percent(cut.coverage) }),
      written(changed(cut.coverage, was, false, points)),
      percent(cut.lowest),
      `${amount(cut.shortfall)} ${unit(world.units[cut.commodity])}`,
      reason(cut),
    ];
  });
  const heads = [t("claim"), t("tier"), t("coverage"), t("comparison"), t("lowest_period", span(screen.periods)), t("misses"), t("reason")];
  const more = Object.keys(screen.covered).length - screen.cuts.length;
  fill($("cuts"),
    rows.length ? tableOf(t("cuts"), heads, rows, "cuts") : el("p", { class: "none", text: t("nothing_short") }),
    more > 0 ? el("p", { class: "note", text: t("more_cuts", number(more)) }) : null);
  fill($("rules"), ...screen.rules.map((one) => el("li", { text: `${t("tier")} ${one.tier}: ${pick(one.rule)}. ${t(one.none ? "basis_none" : "basis", pick(one.basis))}` })));
}

function reason(cut) {
  return cut.capped ? t("by_cap") : cut.deciding_tier < cut.tier ? t("by_rank", cut.deciding_tier) : t("by_share", cut.tier);
}

export function solvedText(screen) {
  const { stages, seconds, touched, parts, rebuilt } = screen.solved;
  const texts = [t("solved", number(stages), number(seconds, 1), number(touched), number(parts))];
  if (rebuilt) texts.push(t("rebuilt", number(rebuilt)));
  if (screen.audited != null) texts.push(t(screen.audited ? "audited" : "audit_failed"));
  return texts.join(" ");
}
