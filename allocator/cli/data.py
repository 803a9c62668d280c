"""``allocator data``: the baseline and its sources."""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from allocator.baseline import Baseline, examine, load_baseline
from allocator.baseline.grades import GRADES, count_grades
from allocator.baseline.layout import BASES, TABLES
from allocator.baseline.overview import Overview, goods_of, overview_of
from allocator.baseline.template import template_csv, template_xlsx
from allocator.cli._baseline import DEFAULT, BaselineOption, FiguresOption, baseline_folder
from allocator.cli._output import console, print_json, table
from allocator.cli._overview import print_goods, print_overview
from allocator.cli.run import Lang
from allocator.errors import Finding, InvalidInput, suggestion
from allocator.report.language import Language

app = typer.Typer(no_args_is_help=True, help="The baseline and its sources.")

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add(program: typer.Typer) -> None:
    """Add the commands."""
    program.add_typer(app, name="data")


@app.command()
def check(baseline: BaselineOption = DEFAULT, figures: FiguresOption = None, as_json: JsonOption = False) -> None:
    """Check every table of a baseline, also against published figures where it has them, and show all faults at once.

    Without faults it counts the rows by their grade: A reported, B derived or transcribed, C assumed in part or second hand, D assumed.

    Examples:
        allocator data check
        allocator data check --baseline baseline/my_edition --json
        allocator data check --figures my_figures
    """
    folder = baseline_folder(baseline)
    read, findings = examine(folder, compare=True, figures=figures)
    if findings:
        raise InvalidInput(findings)
    rows = {name: len(frame) for name, frame in read.tables.items()}
    cited = {name: frame for name, frame in read.tables.items() if "basis" in frame}
    graded = {name: {grade: int(count) for grade, count in count_grades(frame, read.sources).items()} for name, frame in cited.items()}
    if as_json:
        own = {"figures": {"classification": read.own.classification, "sha256": dict(read.own.sha256)}} if read.own else {}
        named = {
            name: {**{basis: int((cited[name]["basis"] == basis).sum()) for basis in BASES}, "without_source": one["D"], **one}
            for name, one in graded.items()
        }
        print_json({"baseline": read.edition, "rows": rows, "grades": named, "sha256": dict(read.sha256), **own})
        return
    screen = console()
    screen.print(f"{read.edition}: {sum(rows.values())} rows in {len(rows)} tables, no faults")
    for name, (replaced, added) in read.own.rows.items() if read.own else ():
        screen.print(f"own figures ({read.classification}) in {name}: {replaced} rows replaced, {added} added")
    heads = ["table", "rows", *(f"{grade}: {english}" for grade, (english, _) in GRADES.items())]
    lines = [(name, str(rows[name]), *(str(count) for count in counts.values())) for name, counts in graded.items()]
    totals = [str(int(total)) for total in pd.DataFrame(graded).sum(axis=1)]
    screen.print(table("", heads, [*lines, ("all that cite", str(sum(map(int, totals))), *totals)], figures=5))


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Id of a good, such as helium_liquid, or of a material, such as gallium.")],
    baseline: BaselineOption = DEFAULT,
    figures: FiguresOption = None,
    lang: Annotated[Lang, typer.Option("--lang", help="Language of what is printed.")] = Lang.en,
    as_json: JsonOption = False,
) -> None:
    """Show a good: its chain, origins, makers, users, stocks and dependency, and where each number comes from.

    Examples:
        allocator data show gallium_metal --lang nl
        allocator data show gallium
        allocator data show helium_liquid --json
    """
    folder = baseline_folder(baseline)
    read = load_baseline(folder, figures)
    language = Language(lang.value)
    goods = goods_asked_for(read, name, folder)
    if read.own and not as_json:
        console().print(f"{language.pick('Classification', 'Rubricering')}: {read.classification}", style="bold red")
    if len(goods) > 1:
        _show_goods(name, goods, read, language, as_json)
        return
    overview = overview_of(read, goods["commodity"].iloc[0])
    if as_json:
        print_json({**_as_plain(overview), **_marked(read)})
    else:
        print_overview(overview, read, language, console())


TableName = StrEnum("TableName", list(TABLES))  # type: ignore[misc]  # made of the tables that there are


class Format(StrEnum):
    """Forms of a template."""

    xlsx = "xlsx"
    csv = "csv"


@app.command()
def template(
    table: Annotated[TableName, typer.Argument(metavar="TABLE", help="Table of the baseline, such as demands or reserves.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="File to write. Default: TABLE.xlsx or TABLE.csv, here.")
    ] = None,
    form: Annotated[Format | None, typer.Option("--format", help="Form of the file. Default: what FILE ends in, else xlsx.")] = None,
    baseline: BaselineOption = DEFAULT,
) -> None:
    """Write an empty table for own figures: headings, what each column may hold, its unit, and an example from the baseline.

    Examples:
        allocator data template reserves --out my_figures/reserves.xlsx
        allocator data template demands --format csv
    """
    shape = TABLES[table.value]
    form = form or (Format.csv if out and out.suffix.lower() == ".csv" else Format.xlsx)
    file = out or Path(f"{shape.name}.{form.value}")
    if file.suffix.lower() != f".{form.value}":
        raise typer.BadParameter(f"{file.name} does not end in .{form.value}", param_hint="--out")
    rows = load_baseline(baseline_folder(baseline)).tables[shape.name]
    if rows.empty:
        raise typer.BadParameter(f"the baseline has no row of {shape.name} to show as an example", param_hint="TABLE")
    content = (template_csv if form is Format.csv else template_xlsx)(shape, rows.iloc[0])
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("xb") as stream:  # never over what somebody has filled in
            stream.write(content)
    except FileExistsError:
        message = "there is such a file already; name another one with --out, or remove it"
        raise InvalidInput([Finding(str(file), 0, 0, "", message, "A705")]) from None
    sys.stdout.write(f"{file}\n")


def goods_asked_for(baseline: Baseline, name: str, folder: Path) -> pd.DataFrame:
    """Return the good with this id, or else the goods of the material with this id, as `goods_of` gives them.

    Raises:
        InvalidInput: the baseline has neither; the message suggests the closest.
    """
    about = baseline.commodities
    own = about[about["commodity"] == name]
    if len(own):
        goods = goods_of(baseline, str(own["material"].iloc[0]))
        return goods[goods["commodity"] == name]
    goods = goods_of(baseline, name)
    if goods.empty:
        known = sorted({*about["commodity"], *about["material"]})
        message = f"no good or material '{name}'{suggestion(name, known)} (allocator list commodities shows all)"
        if name in set(baseline.lists["material"]):
            message = f"'{name}' is on a list of critical materials, but this baseline holds no goods of it (allocator list commodities)"
        raise InvalidInput([Finding(str(folder / "commodities.csv"), 0, 0, "commodity", message, "A111")])
    return goods


def _show_goods(material: str, goods: pd.DataFrame, baseline: Baseline, language: Language, as_json: bool) -> None:
    if as_json:
        print_json({"material": material, "goods": goods.to_dict("records"), **_marked(baseline)})
    else:
        print_goods(material, goods, baseline, language, console())


def _marked(baseline: Baseline) -> dict[str, str]:
    return {"classification": baseline.classification} if baseline.own else {}


def _as_plain(overview: Overview) -> dict[str, Any]:
    return {name: _plain(value) for name, value in asdict(overview).items()}


def _plain(value: object) -> object:
    if isinstance(value, pd.DataFrame):
        return value.astype(object).where(value.notna(), None).to_dict("records")
    return value.to_dict() if isinstance(value, pd.Series) else value
