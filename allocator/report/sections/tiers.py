"""Coverage by tier over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.case.standing import standing_of
from allocator.framework import Tier
from allocator.report.charts import CHARTS
from allocator.report.law import basis_words, decision_words, rule_words, until
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.sections._conflicts import conflicts
from allocator.report.sections._other_rules import other_rules
from allocator.report.view import View


@SECTIONS.register("tiers")
class Tiers(Section):
    """How each priority class fares over time, and on what legal basis it stands."""

    order: ClassVar[int] = 30
    title: ClassVar[tuple[str, str]] = ("Priority classes", "Prioriteitsklassen")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return the chart and the classes with their bases."""
        pick = view.language.pick
        status = {
            "in_force": pick("in force", "in werking"),
            "proposed": pick("proposed", "voorgesteld"),
            "none": pick("no act", "geen wet"),
        }
        tiers = [
            {
                "name": view.tier(tier.rank),
                "sectors": "; ".join(view.sector(sector) for sector in tier.sectors),
                "rule": _rules(view, tier),
                "status": status[tier.basis.status],
                "basis": basis_words(view, tier.basis),
            }
            for tier in view.run.framework.tiers
        ]
        return {
            "charts": CHARTS["coverage_by_tier"](view),
            "tiers": tiers,
            "others": other_rules(view),
            "guarantees": _guarantees(view),
            "exceptions": exceptions(view),
            "conflicts": conflicts(view),
        }


def exceptions(view: View) -> list[Mapping[str, str]]:
    """Return every exemption and override that is in force in the horizon, in words."""
    pick = view.language.pick
    rows: list[Mapping[str, str]] = []
    for _, decision, _ in standing_of(view.run.case, view.run.framework).in_force():
        claim = ", ".join(
            (
                view.region(decision.region) if decision.region else pick("All regions", "Alle regio's"),
                view.inside(view.sector(decision.sector)),
                view.inside(view.commodity(decision.commodity)) if decision.commodity else pick("all materials", "alle materialen"),
            )
        )
        rows.append(
            {
                "claim": claim,
                "what": decision_words(view, decision),
                "until": until(view, decision),
                "owner": decision.owner.replace("_", " "),
                "reason": decision.reason,
                "basis": basis_words(view, decision.basis),
            }
        )
    return rows


def _rules(view: View, tier: Tier) -> str:
    """Return in words how a tier shares, commodity by commodity where it differs."""
    pick = view.language.pick
    said = [
        f"{view.language.listing([view.inside(view.commodity(good)) for good in exception.commodities])}: {rule_words(view, exception)}"
        for exception in tier.rules
    ]
    said.append(rule_words(view, tier))
    said += [
        f"{view.region(region)} {pick('puts its own claims in the order', 'ordent zijn eigen aanspraken zo')}: "
        + pick(", then ", ", dan ").join(" = ".join(view.inside(view.sector(sector)) for sector in group) for group in groups)
        for region, groups in sorted(tier.orders.items())
    ]
    return "; ".join(said)


def _guarantees(view: View) -> list[Mapping[str, str]]:
    """Return every guarantee with the lowest share of demand that is met in any region and period."""
    table = view.run.audit.guarantees
    rows: list[Mapping[str, str]] = []
    for (sector, commodity), own in table.groupby(["sector", "commodity"]):
        rows.append(
            {
                "claim": f"{view.sector(str(sector))}, {view.inside(view.commodity(str(commodity)))}",
                "guaranteed": view.language.percent(float(own["guaranteed"].max())),
                "met": view.language.percent(float(own["met"].min())),
                "kept": view.language.pick("kept", "gehaald")
                if not (own["missing"] > 0).any()
                else view.language.pick("not kept", "niet gehaald"),
            }
        )
    return rows
