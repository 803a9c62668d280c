"""Printing what the baseline says about one good, in English or Dutch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from allocator.baseline import Baseline
from allocator.baseline.dependency import BENCHMARK
from allocator.baseline.grades import CARRIED, GRADES
from allocator.baseline.overview import Overview
from allocator.cli._words import BASES, FIGURES, LISTS, Words
from allocator.report.language import Language

#: Rows of a table before the rest is added up in one line.
SHOWN = 8
#: Columns of a screen from which the chain names its technologies.
WIDE = 100


def print_overview(overview: Overview, baseline: Baseline, language: Language, screen: Console) -> None:
    """Print every table of an overview."""
    words = Words(baseline, language)
    _head(overview, words, screen)
    for section in (_dependency, _chain, _makers, _origins, _world, _sectors, _regions, _stocks, _figures, _sources):
        section(overview, words, screen)


def print_goods(material: str, goods: pd.DataFrame, baseline: Baseline, language: Language, screen: Console) -> None:
    """Print the goods of a material, and how to see one of them."""
    words, pick = Words(baseline, language), language.pick
    screen.print(pick("Goods of {}", "Goederen van {}").format(material), style="bold")
    heads = [
        *(pick("good", "goed"), pick("stage", "schakel"), pick("use", "gebruik"), pick("imports", "invoer"), pick("made", "gemaakt")),
        pick("from *", "herkomst *"),
    ]
    rows = [
        (
            f"{words.good(row['commodity'])} ({row['commodity']})",
            words.stage(row["stage"]),
            language.quantity(row["use"], row["unit"]),
            language.amount(row["imports"]),
            language.amount(row["primary"] + row["recycled"]),
            words.origin(row),
        )
        for row in goods.to_dict("records")
    ]
    screen.print(_table(heads, rows, figures=(2, 3, 4)))
    screen.print(pick("A year before the crisis.", "Een jaar voor de crisis."), words.origin_note)
    screen.print(pick("More: allocator data show {}", "Meer: allocator data show {} --lang nl").format(goods["commodity"].iloc[0]))


def _head(overview: Overview, words: Words, screen: Console) -> None:
    language, good = words.language, overview.commodity
    pick, unit = language.pick, words.unit(good["commodity"])
    screen.print(words.good(good["commodity"]), style="bold", end="")
    screen.print(f"  {good['commodity']} ({words.stage(good['stage'])}, {pick('material', 'materiaal')} {good['material']}, {unit})")
    for (key, edition), rows in overview.lists.groupby(["list", "edition"], sort=True):
        listed = pick(*LISTS.get(str(key), (str(key), str(key))))
        held = sorted(set(rows["material"]) - {good["material"]})
        line = pick("On the list of {}, edition {}", "Op de lijst van {}, editie {}").format(listed, edition)
        screen.print(line + (pick(": holds {}", ": bevat {}").format(", ".join(held)) if held else "") + ".")
    price = f"{language.amount(good['price_eur'])} EUR/{unit}"
    lost = pick("{} is lost in 30 days of storage", "{} gaat verloren in 30 dagen opslag").format(language.percent(good["loss_per_month"]))
    kept = pick("nothing is lost in storage", "in opslag gaat niets verloren")
    screen.print(f"{pick('Price before the crisis', 'Prijs voor de crisis')} {price}; {lost if good['loss_per_month'] else kept}.")
    totals = overview.totals
    heads = [
        *(pick("use", "gebruik"), pick("imports", "invoer"), pick("made", "gemaakt")),
        *(pick("recycled", "hergebruikt"), pick("exports", "uitvoer")),
    ]
    cells = [language.amount(float(totals[name])) for name in ("use", "imports", "primary", "recycled", "exports")]
    _section(screen, pick("A year of the Union before the crisis", "Een jaar van de Unie voor de crisis"), unit)
    screen.print(_table(heads, [cells], figures=range(5)))


def _dependency(overview: Overview, words: Words, screen: Console) -> None:
    """Import reliance and largest origin, beside what is published."""
    language = words.language
    pick, percent = language.pick, language.percent
    _section(screen, pick("Dependency", "Afhankelijkheid"))
    if overview.reliance is not None:
        meaning = pick(
            "Import reliance {}: net imports as a share of these and what is made from raw materials.",
            "Invoerafhankelijkheid {}: netto invoer als aandeel in die invoer en wat uit grondstof is gemaakt.",
        )
        screen.print(meaning.format(percent(overview.reliance)))
    third = overview.origins[overview.origins["origin"] != "ROW"].groupby("origin")["use"].sum()
    if len(third):
        origin, share = str(third.idxmax()), float(third.max())
        above = pick("above", "boven") if share > BENCHMARK else pick("within", "binnen")
        kind = (
            ""
            if overview.strategic
            else pick(" (set for strategic raw materials; this is none)", " (geldt voor strategische grondstoffen; dit is er geen)")
        )
        line = pick(
            "Largest third country {}: {} of use, {} the benchmark of 65% of Regulation (EU) 2024/1252{}.",
            "Grootste derde land {}: {} van het gebruik, {} de maatstaf van 65% van Verordening (EU) 2024/1252{}.",
        )
        screen.print(line.format(words.place(origin), percent(share), above, kind), style="bold" if share > BENCHMARK else "")
    if overview.compared.empty:
        screen.print(pick("No published figure to compare with.", "Geen gepubliceerd cijfer om mee te vergelijken."))
        return
    heads = [pick("compared", "vergeleken"), pick("ours", "ons"), pick("published", "gepubliceerd"), pick("source", "bron")]
    rows = []
    for row in overview.compared.to_dict("records"):
        what = f"{words.place(row['place'])}: {pick(*FIGURES[row['figure']])}"
        mark = " *" if row["deviates"] else ""
        rows.append((what, percent(row["ours"]) + mark, percent(row["published"]), f"{row['source']}, {row['year']}"))
    screen.print(_table(heads, rows, figures=(1, 2)))
    for row in overview.compared[overview.compared["deviates"]].to_dict("records"):
        screen.print(Padding(f"* {words.place(row['place'])}: {row['reason']}", (0, 0, 0, 2)))


def _chain(overview: Overview, words: Words, screen: Console) -> None:
    language = words.language
    pick = language.pick
    for frame, title, about in (
        (overview.made_from, pick("Made from", "Gemaakt uit"), pick("back to the raw materials", "terug tot de grondstoffen")),
        (overview.goes_into, pick("Goes into", "Gaat in"), pick("up to the end products", "tot de eindproducten")),
    ):
        if frame.empty:
            continue
        rows = []
        above: dict[int, str] = {0: str(overview.commodity["commodity"])}
        for row in frame.to_dict("records"):
            good, depth = row["commodity"], row["depth"]
            above[depth] = good
            taken, made = (good, above[depth - 1]) if frame is overview.made_from else (above[depth - 1], good)
            intensity = f"{language.amount(row['per_unit'])} {words.unit(taken)}/{words.one(made)}"
            quantity = f"{language.amount(row['annual_quantity'])} {words.unit(taken)}"
            lost = language.percent(row["loss"]) if pd.notna(row["loss"]) else "-"
            step = "  " * (depth - 1) + words.good(good)
            rows.append((step, intensity, quantity, lost, words.origin(row), words.name("technologies", row["technology"])))
        _section(screen, title, about)
        heads = [
            *(pick("good", "goed"), pick("takes", "neemt"), pick("a year", "per jaar"), pick("lost", "verlies")),
            *(pick("from *", "herkomst *"), pick("by", "door")),
        ]
        kept = [place for place in range(len(heads)) if place < 3 or any(row[place] != "-" for row in rows)]
        if screen.width < WIDE:
            lossy = bool((frame["loss"] >= 0.0005).any())
            kept = [place for place in kept if place < 3 or place == 4 or (place == 3 and lossy)]
        screen.print(_table([heads[place] for place in kept], [[row[place] for place in kept] for row in rows], figures=(1, 2), whole=(0,)))
        if any(row[4] != "-" for row in rows):
            screen.print(words.origin_note)


def _shared_by_place(row: Mapping[Any, Any], words: Words) -> tuple[str, str, str]:
    """Return the cells that say where, how much and what share."""
    return words.place(row["region"]), words.language.amount(row["annual_quantity"]), words.language.percent(row["share"])


def _makers(overview: Overview, words: Words, screen: Console) -> None:
    language = words.language
    pick = language.pick
    rows: list[tuple[str, ...]] = [
        (
            *_shared_by_place(row, words),
            words.name("technologies", row["technology"]) + (pick(" (recycling)", " (hergebruik)") if row["recycling"] else ""),
        )
        for row in overview.makers.head(SHOWN).to_dict("records")
    ]
    rows += _rest(overview.makers, words, "share", 1)
    heads = [pick("state", "lidstaat"), pick("a year", "per jaar"), pick("share", "aandeel"), pick("by", "door")]
    _print(screen, pick("Made in the Union", "Gemaakt in de Unie"), words.unit(overview.commodity["commodity"]), heads, rows, (1, 2), words)


def _origins(overview: Overview, words: Words, screen: Console) -> None:
    language = words.language
    pick, percent = language.pick, language.percent
    rows: list[tuple[str, ...]] = [
        (
            words.place(row["origin"]),
            language.amount(row["annual_quantity"]),
            percent(row["imports"]),
            percent(row["use"]),
            percent(row["published"]) if pd.notna(row["published"]) else "-",
            language.number(row["lead_days"]),
            ": ".join(part for part in (row["route"].replace("_", " "), words.many(row["chokepoints"], "chokepoints")) if part),
        )
        for row in overview.origins.head(SHOWN).to_dict("records")
    ]
    rows += _rest(overview.origins, words, "imports", 4)
    heads = [
        *(pick("origin", "herkomst"), pick("a year", "per jaar"), pick("of imports", "van invoer"), pick("of use", "van gebruik")),
        *(pick("publ.", "gepubl."), pick("days", "dagen"), pick("route: passes", "route: passeert")),
    ]
    _print(screen, pick("Imports", "Invoer"), words.unit(overview.commodity["commodity"]), heads, rows, range(1, 6), words)


def _world(overview: Overview, words: Words, screen: Console) -> None:
    language, world = words.language, overview.world
    if world.empty:
        return
    pick, first = language.pick, world.iloc[0]
    named = [f"{words.place(row['place'])} {language.percent(row['share'])}" for row in world.head(SHOWN).to_dict("records")]
    left = len(world) - SHOWN
    named += [pick("{} more {}", "nog {} {}").format(left, language.percent(float(world["share"].iloc[SHOWN:].sum())))] if left > 0 else []
    _section(screen, pick("World production", "Wereldproductie"), f"{words.stage(first['stage'])}, {first['source']}, {first['year']}")
    screen.print(", ".join(named))


def _sectors(overview: Overview, words: Words, screen: Console) -> None:
    language = words.language
    pick = language.pick
    rows = [
        (
            words.user(row["user"]),
            language.amount(row["annual_quantity"]),
            language.percent(row["share"]),
            words.many(row["largest"]),
            ", ".join(pick(*BASES[part]) for part in row["basis"].split("; ")),
        )
        for row in overview.sectors.to_dict("records")
    ]
    heads = [
        pick("user", "gebruiker"),
        pick("a year", "per jaar"),
        pick("of use", "van gebruik"),
        pick("largest states", "grootste lidstaten"),
    ]
    unit = words.unit(overview.commodity["commodity"])
    _print(screen, pick("Users", "Gebruikers"), unit, [*heads, pick("basis", "grondslag")], rows, (1, 2), words)


def _regions(overview: Overview, words: Words, screen: Console) -> None:
    language = words.language
    pick = language.pick
    rows: list[tuple[str, ...]] = [
        (
            *_shared_by_place(row, words),
            ", ".join(words.user(key) for key in row["largest"].split("; ")),
        )
        for row in overview.regions.head(SHOWN).to_dict("records")
    ]
    rows += _rest(overview.regions, words, "share", 1)
    heads = [
        pick("state", "lidstaat"),
        pick("a year", "per jaar"),
        pick("of use", "van gebruik"),
        pick("largest users", "grootste gebruikers"),
    ]
    _print(
        screen, pick("Where it is used", "Waar het wordt gebruikt"), words.unit(overview.commodity["commodity"]), heads, rows, (1, 2), words
    )


def _stocks(overview: Overview, words: Words, screen: Console) -> None:
    language = words.language
    pick, unit = language.pick, words.unit(overview.commodity["commodity"])
    rows = [
        (
            f"{row['reserve']} ({words.place(row['owner'])})",
            language.amount(row["quantity"]),
            language.number(row["days"], 1),
            pick(
                "floor {}, first release after {} days, from crisis level {}",
                "ondergrens {}, eerste vrijgave na {} dagen, vanaf crisisniveau {}",
            ).format(language.percent(row["floor_share"]), language.number(row["first_release_days"]), int(row["crisis_level"])),
        )
        for row in overview.reserves.to_dict("records")
    ]
    firms = overview.inventories
    if firms["quantity"]:
        least = pick("of which {} days must stay", "waarvan {} dagen moeten blijven").format(language.number(float(firms["working_days"])))
        name = pick("stocks of firms", "voorraden van bedrijven")
        rows.append((name, language.amount(float(firms["quantity"])), language.number(float(firms["days"]), 1), least))
    title = pick("Stocks", "Voorraden")
    about = f"{unit}; {pick('days of the use of the Union', 'dagen gebruik van de Unie')}"
    _print(
        screen, title, about, [pick("stock", "voorraad"), pick("quantity", "hoeveelheid"), pick("days", "dagen"), ""], rows, (1, 2), words
    )


def _figures(overview: Overview, words: Words, screen: Console) -> None:
    language = words.language
    pick = language.pick
    rows: list[tuple[str, ...]] = []
    number = {source: place for place, source in enumerate(overview.sources["source"], start=1)}
    for _, row in overview.figures.iterrows():
        what = pick(*FIGURES[row["what"]]) if row["what"] in FIGURES else words.name("technologies", row["about"])
        what += (
            pick(", output", ", opbrengst")
            if row["what"] == "processes"
            else pick(", takes", ", neemt")
            if row["what"] == "technology_flows"
            else ""
        )
        span = f"{language.amount(row['low'])} - {language.amount(row['high'])}" if row["low"] != row["high"] else "-"
        cited = sorted(number[part] for part in row["source"].split("; "))
        rows.append((what, language.amount(row["value"]), span, words.grade(row), row["year"], ", ".join(map(str, cited))))
    heads = [
        *(
            pick("figure", "cijfer"),
            pick("value", "waarde"),
            pick("low - high", "laag - hoog"),
            pick("rows by grade", "regels naar graad"),
        ),
        *(pick("years", "jaren"), pick("sources", "bronnen")),
    ]
    title = pick("Where each number comes from", "Waar elk cijfer vandaan komt")
    _print(screen, title, pick("sums over the rows of a table", "sommen over de regels van een tabel"), heads, rows, (1, 2), words)
    screen.print("; ".join(f"{grade} {pick(*name)}" for grade, name in GRADES.items()), style="dim")


def _sources(overview: Overview, words: Words, screen: Console) -> None:
    pick = words.language.pick
    cited = enumerate(overview.sources.to_dict("records"), start=1)
    rows = [(str(number), row["source"], str(row["rows"]), CARRIED.get(row["carrier_kind"], ""), row["citation"]) for number, row in cited]
    heads = ["", pick("source", "bron"), pick("rows", "regels"), pick("at best", "hoogstens"), pick("citation", "vermelding")]
    about = pick("rows that rest on each; best grade if second hand", "regels die erop rusten; beste graad uit tweede hand")
    _print(screen, pick("Sources", "Bronnen"), about, heads, rows, (0, 2), words)


def _rest(frame: pd.DataFrame, words: Words, share: str, blanks: int) -> list[tuple[str, ...]]:
    """Return the line that adds up what is not shown, if anything is not."""
    rest = frame.iloc[SHOWN:]
    if rest.empty:
        return []
    language = words.language
    name = language.pick("{} more", "nog {}").format(len(rest))
    return [
        (
            name,
            language.amount(float(rest["annual_quantity"].sum())),
            language.percent(float(rest[share].sum())),
            *("" for _ in range(blanks)),
        )
    ]


def _section(screen: Console, title: str, about: str = "") -> None:
    screen.print(f"\n{title}", style="bold", end="")
    screen.print(f"  ({about})" if about else "")


def _print(
    screen: Console, title: str, about: str, heads: Sequence[str], rows: Sequence[Sequence[str]], figures: Sequence[int], words: Words
) -> None:
    if rows:
        _section(screen, title, about)
        screen.print(_table(heads, rows, figures))
    else:
        screen.print(f"\n{title}: {words.language.pick('none', 'geen')}")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], figures: Sequence[int], whole: Sequence[int] = ()) -> Table:
    """Return a table whose columns `figures` are set right; these and `whole` are never broken."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, head in enumerate(heads):
        right = number in figures
        table.add_column(head, justify="right" if right else "left", no_wrap=right or number in whole, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table
