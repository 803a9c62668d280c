"""What the pages show of the figures that ``make evidence`` wrote: tables, sentences, and the marked blocks that hold them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from allocator.framework import Framework
from allocator.guards import GUARDS
from allocator.guards.crises import ONE_REAL_IN
from allocator.guards.features import FEATURES
from allocator.report.language import Language
from allocator.report.view import View
from allocator.scenario import Scenario
from tests.reference import agreement

#: The scenarios on which the frameworks are compared.
COMPARED = ("hormuz_closure", "gallium_germanium_ban")
FRAMEWORKS = ("nl_draft", "equal_cut", "value_added")
RANDOM = "random-instances"
#: Crises in which the guards search each framework: 200 by chance, and one in five cut out of shipped scenarios.
CRISES = 250
REAL = CRISES // ONE_REAL_IN
#: Lines of the tables of cuts and of comparison; what is left out is counted below them.
LINES = 15
#: The mark above the blocks that are run by `make evidence`.
BY = "make evidence"
#: What a test runs anew each time.
QUICK = ("hormuz-closure.yaml", "hormuz-closure-national.yaml")
ENGLISH = Language("en")

Figures = dict[str, Any]


def front(scenario: Scenario, file: str) -> str:
    """Return the table at the head of a scenario's page."""
    regions, goods = scenario.scope.regions, scenario.scope.commodities
    rows = [
        ("file", f"[`scenarios/{file}`](../../scenarios/{file})"),
        ("title", f"{scenario.title.en} · {scenario.title.nl}"),
        ("states", _listed(regions, "all 27")),
        ("materials", _listed(goods, "all") + ("" if goods == "all" else " and what processes link to them")),
        ("time", f"{scenario.horizon.periods} {scenario.horizon.period}s from {scenario.horizon.start}"),
        ("crisis level", str(scenario.crisis_level)),
        ("framework", f"`{scenario.framework}`"),
        ("what goes wrong", _kinds(scenario.disruptions)),
        ("measures", _kinds(scenario.levers)),
    ]
    return table(rows[0], rows[1:])


def result(found: Figures, file: str) -> str:
    """Return the figures of a scenario's page."""
    command = ("" if file in QUICK else f"<!-- run by: {BY} -->\n") + f"```sh\nallocator run scenarios/{file}\n```"
    if "no_result" in found:
        return f"{command}\n\n{headline(found)}."
    return "\n\n".join(
        [
            command,
            f"Edition `{found['baseline']}`, framework `{found['framework']}`, {found['columns']:,} columns. {headline(found)}.",
            _short(found),
            table(
                ("class", "mean coverage", "lowest coverage"),
                ((row["tier"], ENGLISH.percent(row["coverage"]), ENGLISH.percent(row["lowest"])) for row in found["tiers"]),
            ),
            "Who is cut, over the whole time and all states together:",
            *_cut(found),
            _released(found),
        ]
    )


def headline(found: Figures) -> str:
    """Return the first screen of the report in one line; in its place, why there is none."""
    if "no_result" in found:
        return f"No result yet: {found['no_result']}"
    short = sorted(found["short"], key=lambda row: row["coverage"])
    if not short:
        return f"All {found['materials']} materials are met in full"
    worst = ", ".join(f"{View.inside(row['commodity'])} {ENGLISH.percent(row['coverage'])}" for row in short[:3])
    return f"{len(short)} of {found['materials']} materials are short: {worst}{' and others' if len(short) > 3 else ''}"


def index(scenarios: Mapping[str, Scenario], files: Mapping[str, Path], found: Mapping[str, Figures]) -> str:
    """Return the table of all scenarios."""
    rows = [
        (
            f"[`{files[name].name}`]({files[name].stem}.md)",
            f"{scenario.title.en} · {scenario.title.nl}",
            "27" if scenario.scope.regions == "all" else str(len(scenario.scope.regions)),
            f"{scenario.horizon.periods} {scenario.horizon.period}s",
            _kinds(scenario.disruptions),
            f"{found[name]['columns']:,}" if "columns" in found[name] else "",
            headline(found[name]),
        )
        for name, scenario in scenarios.items()
    ]
    return table(("file", "title", "states", "time", "what goes wrong", "columns", "first screen"), rows)


