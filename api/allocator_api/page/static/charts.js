// The charts, drawn by plotly: what is now in colour, what it is compared with in grey, told apart by dash and marker as well.

import { $, fill, tableOf } from "./dom.js";
import { amount, language, percent, period, pick, t, unit } from "./texts.js";

// plotly's own buttons would send the data of a chart away; there are none
const CONFIG = { displayModeBar: false, displaylogo: false, showSendToCloud: false, plotlyServerURL: "", responsive: true };
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const DASHES = ["solid", "dash", "dot", "dashdot"];
const MARKERS = ["circle", "square", "diamond", "triangle-up", "x", "cross"];

// The browser works styles out anew when it is asked for one after a change of the page; they change with the theme alone.
const styles = new Map();
function css(name) {
  const key = `${document.documentElement.dataset.theme} ${name}`;
  if (!styles.has(key)) styles.set(key, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
  return styles.get(key);
}
const series = () => [1, 2, 3, 4, 5, 6, 7, 8].map((at) => css(`--series-${at}`));

// A chart that nobody sees waits until it comes near the screen; its title and its table do not.
const seen = new Set();
const waiting = new Map();
const drawn = new Map();
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) seen.add(target.id);
    else seen.delete(target.id);
    if (isIntersecting) drawWaiting(target.id);
  }
}, { rootMargin: "200px" });
for (const chart of document.querySelectorAll(".chart")) watcher.observe(chart);

function drawWaiting(id) {
  waiting.get(id)?.();
  waiting.delete(id);
}

// Pixels of a chart on paper, which is no wider than the narrower of A4 and Letter less their margins; null on a screen.
const SHEET = { width: 660, height: 260 };
let sheet = null;
export function setPaper(paper) {
  if (paper === Boolean(sheet)) return;
  sheet = paper ? SHEET : null;
  for (const id of drawn.keys()) Plotly.purge($(id)); // it would keep the size that it had
  drawn.clear();
}

// On paper everything is seen.
export function drawAll() {
  for (const id of [...waiting.keys()]) drawWaiting(id);
}

function whenSeen(id, work) {
  waiting.set(id, work);
  if (sheet || seen.has(id)) drawWaiting(id);
}

function react(place, data, layout) {
  const axis = { gridcolor: css("--line"), linecolor: css("--line"), zerolinecolor: css("--soft"), automargin: true, fixedrange: true };
  const shown = {
    margin: { l: 8, r: 12, t: 8, b: 8 },
    font: { family: FONT, size: 13, color: css("--ink") },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    separators: language() === "nl" ? ",." : ".,",
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
    hoverlabel: { font: { family: FONT } },
    ...sheet,
    ...layout,
  };
  for (const name of ["xaxis", "yaxis"]) if (shown[name]) shown[name] = { ...axis, ...shown[name] };
  const picture = JSON.stringify([data, shown]);
  whenSeen(place, () => {
    if (drawn.get(place) === picture) return;
    drawn.set(place, picture);
    Plotly.react($(place), data, shown, CONFIG);
  });
}

export function reserveName(world, id) {
  const one = world.reserves[id];
  const where = pick(world.regions[one.region] ?? [one.region, one.region]);
  const owner = pick(world.regions[one.owner] ?? [one.owner, one.owner]);
  return `${pick(world.goods[one.good])}, ${where === owner ? where : `${where} (${owner})`}`;
}

// Stock of the comparison at the start and in the periods of the screen; null where it has no such period.
function alongside(old, pinned, screen) {
  const held = new Map(pinned.periods.map((name, at) => [name, old.stock[at + 1]]));
  const start = pinned.periods[0] === screen.periods[0] ? old.stock[0] : null;
  return [start, ...screen.periods.map((name) => held.get(name) ?? null)];
}

// Stock of opened reserves over time, as a share of what they held.
export function drawReserves(screen, pinned, world) {
  const periods = [t("start"), ...screen.periods.map((name) => period(name))];
  const colors = series();
  const data = [];
  const rows = [];
  const before = new Map((pinned?.reserves ?? []).map((one) => [one.id, one]));
  screen.reserves.forEach((one, at) => {
    const name = reserveName(world, one.id);
    const color = colors[at % colors.length];
    const share = (stock, full) => stock.map((value) => (value == null ? null : value / full));
    const said = one.stock.map((value) => `${amount(value)} ${unit(world.units[one.good])}`);
    data.push({
      type: "scatter", x: periods, y: share(one.stock, one.stock[0]), name, mode: "lines+markers", text: said,
      line: { color, dash: DASHES[at % DASHES.length], width: 2.5 }, marker: { symbol: MARKERS[at % MARKERS.length], size: 7 },
      hovertemplate: `%{x}: %{text}<extra>${name}</extra>`,
    });
    data.push({
      type: "scatter", x: [periods[0], periods.at(-1)], y: [one.floor / one.stock[0], one.floor / one.stock[0]], mode: "lines",
      line: { color, dash: "dot", width: 1 }, name: `${t("floor")}: ${name}`, showlegend: false, hoverinfo: "skip",
    });
    const old = before.get(one.id);
    const held = old && alongside(old, pinned, screen);
    if (old) {
      data.push({
        type: "scatter", x: periods, y: share(held, old.stock[0]), mode: "lines", name: t("comparison"), showlegend: at === 0,
        line: { color: css("--soft"), width: 1.5, dash: "dash" }, hoverinfo: "skip",
      });
    }
    rows.push([`${name} (${unit(world.units[one.good])})`, ...one.stock.map(amount)]);
    if (old) rows.push([`${t("comparison")}: ${name}`, ...held.map((value) => (value == null ? "–" : amount(value)))]);
  });
  const empty = { annotations: [{ text: wrapped(t("no_reserve"), 24), showarrow: false, x: 0.5, y: 0.5, xref: "paper", yref: "paper" }], xaxis: { visible: false }, yaxis: { visible: false } };
  const layout = { xaxis: { type: "category", ...named(periods) }, yaxis: { tickformat: ".0%", range: [0, 1.05] } };
  fill($("reserves-table"), tableOf(t("reserves"), [t("reserve"), ...periods], rows, "plain"));
  react("reserves", data, data.length ? layout : empty);
}

