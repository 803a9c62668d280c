"""What a letter may say: the claimant's own figures, the law, and what it is made from. A template sees this and nothing else.

Nothing here is worked out from a figure of another claim. Of others there is only the class that went before: see decision 0028.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from allocator.case.standing import standing_of
from allocator.explain import NOTHING, Reason, Remedy, grounds_of
from allocator.framework import Tier
from allocator.letter.limits import limit_words
from allocator.report.law import basis_words, ground_words
from allocator.report.reasons import Teller
from allocator.report.view import View

KEYS = ["region", "sector", "commodity"]
#: Units as they stand in a sentence.
UNITS = {"t": ("tonnes", "ton"), "kg": ("kilograms", "kilogram"), "piece": ("pieces", "stuks")}
#: What would have sufficed is told where it is the claim's own shortfall, within the precision of the search.
SAME = 0.01


@dataclass(frozen=True)
class Reference:
    """What a letter is made from, so that anybody can make its figures again.

    Attributes:
        run: name of the run.
        case_hash: hash of the case.
        manifest: SHA-256 of the run's ``manifest.json``.
    """

    run: str
    case_hash: str
    manifest: str


def facts(view: View, claim: str, reason: Reason | None, reference: Reference) -> dict[str, Any]:
    """Return what a template may use, as words and figures of the view's language.

    Args:
        view: the run, in one language.
        claim: region/sector/commodity.
        reason: why it is cut; None where it is met in full.
        reference: what the letter is made from.
    """
    words = view.language
    region, sector, commodity = claim.split("/")
    own = view.rows[(view.rows[KEYS] == claim.split("/")).all(axis=1)].sort_values("period")
    unit = str(own["unit"].iloc[0])
    asked, given_up, granted, short = (float(own[name].sum()) for name in ("demand", "restrained", "allocated", "shortfall"))
    short = short if reason else 0.0
    rank = int(own["tier"].iloc[0])
    whole = None if reason and reason.capped else rank
    grounds = grounds_of(standing_of(view.run.case, view.run.framework), claim, whole, reason.at_cap if reason else ())
    return {
        "claim": claim,
        "region": view.place(region),
        "sector": view.inside(view.sector(sector)),
        "commodity": view.inside(view.commodity(commodity)),
        "unit": words.pick(*UNITS.get(unit, (unit, unit))),
        "scenario": view.title,
        "framework": view.inside(view.framework_title),
        "concept": view.concept,
        "classification": view.marked,
        "may_differ": view.run.may_differ,
        "from": words.period(view.periods[0]),
        "to": words.period(view.periods[-1]),
        "requested": words.quantity(asked, unit),
        "given_up": words.quantity(given_up, unit) if given_up > NOTHING * asked else "",
        "granted": words.quantity(granted, unit) if granted > NOTHING * asked else "",
        "short": words.quantity(short, unit) if short else "",
        "coverage": words.percent(1.0 - short / asked),
        "periods": list(_periods(view, own)),
        "rank": rank,
        "class_name": view.tier(rank).split(". ", 1)[1],
        "before": reason.deciding_tier if reason and not reason.capped and reason.deciding_tier < rank else 0,
        "before_name": view.tier(reason.deciding_tier).split(". ", 1)[1] if reason else "",
        "capped": bool(reason and reason.capped),
        "rules": [
            {"own": not isinstance(one, Tier), "rule": ground_words(view, one, commodity), "basis": basis_words(view, one.basis)}
            for one in grounds
        ],
        "limit": limit_words(view, reason) if reason else "",
        # the crisis is public, how much it took from whom is not
        "lost": Teller(view).taken(reason) if reason else [],
        "changes": [_change(view, reason, remedy) for remedy in reason.remedies] if reason else [],
        "run": reference.run,
        "case_hash": reference.case_hash,
        "manifest": reference.manifest,
    }


def _periods(view: View, own: pd.DataFrame) -> Iterator[Mapping[str, str]]:
    """Yield what is asked for, given up, granted and missed in each period."""
    words = view.language
    for row in own.to_dict("records"):
        short = float(row["shortfall"]) if row["shortfall"] > NOTHING * row["demand"] else 0.0
        figures = {"requested": row["demand"], "given_up": row["restrained"], "granted": row["allocated"], "short": short}
        yield {
            "period": words.period(str(row["period"])),
            **{name: words.amount(float(figure)) for name, figure in figures.items()},
            "coverage": words.percent(1.0 - short / float(row["demand"])),
        }


def _change(view: View, reason: Reason, remedy: Remedy) -> Mapping[str, Any]:
    """Return what would have changed the decision.

    `kind` is supply, guarantee, rank or cap; `suffices` whether it would have met the claim in full. `amount` is empty where telling it
    would tell what others ask for: the least supply is told only where it is what the claim itself misses, and of a guarantee or cap the
    whole that was aimed at, never the least that the search found. How far a change that does not suffice would have come is not told.
    """
    words = view.language
    amount = ""
    if remedy.kind == "supply" and remedy.suffices and abs(remedy.amount - reason.shortfall) <= SAME * reason.shortfall:
        amount = words.quantity(remedy.amount, reason.unit)
    elif remedy.kind in ("guarantee", "cap"):
        amount = words.percent(remedy.target)
    elif remedy.kind == "rank":
        amount = "{} ({})".format(*view.tier(int(remedy.amount)).split(". ", 1))
    return {"kind": remedy.kind, "suffices": remedy.suffices, "amount": amount}