def compared(found: Mapping[str, Figures]) -> str:
    """Return the comparison of the frameworks, a table for each scenario."""
    parts = []
    for name in COMPARED:
        rows = sorted(
            found[name]["rows"], key=lambda row: (-max(row[law] for law in FRAMEWORKS) + min(row[law] for law in FRAMEWORKS), row["sector"])
        )
        shown = ((row["sector"], row["commodity"], *(ENGLISH.percent(row[law]) for law in FRAMEWORKS)) for row in rows[:LINES])
        parts += [f"`{name}`:", table(("sector", "material", *(f"`{law}`" for law in FRAMEWORKS)), shown)]
        if len(rows) > LINES:
            parts.append(f"The {LINES} lines that differ most, of {len(rows)}.")
    return "\n\n".join(parts)


def agreed(found: Figures) -> str:
    """Return what comparing random instances with the slow reference found."""
    families = found["families"]
    refused = sum(len(row["refused"]) for row in families)
    other = sum(count for row in families for slack, count in row["slack"].items() if slack != str(agreement.SLACK))
    wrong = sum(len(row["disagreements"]) for row in families)
    total = sum(row["instances"] for row in families)
    heads = ("family", "what it is", "instances", "columns (median, most)", "cells")
    sizes = (
        (
            row["family"],
            row["what"],
            str(row["instances"]),
            f"{row['columns']['median']:,}, {row['columns']['most']:,}",
            f"{row['cells']:,}",
        )
        for row in families
    )
    held = ((what, *(str(row["holds"][what]) for row in families)) for what in agreement.HOLDS)
    counts = ((kind, f"{sum(row['compared'][kind] for row in families):,}") for kind in agreement.KINDS)
    apart = ((kind, count, *(f"{row['largest'][kind]:.1e}" for row in families)) for kind, count in counts)
    names = [row["family"] for row in families]
    return "\n\n".join(
        [
            f"**{total:,} instances, {wrong} disagreements.** Results may differ by {found['tolerance']:g}; "
            f"{sum(row['left_out'] for row in families)} results were not comparable.",
            table(heads, sizes),
            "The largest difference of each kind:",
            table(("result", "compared", *names), apart),
            "How many instances have:",
            table(("property", *names), held),
            f"With {other} instances the reference was solved with another slack than {agreement.SLACK:g}. The engine refused to show its "
            f"answer to {refused}; what it held back is compared too. Seeds and reasons are in [the figures](evidence/{RANDOM}.json).",
        ]
    )


def guard_list() -> str:
    """Return what each guard looks for: the docstrings."""
    docs = (inspect.cleandoc(kind.__doc__).split("\n\n", 1) for kind in GUARDS.values())
    return table(
        ("guard", "what it looks for", "how"),
        ((f"`{name}`", first, " ".join(more.split())) for name, (first, more) in zip(GUARDS, docs, strict=True)),
    )


def cause_list() -> str:
    """Return the causes that a guard can tell, in both languages."""
    return table(("cause", "in English", "in Dutch"), ((f"`{name}`", *feature.says) for name, feature in FEATURES.items()))


