"""``allocator explain``: why, in words."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from allocator.again import run_again
from allocator.cli._output import console, print_json
from allocator.cli._progress import progress
from allocator.cli.run import Lang
from allocator.explain import Reason, asked, given_back
from allocator.output.text import rounded
from allocator.report.language import Language
from allocator.report.reasons import Teller
from allocator.report.view import View
from allocator.run import Run

RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a finished run.")]


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("explain")(explain_)


def explain_(
    run: RunArgument,
    claim: Annotated[str, typer.Option("--claim", metavar="REGION/SECTOR/COMMODITY", help="The claim that is asked about.")],
    minimum: Annotated[float, typer.Option("--minimum", min=0.0, max=1.0, help="Coverage that it should have in every period.")] = 1.0,
    lang: Annotated[Lang, typer.Option("--lang", help="Language of what is printed.")] = Lang.en,
    as_json: Annotated[bool, typer.Option("--json", help="Print the reason as JSON and nothing else.")] = False,
) -> None:
    """Say why a claim is cut, what holds it back, who has what it lacks, and what would have changed it.

    The run is made again from what its manifest says, and refused when its inputs have changed since.

    Examples:
        allocator explain runs/shorter --claim NLD/chemicals/helium_gas
        allocator explain runs/shorter --claim NLD/other/helium_gas --minimum 0.8 --lang nl
    """
    with progress() as tell:
        done = run_again(run, [claim], tell)
        reason = done.explanation.reasons.get(claim)
        if reason:
            tell("explain", "what the crisis took away")
            reason = given_back(reason, done.case, done.inquiry)
            reason = asked(reason, done.inquiry, minimum, lambda what: tell("explain", what))
    if as_json:
        print_json({"run": done.name, "claim": claim, "cut": reason is not None, "reason": _plain(asdict(reason)) if reason else None})
    else:
        _show(done, claim, reason, Language(lang.value))


def _show(done: Run, claim: str, reason: Reason | None, language: Language) -> None:
    view = View(done, language)
    teller, screen = Teller(view), console()
    screen.print(teller.claim(claim), style="bold")
    screen.print(f"{view.title}, run {done.name}")
    if reason is None:
        screen.print(language.pick("It is met in full in every period.", "De vraag is in elke periode volledig gedekt."))
        return
    for heading, paragraphs in teller.tell(reason):
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
