"""Answers of ``allocator explain`` that are about the whole run: in words, as JSON and as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from allocator.explain import Reason
from allocator.explain.breakeven import BreakEven, break_even_table, break_evens
from allocator.explain.prices import Change, Price, least_changes, price_table, prices
from allocator.explain.ranges import range_table, ranges
from allocator.output.folder import write_file
from allocator.output.notes import notes
from allocator.output.text import csv_text, rounded
from allocator.report.freedom import FreedomTeller
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
    """Write the tables of answers into a folder, beside the notes on the run.

    Raises:
        InvalidInput: one is there already and may not be replaced, or cannot be written.
    """
    contents = {f"{name}.csv": csv_text(table).encode() for one in answers for name, table in one.tables.items()}
    own = run.baseline.own
    for name, text in {**contents, **notes(own.classification if own else "", run.may_differ)}.items():
        write_file(folder / name, text, overwrite)


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


def about_ranges(run: Run, language: Language, tell: Tell) -> Answer:
    """Return how far flows could have been otherwise with nobody the worse, what settled them, and that no claim could have had more."""
    found = ranges(run.inquiry, lambda number, of: tell("explain", f"part {number} of {of}"))
    units = dict(zip(run.case.commodities["commodity"].astype(str), run.case.commodities["unit"].astype(str), strict=True))
    table = range_table(run.inquiry, found, units)
    widest = max((one.open for one in found.claims), default=0.0)
    content = {"flows": found.settled(), "not_asked": found.unasked, "claims": {"short": len(found.claims), "widest": rounded(widest)}}
    return Answer(list(FreedomTeller(View(run, language)).ranges(found, table)), {"ranges": content}, {"ranges": table})


def about_figures(run: Run, language: Language, most: int, tell: Tell) -> Answer:
    """Return which assumed figures turn a ranking or a guarantee between their low and high, and where."""
    question = run.question
    found = break_evens(question, most, lambda number, of: tell("explain", f"figure {number} of {of}"))
    told = list(FreedomTeller(View(run, language)).break_evens(found))
    return Answer(told, {"break_even": [_figure(one) for one in found]}, {"break_even": break_even_table(question, found)})


def _figure(found: BreakEven) -> dict[str, Any]:
    figure = found.figure
    place = {"table": figure.table, "key": list(figure.key), "figure": figure.column}
    values = {name: rounded(getattr(figure, name)) for name in ("assumed", "low", "high")}
    turns = [
        {"turns": turn.kind, "at": rounded(turn.at), "claim": turn.claim, "other": turn.other, "turned": turn.count} for turn in found.turns
    ]
    return {**place, **values, "turns": turns}


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