def anomalies(found: Mapping[str, Figures]) -> str:
    """Return what the guards found under the shipped frameworks, and the smallest example of each kind and cause."""
    of = ((GUARDS[name].says().en, [own["guards"][name] for own in found.values()]) for name in GUARDS)
    counts = ((says, *(str(one["crises"]) if one["tried"] else "nothing to try" for one in each)) for says, each in of)
    failures = sum(fact["forbidden"] for own in found.values() for fact in own["facts"])
    refused = sum(len(own["refused"]) for own in found.values())
    tried = sum(one["tried"] for own in found.values() for one in own["guards"].values())
    parts = [
        f"{CRISES - REAL} small crises by chance and {REAL} cut out of shipped scenarios for each framework, {tried:,} changes tried, "
        f"{refused} crises without an answer. "
        f"**Laws broken: {failures}.** In how many crises something was found:",
        table(("what is looked for", *(f"`{law}`" for law in found)), counts),
        "The causes, in how many crises each was at work, and the smallest example of each:",
    ]
    for law, own in found.items():
        rows = [
            (
                GUARDS[fact["guard"]].says().en,
                _causes(fact["causes"]),
                str(fact["crises"]),
                f"{fact['example']} ({'; '.join(fact['means'])})",
            )
            for fact in own["facts"]
        ]
        parts += [f"`{law}`:", table(("what", "cause", "crises", "smallest example"), rows)]
    return "\n\n".join(parts)


def _causes(names: Sequence[str]) -> str:
    return "; ".join(FEATURES[name].says.en for name in names) or "no single one"


def classes(framework: Framework) -> str:
    """Return the classes of a framework."""
    rows = [(str(tier.rank), f"{tier.name.en} · {tier.name.nl}", _listed(tier.sectors, "")) for tier in framework.tiers]
    return table(("class", "name", "sectors"), rows)


def _short(found: Figures) -> str:
    heads = ("material", "demand", "short", "coverage", "worst period")
    rows = (
        (
            row["commodity"],
            f"{ENGLISH.amount(row['demand'])} {row['unit']}",
            f"{ENGLISH.amount(row['shortfall'])} {row['unit']}",
            ENGLISH.percent(row["coverage"]),
            f"{ENGLISH.percent(row['worst_coverage'])} in {row['worst_period']}",
        )
        for row in found["short"]
    )
    return table(heads, rows) if found["short"] else "No material is short."


def _cut(found: Figures) -> list[str]:
    rows = found["cuts"]
    lines = ((str(row["tier"]), row["sector"], row["commodity"], ENGLISH.percent(row["coverage"])) for row in rows[:LINES])
    parts = [table(("class", "sector", "material", "coverage"), lines)]
    if len(rows) > LINES:
        parts.append(f"The {LINES} hardest cut of {len(rows)}; `cuts.csv` and `allocation.csv` of the run have them all.")
    return parts if rows else ["nobody."]


def _released(found: Figures) -> str:
    if not found["released"]:
        return "No strategic reserve is drawn on."
    named = "; ".join(f"{row['reserve']}: {ENGLISH.amount(row['quantity'])} {row['unit']}" for row in found["released"])
    return f"Released from reserves: {named}."


def _listed(chosen: tuple[str, ...] | str, everything: str) -> str:
    return everything if isinstance(chosen, str) else ", ".join(chosen)


def _kinds(items: Iterable[Any]) -> str:
    return ", ".join(f"`{kind}`" for kind in dict.fromkeys(item.kind for item in items))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of a page."""
    lines = [f"| {' | '.join(row)} |" for row in (heads, ("---",) * len(heads), *rows)]
    return "\n".join(lines)


# ---- marked blocks -------------------------------------------------------------------------------------------------------------------
def block(text: str, mark: str) -> str:
    """Return what stands between ``<!-- mark -->`` and ``<!-- end of mark -->``."""
    return _pattern(mark).search(text)[2].strip("\n")


def with_block(text: str, mark: str, content: str) -> str:
    """Return the text with the block replaced."""
    replaced, count = _pattern(mark).subn(lambda found: f"{found[1]}\n{content}\n\n{found[3]}", text)
    if count != 1:
        raise ValueError(f"the page has {count} blocks '{mark}', not one")
    return replaced


def _pattern(mark: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {mark} -->\n)(.*?)(<!-- end of {mark} -->)", re.DOTALL)


def write_blocks(page: Path, **blocks: str) -> None:
    text = page.read_text(encoding="utf-8")
    for mark, content in blocks.items():
        text = with_block(text, mark, content)
    page.write_text(text, encoding="utf-8")
