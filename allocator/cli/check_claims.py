"""``allocator check-claims``: claims that grew, and who pays for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from allocator.cli._output import console, print_json, table
from allocator.cli._progress import progress
from allocator.cli._scenario import FrameworkOption, ScenarioArgument, SettingsOption
from allocator.cli._words import Words
from allocator.cli.run import Lang
from allocator.guards.intake import CLAIM, Intake, check_intake
from allocator.output.text import rounded
from allocator.report.language import Language

#: Rows of a table on the terminal.
SHOWN = 20


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("check-claims")(check_claims)


def check_claims(
    scenario: ScenarioArgument,
    figures: Annotated[Path, typer.Option("--figures", metavar="DIR", help="Folder of own figures whose claims are checked.")],
    factor: Annotated[float, typer.Option("--factor", min=1.0, help="Claims above this many times their base are flagged.")] = 1.2,
    framework: FrameworkOption = None,
    settings: SettingsOption = None,
    lang: Annotated[Lang, typer.Option("--lang", help="Language of what is printed.")] = Lang.en,
    as_json: Annotated[bool, typer.Option("--json", help="Print what is found as JSON and nothing else.")] = False,
) -> None:
    """Compare claims of own figures with the baseline, flag those that grew, and show who gains and who loses by that.

    The scenario is run twice, as claimed and with the flagged claims set back to the baseline. A flagged claim need not be wrong.

    Examples:
        allocator check-claims hormuz_closure_national --figures my_figures
        allocator check-claims hormuz_closure_national --figures my_figures --factor 1.5 --json
    """
    with progress() as tell:
        found = check_intake(scenario, figures, framework, settings or (), factor, tell)
    if as_json:
        print_json(_plain(found))
    else:
        _show(found, Language(lang.value))


def _show(found: Intake, language: Language) -> None:
    screen, pick, words = console(), language.pick, Words(found.inputs.baseline, language)
    screen.print(f"{pick('Classification', 'Rubricering')}: {found.inputs.baseline.classification}", style="bold red")
    if found.concept:
        screen.print(pick("Concept, no legal force", "Concept, geen rechtskracht"), style="yellow")
    times = language.number(found.factor, 1)
    if found.flagged.empty:
        screen.print(pick(f"No claim is above {times} times its base.", f"Geen aanspraak is groter dan {times} maal haar basis."))
    else:
        names = [pick("Region", "Regio"), pick("Sector", "Sector"), pick("Material", "Materiaal")]
        rows = [
            [
                *_claim(row, words),
                *(language.quantity(row[key], words.unit(row["commodity"])) for key in ("base", "claimed")),
                _times(row, language),
                language.quantity(row["beyond"], words.unit(row["commodity"])),
            ]
            for row in found.flagged.head(SHOWN).to_dict("records")
        ]
        title = pick(f"Claims above {times} times their base, a year", f"Aanspraken groter dan {times} maal hun basis, per jaar")
        heads = [
            *names,
            pick("Base", "Basis"),
            pick("Claimed", "Gevraagd"),
            pick("Times", "Maal"),
            pick("Got beyond need", "Boven de behoefte gekregen"),
        ]
        screen.print(table(title, heads, rows, figures=4))
        _show_effect(screen, found, language, words, names)
    if len(found.new):
        listed = ", ".join("/".join(row[key] for key in CLAIM) for row in found.new.head(SHOWN).to_dict("records"))
        screen.print(
            pick("New, without a base to compare with: {}", "Nieuw, zonder basis om mee te vergelijken: {}").format(listed), soft_wrap=True
        )


def _show_effect(screen: Any, found: Intake, language: Language, words: Words, names: list[str]) -> None:
    pick = language.pick
    if found.effect.empty:
        screen.print(pick("Nobody gains or loses by that in this scenario.", "Niemand wint of verliest daardoor in dit scenario."))
        return
    rows = []
    for row in found.effect.head(SHOWN).to_dict("records"):
        change = language.quantity(row["change"], words.unit(row["commodity"]))
        shares = (language.percent(row[key] / row["need"]) for key in ("fair", "got"))
        rows.append([str(row["tier"]), *_claim(row, words), *shares, change if row["change"] < 0 else f"+{change}"])
    title = pick(
        "Who loses and who gains by that, of what is needed in the scenario",
        "Wie daardoor verliest en wint, van wat in het scenario nodig is",
    )
    heads = [pick("Class", "Klasse"), *names, pick("At base", "Bij basis"), pick("As claimed", "Als gevraagd"), pick("Change", "Verschil")]
    screen.print(table(title, heads, rows, figures=3))
    losers = int((found.effect["change"] < 0).sum())
    counted = pick("Claims that lose: {}; that gain: {}.", "Aanspraken die verliezen: {}; die winnen: {}.")
    screen.print(counted.format(losers, len(found.effect) - losers))
    if len(found.effect) > SHOWN:
        screen.print(pick("Those that lose most are shown; --json has all.", "Wie het meest verliest is getoond; --json heeft alles."))


def _claim(row: Any, words: Words) -> list[str]:
    return [words.place(row["region"]), words.user(row["sector"]), words.good(row["commodity"])]


def _times(row: Any, language: Language) -> str:
    return language.number(row["times"], 2)


def _plain(found: Intake) -> dict[str, Any]:
    return {
        "scenario": found.inputs.scenario.scenario,
        "framework": found.inputs.framework.framework,
        "concept": found.concept,
        "classification": found.inputs.baseline.classification,
        "factor": found.factor,
        "flagged": _rows(found.flagged),
        "new": _rows(found.new),
        "effect": _rows(found.effect),
    }


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): rounded(value) if isinstance(value, float) else value for key, value in row.items()} for row in frame.to_dict("records")
    ]
