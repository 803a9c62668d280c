"""``allocator check-framework``: what a framework does that nobody meant."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from ruamel.yaml import YAML

from allocator.cli._baseline import DEFAULT, BaselineOption, FiguresOption, baseline_folder
from allocator.cli._guards import Telling
from allocator.cli._output import console, print_json, table
from allocator.cli.run import Lang
from allocator.errors import Finding, InvalidInput, NotCertified
from allocator.framework import Framework
from allocator.guards import GUARDS, Fact, Found, search, small_crises
from allocator.guards.crises import ONE_REAL_IN
from allocator.guards.policy import document
from allocator.inputs import read_law
from allocator.output.text import rounded
from allocator.report.language import Language
from allocator.scenario import NotFoundError, find_framework
from allocator.scenario.files import is_path


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("check-framework")(check_framework)


def check_framework(
    framework: Annotated[str, typer.Argument(metavar="FILE", help="Framework file, or the id of a framework.")],
    crises: Annotated[int, typer.Option("--crises", "-n", metavar="N", min=1, max=10_000, help="How many small crises to look at.")] = 40,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Other crises under another number; the same under the same.")] = 0,
    baseline: BaselineOption = DEFAULT,
    figures: FiguresOption = None,
    lang: Annotated[Lang, typer.Option("--lang", help="Language of what is printed.")] = Lang.en,
    as_json: Annotated[bool, typer.Option("--json", help="Print what is found as JSON and nothing else.")] = False,
) -> None:
    """Search small crises for what a framework does that nobody meant: who gains by a worse crisis or an inflated claim.

    Of each kind and cause the smallest example is shown, with a situation that can be copied into a policy test. What no law forbids is a
    fact to know; what breaks a law of docs/formulation.md, section 9, is a defect and ends with exit code 4. The framework is read as
    allocator validate reads it, with the sectors of a baseline. The rules that divide one volume have axioms: allocator divide --axioms.

    Examples:
        allocator check-framework nl_draft
        allocator check-framework frameworks/my-framework.yaml --crises 200 --lang nl
        allocator check-framework nl_draft --crises 10 --seed 7 --json
    """
    law = read_law(_file_of(framework), baseline_folder(baseline), figures)
    with Progress(console=Console(stderr=True), transient=True, disable=not Console(stderr=True).is_terminal) as bar:
        task = bar.add_task("", total=crises)
        found = search(small_crises(law, seed, crises), lambda done, of, what: bar.update(task, completed=done, total=of, description=what))
    language = Language(lang.value)
    _require_lawful(found)
    if as_json:
        print_json(_plain(law, seed, found))
    else:
        _show(law, found, language)


def _file_of(name: str) -> Path:
    if is_path(name) or Path(name).exists():
        return Path(name)
    try:
        return find_framework(name, Path())
    except NotFoundError as error:
        raise InvalidInput([Finding(name, 0, 0, "", str(error), "A200")]) from None


def _require_lawful(found: Found) -> None:
    """Raise `NotCertified` for every find that breaks a law, with the situation in which it does."""
    broken = "this breaks a law of formulation 9 and is a defect of the program; report it with the situation below"
    told = [
        f"{fact.guard}: {Telling(Language('en')).sentence(fact)}; {broken}  [A240]\n{json.dumps(_document(fact))}"
        for fact in found.failures
    ]
    if told:
        raise NotCertified("\n".join(told))


# ---- for people ----------------------------------------------------------------------------------------------------------------------
def _show(law: Framework, found: Found, language: Language) -> None:
    screen, pick = console(), language.pick
    screen.print(f"{law.framework}: {pick(law.title.en, law.title.nl)}", style="bold")
    if law.status == "concept":
        screen.print(pick("Concept, no legal force", "Concept, geen rechtskracht"), style="yellow")
    rows = [
        (pick(*kind.says()), str(found.comparisons[name]), str(found.odd[name])) for name, kind in ((name, GUARDS[name]) for name in GUARDS)
    ]
    heads = [pick("What is looked for", "Waarnaar wordt gezocht"), pick("Tried", "Geprobeerd"), pick("Crises with it", "Crises ermee")]
    screen.print(
        table(
            pick(
                "{} small crises, {} of them cut out of shipped scenarios", "{} kleine crises, waarvan {} uit meegeleverde scenario's"
            ).format(found.crises, found.crises // ONE_REAL_IN),
            heads,
            rows,
            figures=2,
        ),
        soft_wrap=True,
    )
    if found.refused:
        screen.print(pick("No answer was shown to {} crises.", "Op {} crises is geen antwoord getoond.").format(len(found.refused)))
    if found.facts:
        screen.print(f"\n{pick('Facts: no law forbids them; know them', 'Feiten: geen wet verbiedt ze; ken ze')}", style="bold")
    for number, fact in enumerate(found.facts, 1):
        _show_fact(screen, number, fact, Telling(language))


def _show_fact(screen: Console, number: int, fact: Fact, telling: Telling) -> None:
    pick = telling.pick
    screen.print(f"\n{number}. {telling.title(fact)}", style="bold")
    screen.print(pick("Cause: {}", "Oorzaak: {}").format(telling.cause(fact)), soft_wrap=True)
    screen.print(pick("Smallest example: {}", "Kleinste voorbeeld: {}").format(telling.sentence(fact)), soft_wrap=True)
    for line in telling.means(fact.example):
        screen.print(f"  {line}", soft_wrap=True)
    heads, rows = telling.claims(fact.example)
    screen.print(table("", heads, rows, figures=len(heads) - 1))
    screen.print(pick("As a policy test:", "Als beleidstest:"), style="dim")
    screen.print(as_yaml(fact), style="dim", soft_wrap=True)


def as_yaml(fact: Fact) -> str:
    """Return the example as a situation of the policy tests."""
    yaml, text = YAML(), io.StringIO()
    yaml.default_flow_style, yaml.width = None, 10_000
    yaml.dump(_document(fact), text)
    return text.getvalue().rstrip()


def _document(fact: Fact) -> dict[str, Any]:
    example = fact.example
    before = {claim: [float(amount) for amount in example.trial.before.allocated[claim]] for claim in example.situation.claims}
    return document(example.situation, f"{GUARDS[fact.guard].says().en} Here {Telling(Language('en')).sentence(fact)}.", before)


# ---- for machines --------------------------------------------------------------------------------------------------------------------
def _plain(law: Framework, seed: int, found: Found) -> dict[str, Any]:
    return {
        "framework": law.framework,
        "concept": law.status == "concept",
        "seed": seed,
        "crises": found.crises,
        "refused": list(found.refused),
        "guards": {
            name: {"says": kind.says()._asdict(), "tried": found.comparisons[name], "crises": found.odd[name]}
            for name, kind in ((name, GUARDS[name]) for name in GUARDS)
        },
        "facts": [_fact(fact) for fact in found.facts],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    example = fact.example
    answers = {"before": example.trial.before, "after": example.trial.after}
    return {
        "guard": fact.guard,
        "causes": list(fact.causes),
        "crises": len(fact.crises),
        "change": example.change.says.en,
        "claim": example.find.claim,
        "measure": example.find.measure,
        "before": rounded(example.find.before),
        "after": rounded(example.find.after),
        "coverage": {when: {claim: rounded(answer.coverage(claim)) for claim in sorted(answer.demand)} for when, answer in answers.items()},
        "situation": _document(fact),
    }