// A line breaks at the first space after so many characters.
const wrapped = (text, least) => text.replace(new RegExp(`(.{${least},}?) `, "g"), "$1<br>");

function named(periods) {
  const step = Math.ceil(periods.length / 7);
  const values = periods.filter((_, at) => at % step === 0);
  return { tickvals: values, ticktext: values.map((text) => text.replace(" ", "<br>")), tickangle: 0 };
}

// Share of demand that is missing by class: of one good, or the largest of any.
export function missingByTier(screen, good) {
  const found = new Map();
  for (const row of screen?.tiers ?? []) {
    if (good && row.good !== good) continue;
    const share = row.shortfall / row.demand;
    if (!found.has(row.tier) || share > found.get(row.tier).share) found.set(row.tier, { share, good: row.good, shortfall: row.shortfall });
  }
  return found;
}

export function drawTiers(screen, pinned, world, good) {
  const [now, before] = [missingByTier(screen, good), missingByTier(pinned, good)];
  const ranks = Object.keys(world.tiers).map(Number).sort((one, two) => one - two);
  const names = ranks.map((rank) => `${rank}. ${pick(world.tiers[rank])}`);
  const labels = names.map((name) => wrapped(name, 16));
  const shares = (from) => ranks.map((rank) => from.get(rank)?.share ?? 0);
  const said = (from) => ranks.map((rank) => percent(from.get(rank)?.share ?? 0));
  const bar = (from, name, color, pattern) => ({
    type: "bar", orientation: "h", y: labels, x: shares(from), name, text: said(from), textposition: "outside", cliponaxis: false,
    marker: { color, pattern, line: { color: css("--ink"), width: 1 } }, hovertemplate: `%{y}: %{text}<extra>${name}</extra>`,
  });
  const grey = bar(before, t("comparison"), css("--quiet"), { shape: "/", fgcolor: css("--soft"), size: 6 });
  const color = bar(now, t("now"), css("--short"), {});
  const most = Math.max(0.05, ...shares(now), ...shares(before));
  const about = good ? pick(world.goods[good]) : t("worst_of_any");
  $("tiers-title").textContent = t("tiers", about);
  const detail = (from, rank) => {
    const one = from.get(rank);
    return one ? `${percent(one.share)} (${amount(one.shortfall)} ${unit(world.units[one.good])} ${pick(world.goods[one.good])})` : "";
  };
  fill($("tiers-table"), tableOf(t("tiers", about), [t("tier"), t("now"), t("comparison")], ranks.map((rank, at) => [names[at], detail(now, rank), detail(before, rank)]), "plain"));
  react("tiers", [color, grey], {
    barmode: "group", bargap: 0.3, xaxis: { tickformat: ".0%", range: [0, most * 1.18] }, yaxis: { autorange: "reversed" },
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "normal" },
  });
}

export function sourceName(world, source) {
  const at = source.indexOf(":");
  const [kind, name] = at < 0 ? [source, ""] : [source.slice(0, at), source.slice(at + 1)];
  const region = () => pick(world.regions[name] ?? [name, name]);
  switch (kind) {
    case "origin": return region();
    case "made": return t("made_in", region());
    case "reserve": return t("from_reserve", reserveName(world, name));
    case "stocks": return t("stocks");
    case "under_way": return t("under_way");
    default: return t("others");
  }
}

export function drawFlows(flows, world, good) {
  const name = good ? pick(world.goods[good]) : "";
  $("flows-title").textContent = good ? t("flows", `${name} (${unit(world.units[good])})`) : t("nothing_short");
  const found = flows?.[good];
  if (!found) {
    whenSeen("flows", () => {
      drawn.delete("flows");
      Plotly.purge($("flows"));
    });
    fill($("flows-table"));
    return;
  }
  const sources = found.sources.map((source) => sourceName(world, source));
  const sectors = found.sectors.map((sector) => (sector === "others" ? t("others") : pick(world.sectors[sector])));
  const colors = series();
  const links = found.quantities.flatMap((row, from) => row.map((value, to) => ({ from, to, value })).filter((link) => link.value > 0));
  fill($("flows-table"), tableOf(t("flows", name), [t("source"), ...sectors], found.quantities.map((row, at) => [sources[at], ...row.map(amount)]), "plain"));
  const says = `%{value:,.4r} ${unit(world.units[good])}<extra></extra>`;
  react("flows", [{
    type: "sankey", arrangement: "fixed",
    node: {
      label: [...sources, ...sectors], pad: 14, thickness: 14, line: { width: 0 },
      color: [...sources.map((_, at) => colors[at % colors.length]), ...sectors.map(() => css("--soft"))],
      hovertemplate: `%{label}: ${says}`,
    },
    link: {
      source: links.map((link) => link.from), target: links.map((link) => sources.length + link.to), value: links.map((link) => link.value),
      color: links.map((link) => `${colors[link.from % colors.length]}73`),
      hovertemplate: `%{source.label} - %{target.label}: ${says}`,
    },
    textfont: { color: css("--ink"), shadow: "none" },
  }], { height: 90 + 30 * Math.max(sources.length, sectors.length) });
}
