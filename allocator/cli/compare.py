"""``allocator compare``: two runs beside each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console

from allocator.baseline import Baseline, load_baseline
from allocator.cli._baseline import FiguresOption
from allocator.cli._output import console, print_json, table
from allocator.cli._progress import progress
from allocator.cli.run import Lang
from allocator.closed import choices
from allocator.compare import Comparison, Side, compare, read_side
from allocator.errors import Finding, InvalidInput
from allocator.inputs import holds_framework, read_inputs
from allocator.output import choose_target, write_run
from allocator.output.comparison import write_comparison
from allocator.output.text import rounded
from allocator.report.compare_view import CompareView, Table
from allocator.report.language import Language
from allocator.run import run_scenario
from allocator.scenario import NotFoundError, find_baseline, shipped
from allocator.scenario.files import ids_in, is_path

#: Rows of a table on the terminal.
SHOWN = 12


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("compare")(compare_)


def compare_(
    a: Annotated[str, typer.Argument(metavar="A", help="A scenario, a framework, or the folder of a finished run.")],
    b: Annotated[str, typer.Argument(metavar="B", help="What A is compared with, of the same kinds.")],
    scenario: Annotated[str | None, typer.Option("--scenario", "-s", help="The scenario on which frameworks are compared.")] = None,
    figures: FiguresOption = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help="Folder for comparison.csv and comparison.html.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write to a folder that is not empty.")] = False,
    lang: Annotated[Lang, typer.Option("--lang", help="Language of what is printed, and in which the page opens.")] = Lang.en,
    as_json: Annotated[bool, typer.Option("--json", help="Print the differences as JSON and nothing else.")] = False,
) -> None:
    """Show what differs between two scenarios, frameworks or finished runs: who gains, who loses.

    Scenarios and frameworks are run first, as by allocator run, into runs/.

    Examples:
        allocator compare nl_draft equal_cut --scenario hormuz_closure
        allocator compare hormuz_closure my-crisis.yaml --out compared
        allocator compare runs/before runs/after --json
    """
    target = choose_target(out, overwrite) if out else None
    sides = [_prepared(name, scenario, figures) for name in (a, b)]
    first, second = (side() for side in sides)
    found = compare(first, second)
    baseline = _baseline_of(second)
    if out and target:
        write_comparison(found, baseline, out, lang.value)
    if as_json:
        print_json(_plain(found))
    else:
        _show(CompareView(found, baseline, Language(lang.value)), out)


def _prepared(name: str, scenario: str | None, figures: Path | None) -> Callable[[], Side]:
    """Return how to get at a side; what is wrong with its name is told before anything runs."""
    path = Path(name)
    if path.is_dir():
        side = read_side(path)
        return lambda: side
    if not _is_framework(name):
        _require_known(name)
        read_inputs(name, figures=figures)
        return lambda: _run(name, None, figures)
    if scenario is None:
        raise typer.BadParameter(f"'{name}' is a framework; name the scenario on which to compare", param_hint="--scenario")
    read_inputs(scenario, name, figures=figures)
    return lambda: _run(scenario, name, figures)


def _require_known(name: str) -> None:
    """Raise `InvalidInput` for an id of which there is neither a scenario nor a framework."""
    if not is_path(name) and not Path(name).exists():
        try:
            known = sorted({*ids_in(Path(), "scenario"), *shipped("scenario"), *shipped("framework")})
        except NotFoundError as error:  # two files here share an id
            raise InvalidInput([Finding(name, 0, 0, "", str(error), "A706")]) from None
        if name not in known:
            message = f"there is no such run, scenario or framework{choices(known, name)}"
            raise InvalidInput([Finding(name, 0, 0, "", message, "A706")])


def _is_framework(name: str) -> bool:
    path = Path(name)
    if path.is_file():
        return holds_framework(path)
    return not is_path(name) and name in shipped("framework")


def _run(scenario: str, framework: str | None, figures: Path | None) -> Side:
    with progress() as tell:
        done = run_scenario(scenario, framework, (), tell, figures)
        return read_side(write_run(done, choose_target(None, overwrite=False), "en", tell).folder)


def _baseline_of(side: Side) -> Baseline | None:
    """Return the baseline that gives names, if it is here."""
    try:
        return load_baseline(find_baseline(str(side.summary["baseline"]), Path()))
    except (NotFoundError, InvalidInput):
        return None


def _show(view: CompareView, out: Path | None) -> None:
    one, pick, screen = view.comparison, view.language.pick, console()
    for letter, side in (("A", one.a), ("B", one.b)):
        screen.print(f"{letter}  {view.title(side)}  ({side.run})", style="bold", soft_wrap=True)
    if view.marked:
        screen.print(f"{pick('Classification', 'Rubricering')}: {view.marked}", style="bold red")
    if view.concept:
        screen.print(pick("Concept, no legal force", "Concept, geen rechtskracht"), style="yellow")
    screen.print(" ".join(view.sentences))
    screen.print(view.scope)
    goods = pick("By sector and material", "Per sector en materiaal")
    for part in (view.question(), view.tiers(), view.sectors(), view.goods(one.goods, goods), view.reserves()):
        if part.rows:
            _print(screen, part, view.language)
    if out:
        screen.print(pick("Page: {}", "Pagina: {}").format(out / "comparison.html"), soft_wrap=True)


def _print(screen: Console, part: Table, language: Language) -> None:
    screen.print()
    screen.print(table(part.title, part.heads, part.ends(SHOWN), figures=len(part.heads) - part.words))
    if len(part.rows) > SHOWN:
        more = language.pick(
            "{} rows in the middle are left out; --out DIR writes all", "{} regels in het midden zijn weggelaten; --out MAP schrijft alle"
        )
        screen.print(more.format(len(part.rows) - SHOWN))


def _plain(found: Comparison) -> dict[str, Any]:
    keys = ("scenario", "framework", "baseline", "case_hash")
    sides = {name: {"run": side.run, **{key: side.summary[key] for key in keys}} for name, side in (("a", found.a), ("b", found.b))}
    tables = ("question", "tiers", "sectors", "goods", "claims", "months", "reserves")
    return {
        **sides,
        "same": found.same,
        "classification": found.classification or "public",
        **({"may_differ": True} if found.may_differ else {}),
        "periods": list(found.periods),
        "claims_compared": found.compared,
        "claims_only_a": found.only_a,
        "claims_only_b": found.only_b,
        **{name: _rows(getattr(found, name)) for name in tables},
    }


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): _value(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _value(value: Any) -> Any:
    if isinstance(value, float):
        return None if value != value else rounded(value)
    return value.item() if hasattr(value, "item") else value
