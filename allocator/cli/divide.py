"""``allocator divide``: one volume among many claimants."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from allocator.cli import AS_JSON
from allocator.cli._estate import Estate, estate_of_number, estate_of_run, refused
from allocator.cli._output import console, print_json, table
from allocator.cli.run import Lang
from allocator.divide import RULES, Division, RuleDoesNotApplyError, Terms, gini, settle, spelt
from allocator.divide.axioms import axiom_table
from allocator.divide.checks import NOISE, columns_used, require_sound
from allocator.divide.claims_file import Claims, read_claims
from allocator.divide.rules import FloatArray
from allocator.divide.rules.treaty import allocation_rights
from allocator.divide.sums import exact_sum
from allocator.output.folder import write_file
from allocator.output.text import exact_csv_text
from allocator.report.language import Language

#: Columns of the treaty from which follows what each has of its own, and so the estate.
SUPPLY = ("production", "net_imports", "loss")
#: Names that are listed on the screen; others are counted.
NAMED = 5

RuleName = StrEnum("RuleName", {name: spelt(name) for name in RULES})  # type: ignore[misc]  # made of the rules that there are


class Truncation(StrEnum):
    """What a claim may count up to."""

    base = "base"
    estate = "estate"


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("divide")(divide)


def _show_axioms(context: typer.Context, wanted: bool) -> None:
    """Search the axioms and end; a table of verdicts, then what breaks them."""
    if not wanted:
        return
    found = axiom_table()
    if context.meta[AS_JSON]:
        print_json({axiom: {spelt(rule): asdict(one) for rule, one in verdicts.items()} for axiom, verdicts in found.items()})
        raise typer.Exit
    screen = console()
    rows = [(axiom, *(f"yes {one.searched}" if one.holds else "no" for one in verdicts.values())) for axiom, verdicts in found.items()]
    screen.print(table("yes: holds in so many problems searched", ["axiom", *map(spelt, RULES)], rows))
    for axiom, verdicts in found.items():
        broken = {rule: one.broken for rule, one in verdicts.items() if not one.holds}
        if broken:
            screen.print(f"\n{axiom}: smallest problems that break it", style="bold")
        for rule, problem in broken.items():
            screen.print(f"  {spelt(rule)}: {problem}", soft_wrap=True)
    raise typer.Exit


def divide(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with claimant,claim and what the rule needs: weight, priority, ...")],
    rule: Annotated[RuleName, typer.Option("--rule", "-r", help="How to divide; docs/rules/README.md says when to use which.")],
    estate: Annotated[str | None, typer.Option("--estate", "-e", metavar="E", help="The volume to divide, in the unit of claims.")] = None,
    run: Annotated[Path | None, typer.Option("--run", metavar="RUN", help="Folder of a finished run that gives the volume.")] = None,
    claim: Annotated[str | None, typer.Option("--claim", metavar="REGION/SECTOR/COMMODITY", help="The claim of that run.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="One period of the run. Default: all periods together.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="File to write, or to replace. Default: print.")] = None,
    decimals: Annotated[int | None, typer.Option("--decimals", min=0, max=12, help="Round awards so that they still add up.")] = None,
    width: Annotated[float | None, typer.Option("--width", help="For soft-priority: closer ones are served together.")] = None,
    truncate: Annotated[
        list[Truncation] | None,
        typer.Option("--truncate", help="Count no more of a claim than its base period or the estate. Repeatable."),
    ] = None,
    factor: Annotated[float | None, typer.Option("--factor", help="For --truncate base: times the base period. Default: 1.")] = None,
    parcel: Annotated[float | None, typer.Option("--parcel", help="Least award that is of use; smaller ones go to the others.")] = None,
    lang: Annotated[Lang, typer.Option("--lang", help="Language of what is printed.")] = Lang.en,
    as_json: Annotated[bool, typer.Option("--json", help="Print awards and what there is to say of them as JSON.")] = False,
    _: Annotated[
        bool, typer.Option("--axioms", is_eager=True, callback=_show_axioms, help="Show which axioms each rule keeps to, and exit.")
    ] = False,
) -> None:
    """Divide one volume among many claimants: a CSV of claims in, the same with awards out.

    Examples:
        allocator divide firms.csv --estate 300 --rule talmud --out awards.csv
        allocator divide firms.csv --estate 61.71 --rule proportional --decimals 1 --out awards.csv
        allocator divide firms.csv --run runs/mine --claim NLD/health/helium_liquid --rule equal-awards --truncate base --out awards.csv
        allocator divide --axioms
    """
    _require_options(rule, (estate, run, claim, period), width, truncate or [], factor, parcel)
    if out and out.exists() and out.samefile(file):
        raise refused(str(out), "this is the file of claims itself; name another one", "A705")
    given = estate_of_run(run, claim or "", period) if run else estate_of_number(estate) if estate is not None else None
    claims = _read(file, parcel)
    own = _own_supply(claims) if rule.name == "treaty" else None
    given = _agreed(given, own, str(file))
    cut_to_base = Truncation.base in (truncate or [])
    terms = Terms(
        rule.name,
        given.volume,
        {} if width is None else {"width": width},
        (1.0 if factor is None else factor) if cut_to_base else None,
        Truncation.estate in (truncate or []),
        decimals,
    )
    require_sound(claims, terms)
    try:
        done = settle(claims.names, claims.claims, claims.columns, terms)
    except RuleDoesNotApplyError as error:
        raise refused(str(file), str(error), error.code) from None
    columns = _columns(claims, done, own)
    if out:
        write_file(out, exact_csv_text(columns).encode(), overwrite=True)
    if as_json:
        print_json(_plain(claims, given, terms, done, columns))
        return
    told = "\n".join([*_told(claims, given, terms, done, Language(lang.value)), ""])
    if out:
        sys.stdout.write(f"{told}{out}\n")
    else:
        sys.stdout.write(exact_csv_text(columns))
        sys.stderr.write(told)


def _read(file: Path, parcel: float | None) -> Claims:
    """Return the claims of a file, with the least award that is of use to each where it is the same for all."""
    claims = read_claims(file)
    if parcel is None:
        return claims
    if "parcel" in claims.columns:
        raise refused(str(file), "parcels stand in a column of the file and in --parcel; leave out one of them", "A823")
    return replace(claims, columns={**claims.columns, "parcel": np.full(len(claims.claims), parcel)})


def _columns(claims: Claims, done: Division, own: FloatArray | None) -> dict[str, Any]:
    """Return the columns of the file that is written."""
    columns: dict[str, Any] = {"claimant": claims.names, "claim": claims.claims.tolist(), "award": done.awards.tolist()}
    if done.recognised is not claims.claims:
        columns["recognised"] = done.recognised.tolist()
    if own is not None:
        columns["allocation_right"] = allocation_rights(done.awards, own).tolist()
    return columns


def _require_options(
    rule: RuleName,
    volume: tuple[str | None, Path | None, str | None, str | None],
    width: float | None,
    truncate: list[Truncation],
    factor: float | None,
    parcel: float | None,
) -> None:
    """Refuse options that do not go together."""
    estate, run, claim, period = volume
    if estate is not None and run:
        raise typer.BadParameter("the volume comes from --estate or from --run; leave out one of them", param_hint="--estate")
    if estate is None and not run and rule.name != "treaty":
        raise typer.BadParameter("name the volume to divide, or a finished run with --run and --claim", param_hint="--estate")
    if run and claim is None:
        raise typer.BadParameter("name the claim of the run whose volume is divided", param_hint="--claim")
    if not run and (claim is not None or period is not None):
        raise typer.BadParameter("--claim and --period belong to a finished run; name it", param_hint="--run")
    if (rule.name == "soft_priority") != (width is not None):
        says = "soft-priority needs it, a number above 0" if width is None else f"it belongs to soft-priority; {rule} has none"
        raise typer.BadParameter(says, param_hint="--width")
    if factor is not None and Truncation.base not in truncate:
        raise typer.BadParameter("it belongs to --truncate base; add that", param_hint="--factor")
    for name, number in (("--width", width), ("--factor", factor), ("--parcel", parcel)):
        if number is not None and not 0.0 < number < np.inf:
            raise typer.BadParameter(f"{number:g} is no use; give a number above 0", param_hint=name)


def _own_supply(claims: Claims) -> FloatArray | None:
    """Return what each has of its own under the treaty, where the file says so: production and net imports less what is lost."""
    production, imports, loss = (claims.columns.get(name) for name in SUPPLY)
    if production is None and loss is None:
        return None
    if production is None or loss is None or imports is None:
        missing = ", ".join(name for name in SUPPLY if name not in claims.columns)
        message = f"{missing} missing; production, net_imports and loss say together what each has: add it, or leave out the others"
        raise refused(str(claims.file), message, "A821")
    return production + imports - loss


def _agreed(given: Estate | None, own: FloatArray | None, file: str) -> Estate:
    """Return the estate, which under the treaty may follow from the file."""
    if own is None:
        if given is None:
            raise typer.BadParameter("name what is available, or add the columns production and loss to the file", param_hint="--estate")
        return given
    together = exact_sum(own)
    if given is not None and abs(given.volume - together) > NOISE * max(together, given.volume):
        message = f"production and net imports less losses are {together:.9g}, the estate is {given.volume:.9g}; leave out --estate"
        raise refused(file, message, "A820")
    if together < 0.0:
        raise refused(file, f"production and net imports less losses are {together:.9g} together; expected at least 0", "A820")
    return given or Estate(together)


def _unused(claims: Claims, terms: Terms) -> list[str]:
    supply = SUPPLY if terms.rule == "treaty" else ()
    return sorted(set(claims.columns) - {*columns_used(terms), *supply, "parcel", "base"})


def _above_base(claims: Claims, factor: float) -> int:
    return int(np.count_nonzero(claims.claims > claims.columns["base"] * factor)) if "base" in claims.columns else 0


def _told(claims: Claims, given: Estate, terms: Terms, done: Division, language: Language) -> list[str]:
    """Return what a reader must know of a division, line by line."""
    pick = language.pick
    names = np.array(claims.names, dtype=object)

    def number(value: float) -> str:
        return f"{value:.9g}{' ' + language.unit(given.unit) if given.unit else ''}".replace(".", pick(".", ","))

    total = exact_sum(claims.claims)
    lines = [f"{pick('Classification', 'Rubricering')}: {given.classification}"] if given.classification not in ("", "public") else []
    lines += [pick("Concept, no legal force", "Concept, geen rechtskracht")] if given.concept else []
    if given.run:
        span = given.periods[0] if len(given.periods) == 1 else f"{given.periods[0]} - {given.periods[-1]}"
        lines.append(f"{given.run}, {given.claim}, {span}: {number(given.volume)}")
    says = pick(
        "{0} of the {1} claimed is awarded ({2}), by {3}. Claimants: {4}.",
        "Van de gevraagde {1} wordt {0} toegewezen ({2}), volgens {3}. Aanvragers: {4}.",
    )
    share = language.percent(done.awarded / total if total else 1.0)
    lines.append(says.format(number(done.awarded), number(total), share, spelt(terms.rule), len(names)))
    asked = claims.claims > 0.0
    if asked.any():
        met = done.awards[asked] / claims.claims[asked]
        says = pick(
            "Of a claim {} to {} is met. Gini coefficient: {}.", "Toegewezen deel van een aanspraak: {} tot {}. Gini-coëfficiënt: {}."
        )
        spread = f"{gini(done.awards):.3f}".replace(".", pick(".", ","))
        lines.append(says.format(language.percent(float(met.min())), language.percent(float(met.max())), spread))
    above = _above_base(claims, 1.0 if terms.factor is None else terms.factor)
    if above and terms.factor is None:
        says = pick(
            "Claims above their base period that count in full: {}; --truncate base counts no more than that.",
            "Aanspraken boven hun basisperiode die volledig meetellen: {}; --truncate base telt niet meer dan dat.",
        )
        lines.append(says.format(above))
    elif above:
        says = pick(
            "Claims that count only up to their base period, times {1:g}: {0}.",
            "Aanspraken die maar tot hun basisperiode, maal {1:g}, tellen: {0}.",
        )
        lines.append(says.format(above, terms.factor))
    if done.left_out.any():
        says = pick("Nothing for {}, below the minimum parcel: {}.", "Niets voor {}, onder de kleinste partij: {}.")
        lines.append(says.format(int(done.left_out.sum()), _some(names[done.left_out].tolist())))
    if done.left > 0.0:
        lines.append(pick("Left, for nobody may have it: {}.", "Over, want niemand mag het hebben: {}.").format(number(done.left)))
    if done.awarded > terms.estate:
        says = pick("Rounding gives {} more than there is.", "Door afronding wordt {} meer toegewezen dan er is.")
        lines.append(says.format(number(done.awarded - terms.estate)))
    unused = _unused(claims, terms)
    if unused:
        lines.append(pick("Columns without a say in this: {}.", "Kolommen die hierbij niet meetellen: {}.").format(", ".join(unused)))
    return lines


def _some(names: list[str]) -> str:
    shown = sorted(names)[:NAMED]
    return ", ".join(shown) + (f" + {len(names) - NAMED}" if len(names) > NAMED else "")


def _plain(claims: Claims, given: Estate, terms: Terms, done: Division, columns: dict[str, Any]) -> dict[str, Any]:
    from_run = {
        "run": given.run,
        "claim": given.claim,
        "periods": list(given.periods),
        "unit": given.unit,
        "classification": given.classification or "public",
        "concept": given.concept,
    }
    return {
        "file": claims.file,
        "rule": spelt(terms.rule),
        "estate": terms.estate,
        **(from_run if given.run else {}),
        "claimed": exact_sum(claims.claims),
        "awarded": done.awarded,
        "left": done.left,
        "gini": gini(done.awards),
        "left_out": [name for name, out in zip(claims.names, done.left_out.tolist(), strict=True) if out],
        "above_base": _above_base(claims, 1.0 if terms.factor is None else terms.factor),
        "unused_columns": _unused(claims, terms),
        "awards": [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)],
    }
