"""``allocator letter``: the draft decision to a claimant."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from allocator.again import MANIFEST, run_again
from allocator.case.standing import standing_of
from allocator.cli._output import console
from allocator.cli._progress import progress
from allocator.cli.explain import RunArgument
from allocator.cli.run import Lang
from allocator.explain import asked
from allocator.letter import Form, Reference, facts, read_template, render, sign
from allocator.output.folder import write_file
from allocator.report.language import Language
from allocator.report.view import View

#: Folder in that of the run.
LETTERS = "letters"


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("letter")(letter)


def letter(
    run: RunArgument,
    claim: Annotated[list[str], typer.Option("--claim", metavar="REGION/SECTOR/COMMODITY", help="Whose letter; may be repeated.")],
    lang: Annotated[Lang, typer.Option("--lang", help="Language of the letter.")] = Lang.en,
    form: Annotated[Form, typer.Option("--form", help="A page, or plain text.")] = Form.html,
    template: Annotated[
        Path | None, typer.Option("--template", "-t", help="The ministry's own template, or a folder with letter.en.md and letter.nl.md.")
    ] = None,
    role: Annotated[str | None, typer.Option("--sign", metavar="ROLE", help="Role that signs; left out: a draft.")] = None,
    date: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Date of the letter, with --sign.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder to write to. Default: letters/ in the folder of the run.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace letters that are there.")] = False,
) -> None:
    """Write the draft decision to a claimant: what is granted, why, and what would have changed it.

    Of other claimants a letter names nothing but the class that goes before. It is a draft until a role that its template names signs it.

    Examples:
        allocator letter runs/shorter --claim NLD/other/helium_gas --lang nl
        allocator letter runs/shorter --claim NLD/other/helium_gas --form text --out letters
        allocator letter runs/shorter --claim NLD/research/helium_liquid --template ministry/letter.nl.md --lang nl
    """
    if (role is None) != (date is None):
        raise typer.BadParameter("a signed letter has a role and a date; give --sign and --date, or neither for a draft")
    read = read_template(template, lang.value)
    claims = list(dict.fromkeys(claim))
    with progress() as tell:
        done = run_again(run, claims, tell)
        signature = sign(read, role, date.date(), done.framework.status == "concept") if role and date else None
        view = View(done, Language(lang.value, in_full=True))
        reference = Reference(done.name, done.case.sha256, sha256((run / MANIFEST).read_bytes()).hexdigest())
        letters = {}
        for one in claims:
            reason = done.explanation.reasons.get(one)
            if reason:
                reason = asked(reason, done.inquiry, standing_of(done.case, done.framework), tell=lambda what: tell("explain", what))
            letters[one] = render(read, facts(view, one, reason, reference), view.language, form, signature)
    folder = run / LETTERS if out is None else out
    for one, text in letters.items():
        file = folder / f"{one.replace('/', '-')}.{lang.value}.{form.suffix}"
        write_file(file, text.encode(), overwrite)
        console().print(str(file), soft_wrap=True)
