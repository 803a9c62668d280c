"""``allocator data``: the baseline and its sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from allocator.baseline import Baseline, examine, load_baseline
from allocator.baseline.overview import Overview, overview_of
from allocator.cli import COMMANDS
from allocator.cli._baseline import DEFAULT, BaselineOption, baseline_folder
from allocator.cli._output import console, print_json
from allocator.errors import Finding, InvalidInput, suggestion

app = typer.Typer(no_args_is_help=True, help="The baseline and its sources.")

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@COMMANDS.register("data")
def add(program: typer.Typer) -> None:
    """Add the commands."""
    program.add_typer(app, name="data")


@app.command()
def check(baseline: BaselineOption = DEFAULT, as_json: JsonOption = False) -> None:
    """Check every table of a baseline, also against published figures where it has them, and show all faults at once.

    Example: allocator data check --baseline my_baseline
    """
    folder = baseline_folder(baseline)
    read, findings = examine(folder, compare=True)
    if findings:
        raise InvalidInput(findings)
    rows = {name: len(frame) for name, frame in read.tables.items()}
    if as_json:
        print_json({"baseline": read.edition, "rows": rows, "sha256": dict(read.sha256)})
        return
    screen = console()
    screen.print(f"{read.edition}: {sum(rows.values())} rows in {len(rows)} tables, no faults")
    bases = pd.concat([frame["basis"] for frame in read.tables.values() if "basis" in frame]).value_counts()
    screen.print(", ".join(f"{count} {basis}" for basis, count in sorted(bases.items())))


@app.command()
def show(
    commodity: Annotated[str, typer.Argument(help="Id of a commodity, such as helium_liquid.")],
    baseline: BaselineOption = DEFAULT,
    as_json: JsonOption = False,
) -> None:
    """Show the chain, origins, users and stocks of a commodity, and where its numbers come from."""
    folder = baseline_folder(baseline)
    read = load_baseline(folder)
    overview = overview_of(read, known_commodity(read, commodity, folder))
    if as_json:
        print_json(_as_plain(overview))
    else:
        _print_overview(overview, console())


def known_commodity(baseline: Baseline, commodity: str, folder: Path) -> str:
    """Return `commodity` if the baseline has it.

    Raises:
        InvalidInput: it has not; the message suggests the closest and lists all.
    """
    known = sorted(baseline.commodities["commodity"])
    if commodity not in known:
        message = f"no commodity '{commodity}'{suggestion(commodity, known)} (there is {', '.join(known)})"
        raise InvalidInput([Finding(str(folder / "commodities.csv"), 0, 0, "commodity", message, "A111")])
    return commodity


def _as_plain(overview: Overview) -> dict[str, object]:
    frames = {"chain": overview.chain, "makers": overview.makers, "origins": overview.origins, "users": overview.users}
    frames |= {"stocks": overview.stocks, "sources": overview.sources}
    return {"commodity": overview.commodity.to_dict()} | {name: frame.to_dict("records") for name, frame in frames.items()}


def _print_overview(overview: Overview, screen: Console) -> None:
    good = overview.commodity
    screen.print(good["name_en"], style="bold", end="")
    screen.print(f" ({good['commodity']}), in {good['unit']}, {good['stage']}, material {good['material']}")
    screen.print(f"price before the crisis {good['price_eur']:,.0f} EUR/{good['unit']}, lost in 30 days {good['loss_per_month']:.1%}")
    _print_table(screen, "Chain", overview.chain, f"annual runs and units per run; {good['commodity']} is made by or goes into these")
    _print_table(screen, "Made in the Union", overview.makers, f"{good['unit']} a year")
    _print_table(screen, "Imports", overview.origins, f"{good['unit']} a year on arrival")
    _print_table(screen, "Claims", overview.users, f"{good['unit']} a year; largest states; basis of the figures")
    _print_table(screen, "Stocks", overview.stocks, f"{good['unit']}, and days of the use of the Union")
    _print_table(screen, "Sources", overview.sources, "rows about the commodity that rest on each")


def _print_table(screen: Console, title: str, frame: pd.DataFrame, caption: str) -> None:
    if frame.empty:
        screen.print(f"\n{title}: none")
        return
    screen.print(f"\n{title}", style="bold", end="")
    screen.print(f" ({caption})")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in frame.columns:
        numeric = pd.api.types.is_numeric_dtype(frame[name])
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in frame.itertuples(index=False, name=None):
        table.add_row(*(_cell(name, value) for name, value in zip(frame.columns, row, strict=True)))
    screen.print(table)


def _cell(column: str, value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1%}" if column == "share" else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return str(value)
