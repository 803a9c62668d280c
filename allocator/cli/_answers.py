"""Answers of ``allocator explain`` that are about the whole run: in words, as JSON and as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from allocator.explain import Reason
from allocator.explain.prices import Change, Price, least_changes, price_table, prices
from allocator.output.folder import LABEL, write_file
from allocator.output.text import csv_text, rounded
from allocator.report.language import Language
from allocator.report.prices import RuleTeller
from allocator.report.view import View
from allocator.run import Run

Tell = Callable[[str, str], None]


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes:
        told: headings with paragraphs.
        content: for a machine.
        tables: by the name of their file.
    """

    told: Sequence[tuple[str, Sequence[str]]]
    content: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]


def write_tables(run: Run, answers: Sequence[Answer], folder: Path, overwrite: bool) -> None:
    """Write the tables of answers into a folder, beside the classification that own figures brought.

    Raises:
        InvalidInput: one is there already and may not be replaced, or cannot be written.
    """
    contents = {f"{name}.csv": csv_text(table) for one in answers for name, table in one.tables.items()}
    if run.baseline.own is not None:
        contents[LABEL] = f"{run.baseline.own.classification}\n"
    for name, text in contents.items():
        write_file(folder / name, text.encode(), overwrite)


def about_rules(run: Run, language: Language, claim: str | None, minimum: float, reason: Reason | None, tell: Tell) -> Answer:
    """Return what each rule of the framework costs whom; with a claim, which change of them gives it its minimum."""
    question = run.question
    found = prices(question, lambda number, of: tell("explain", f"rule {number} of {of}"))
    view = View(run, language)
    teller = RuleTeller(view)
    told, content = list(teller.prices(found)), {"rules": [_price(one) for one in found]}
    if claim and reason:
        changes = least_changes(
            question, claim, minimum, found, reason.remedies, lambda number, of: tell("explain", f"rule {number} of {of} that suffice")
        )
        heading = language.pick(
            "The least change of the framework for this claim", "De kleinste wijziging van het kader voor deze aanspraak"
        )
        told.append((heading, teller.least(claim, minimum, changes)))
        content["changes_that_suffice"] = [_change(one) for one in changes]
    return Answer(told, content, {"rules": price_table(question, found)})


def _price(price: Price) -> dict[str, Any]:
    rule = price.relaxation
    words = {"rule": rule.kind, "place": rule.path, "name": rule.name, "says": rule.rule, "legal_basis": rule.legal_basis}
    return {**words, "changes_without": _rounded(price.changes), "refused": price.refused}


def _change(change: Change) -> dict[str, Any]:
    rule = change.relaxation
    return {
        "kind": change.kind,
        "place": rule.path if rule else "",
        "name": rule.name if rule else "",
        "amount": None if change.amount != change.amount else rounded(change.amount),
        "reached": rounded(change.reached),
        "changes": _rounded(change.trial.changes),
    }


def _rounded(changes: Mapping[str, float]) -> dict[str, float]:
    return {name: rounded(change) for name, change in changes.items()}
