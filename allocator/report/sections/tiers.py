"""Coverage by tier over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.framework import Rule, Tier
from allocator.report.charts import CHARTS
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
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
                "basis": " ".join(part for part in (tier.basis.act, tier.basis.article, tier.basis.note) if part),
            }
            for tier in view.run.framework.tiers
        ]
        return {"charts": CHARTS["coverage_by_tier"](view), "tiers": tiers, "guarantees": _guarantees(view)}


def _rules(view: View, tier: Tier) -> str:
    """Return in words how a tier shares, commodity by commodity where it differs."""
    pick = view.language.pick
    said = [
        f"{view.language.listing([view.inside(view.commodity(good)) for good in exception.commodities])}: {_rule(view, exception)}"
        for exception in tier.rules
    ]
    said.append(_rule(view, tier))
    said += [
        f"{view.region(region)} {pick('puts its own claims in the order', 'ordent zijn eigen aanspraken zo')}: "
        + pick(", then ", ", dan ").join(" = ".join(view.inside(view.sector(sector)) for sector in group) for group in groups)
        for region, groups in sorted(tier.orders.items())
    ]
    return "; ".join(said)


def _rule(view: View, rule: Rule) -> str:
    pick, percent = view.language.pick, view.language.percent
    words = {
        "leximin": pick("the lowest coverage is raised first", "de laagste dekking gaat eerst omhoog"),
        "soft_priorities": pick("higher priorities first, near ones share", "hogere prioriteiten eerst, nabije delen"),
        "weighted": pick("the least harm", "de minste schade"),
    }[rule.rule]
    over = {
        "period": pick("per period", "per periode"),
        "horizon": pick("over the horizon", "over de horizon"),
        "cumulative": pick("over this and earlier rounds", "over deze en eerdere rondes"),
    }[rule.over]
    text = words if rule.rule == "weighted" else f"{words}, {over}"
    if rule.satisfied_at < 1.0:
        text += pick(", served before lower classes up to {}", ", vóór lagere klassen bediend tot {}").format(percent(rule.satisfied_at))
    return text


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
