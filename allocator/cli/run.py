"""``allocator run``: the main job."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from allocator.cli._baseline import FiguresOption
from allocator.cli._output import console, table
from allocator.cli._progress import progress
from allocator.cli._scenario import FrameworkOption, ScenarioArgument, SettingsOption
from allocator.output import Written, choose_target, write_run
from allocator.output.text import json_text
from allocator.report import require_pdf
from allocator.report.language import Language
from allocator.report.sections._plants import searched
from allocator.report.view import View
from allocator.run import Run, run_scenario
from allocator.solve import Limits


class Lang(StrEnum):
    """Languages of the report."""

    en = "en"
    nl = "nl"


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("run")(run)


def run(
    scenario: ScenarioArgument,
    framework: FrameworkOption = None,
    settings: SettingsOption = None,
    figures: FiguresOption = None,
    deliveries: Annotated[
        Path | None,
        typer.Option("--deliveries", metavar="FILE", help="What an earlier round allocated and what arrived; see docs/how-to/rounds.md."),
    ] = None,
    gap: Annotated[
        float, typer.Option("--gap", min=0.0, max=0.1, help="With plants that run or stand still: how near to the best plan to come.")
    ] = Limits.gap,
    nodes: Annotated[
        int, typer.Option("--nodes", min=1, help="With such plants: how far to search for it, in nodes a program.")
    ] = Limits.nodes,
    time_limit: Annotated[
        float | None,
        typer.Option(
            "--time-limit", min=0.1, metavar="SECONDS", help="With such plants: when to stop a program; the answer may then differ."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder to write to. Default: runs/<scenario>-<case hash>/.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write to a folder that is not empty.")] = False,
    lang: Annotated[Lang, typer.Option("--lang", help="Language in which the report opens.")] = Lang.en,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write report.pdf as well, in the language of --lang; needs the add-on pdf.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON and nothing else.")] = False,
) -> None:
    """Run a scenario and write its allocation, certified and audited.

    Examples:
        allocator run scenarios/hormuz-closure.yaml
        allocator run hormuz_closure --framework equal_cut --lang nl
        allocator run hormuz_closure --set disruptions.0.months=3 --out shorter
        allocator run hormuz_closure --figures my_figures
    """
    target = choose_target(out, overwrite)
    if pdf:
        require_pdf()
    with progress() as tell:
        limits = Limits(gap, nodes, time_limit)
        done = run_scenario(scenario, framework, settings or (), tell, figures, deliveries, limits=limits)
        written = write_run(done, target, lang.value, tell, pdf)
    if as_json:
        sys.stdout.write(json_text(written.summary))
    else:
        _show(done, written, Language(lang.value))


def _show(done: Run, written: Written, language: Language) -> None:
    """Print what is short, who is served, and where the files are."""
    view, pick = View(done, language), language.pick
    screen = console()
    screen.print(view.title, style="bold")
    if view.marked:
        screen.print(f"{pick('Classification', 'Rubricering')}: {view.marked}", style="bold red")
    if view.concept:
        screen.print(pick("Concept, no legal force", "Concept, geen rechtskracht"), style="yellow")
    elif view.ungrounded:
        screen.print(f"{pick('Adopted', 'Vastgesteld')}. {view.ungrounded}", style="yellow")
    rows = []
    for row in view.commodities.to_dict("records"):
        name = str(row["commodity"])
        if name in view.short:
            worst = f"{language.percent(float(row['worst_coverage']))} {language.period(str(row['worst_period']))}"
            missing = f"{language.amount(float(row['shortfall']))} {view.unit(name)}"
            rows.append((view.commodity(name), missing, language.percent(float(row["coverage"])), worst))
    if rows:
        heads = [pick("Material", "Materiaal"), pick("Short", "Tekort"), pick("Coverage", "Dekkingsgraad"), pick("Lowest", "Laagste")]
        screen.print(table(pick("What is short", "Waaraan tekort is"), heads, rows, figures=3))
    covered = len(view.commodities) - len(rows)
    screen.print(
        pick("{} of {} materials are met in full.", "In {} van de {} materialen is volledig voorzien.").format(
            covered, len(view.commodities)
        )
    )
    tiers = [
        (view.tier(entry["rank"]), language.percent(entry["coverage"]), language.percent(entry["lowest_coverage"]))
        for entry in written.summary["tiers"]
    ]
    heads = [pick("Class", "Klasse"), pick("Mean coverage", "Gemiddelde dekking"), pick("Lowest", "Laagste")]
    screen.print(table(pick("Who is served", "Wie wordt voorzien"), heads, tiers, figures=2))
    if done.conflicts:
        told = pick("What cannot all hold: {}, named in the report.", "Wat niet samen kan gelden: {}, genoemd in het rapport.")
        screen.print(told.format(len(done.conflicts)), style="yellow")
    for sentence in searched(view):
        screen.print(sentence, style="yellow")
    screen.print(pick("Report: {}", "Rapport: {}").format(written.folder / "report.html"), soft_wrap=True)
