"""``allocator explain``: why, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from allocator.again import run_again
from allocator.case.standing import standing_of
from allocator.cli._answers import Answer, about_figures, about_ranges, about_rules, write_tables
from allocator.cli._output import console, print_json
from allocator.cli._progress import progress
from allocator.cli.run import Lang
from allocator.explain import Reason, asked, given_back
from allocator.explain.breakeven import MOST_FIGURES
from allocator.output.text import rounded
from allocator.report.language import Language
from allocator.report.reasons import Teller
from allocator.report.sections._plants import searched
from allocator.report.view import View
from allocator.run import Run

RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a finished run.")]
ClaimOption = Annotated[str | None, typer.Option("--claim", metavar="REGION/SECTOR/COMMODITY", help="The claim that is asked about.")]
MinimumOption = Annotated[float, typer.Option("--minimum", min=0.0, max=1.0, help="Coverage that it should have in every period.")]


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("explain")(explain_)


def explain_(
    run: RunArgument,
    claim: ClaimOption = None,
    minimum: MinimumOption = 1.0,
    rules: Annotated[bool, typer.Option("--rules", help="What each rule of the framework gives to whom and takes from whom.")] = False,
    ranges: Annotated[bool, typer.Option("--ranges", help="How far flows could have been otherwise with nobody the worse.")] = False,
    break_even: Annotated[
        bool, typer.Option("--break-even", help="Which assumed figure turns a ranking or a guarantee, and where.")
    ] = False,
    most: Annotated[int, typer.Option("--most", min=1, help="Assumed figures that --break-even tries.")] = MOST_FIGURES,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for tables: rules.csv, ranges.csv, break_even.csv.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace tables that are there already.")] = False,
    lang: Annotated[Lang, typer.Option("--lang", help="Language of what is printed.")] = Lang.en,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON and nothing else.")] = False,
) -> None:
    """Say why a claim is cut, what holds it back, who has what it lacks, and what would have changed it.

    Or, of the whole run, what each rule costs whom, what could have been otherwise, and which assumed figures decide. The run is made again
    from what its manifest says, and refused when its inputs have changed since.

    Examples:
        allocator explain runs/shorter --claim NLD/chemicals/helium_gas
        allocator explain runs/shorter --claim NLD/other/helium_gas --minimum 0.8 --lang nl
        allocator explain runs/shorter --rules --out answers
        allocator explain runs/shorter --rules --claim NLD/other/helium_gas --minimum 0.5
        allocator explain runs/shorter --ranges --break-even --most 6
    """
    if claim is None and not (rules or ranges or break_even):
        raise typer.BadParameter("name a claim, or ask for --rules, --ranges or --break-even", param_hint="--claim")
    with progress() as tell:
        done = run_again(run, [claim] if claim else [], tell)
        reason = _reason(done, claim, minimum, tell) if claim else None
        answers = [about_rules(done, Language(lang.value), claim if reason else None, minimum, reason, tell)] if rules else []
        answers += [about_ranges(done, Language(lang.value), tell)] if ranges else []
        answers += [about_figures(done, Language(lang.value), most, tell)] if break_even else []
    if out:
        write_tables(done, answers, out, overwrite)
    if as_json:
        may_differ = {"may_differ": True} if done.may_differ else {}
        print_json(
            {
                "run": done.name,
                **may_differ,
                **_of_claim(claim, reason),
                **{key: value for one in answers for key, value in one.content.items()},
            }
        )
    else:
        _show(done, claim, reason, answers, Language(lang.value))


def _reason(done: Run, claim: str, minimum: float, tell: Callable[[str, str], None]) -> Reason | None:
    reason = done.explanation.reasons.get(claim)
    if reason:
        tell("explain", "what the crisis took away")
        reason = given_back(reason, done.case, done.inquiry)
        reason = asked(reason, done.inquiry, standing_of(done.case, done.framework), minimum, lambda what: tell("explain", what))
    return reason


def _of_claim(claim: str | None, reason: Reason | None) -> dict[str, Any]:
    if claim is None:
        return {}
    return {"claim": claim, "cut": reason is not None, "reason": _plain(asdict(reason)) if reason else None}


def _show(done: Run, claim: str | None, reason: Reason | None, answers: Sequence[Answer], language: Language) -> None:
    view = View(done, language)
    teller, screen = Teller(view), console()
    if claim:
        screen.print(teller.claim(claim), style="bold")
    screen.print(f"{view.title}, run {done.name}")
    for sentence in searched(view):
        screen.print(sentence, style="yellow")
    if claim and reason is None:
        screen.print(language.pick("It is met in full in every period.", "De vraag is in elke periode volledig gedekt."))
    told = list(teller.tell(reason)) if reason else []
    for heading, paragraphs in [*told, *(part for one in answers for part in one.told)]:
        screen.print()
        screen.print(heading, style="bold")
        for paragraph in paragraphs:
            screen.print(paragraph, soft_wrap=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return rounded(value) if isinstance(value, float) else value
