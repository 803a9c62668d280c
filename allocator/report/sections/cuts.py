"""Who is cut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import FIGURES, View

#: Claims listed in the report; all of them are in cuts.csv.
MOST_LISTED = 200


@SECTIONS.register("cuts")
class Cuts(Section):
    """Every claim that is short, what it gets, under which rule, and what stops more from reaching it."""

    order: ClassVar[int] = 60
    title: ClassVar[tuple[str, str]] = ("Who is cut", "Wie wordt gekort")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return the claims, the most important class first, and those that nothing can reach."""
        language = view.language
        keys = ["region", "sector", "commodity"]
        cuts = view.run.explanation.cuts
        totals = view.rows.groupby(keys)[FIGURES].sum().to_dict("index")
        rows = []
        for cut in cuts.head(MOST_LISTED).to_dict("records"):
            good = f"{view.commodity(str(cut['commodity']))} ({view.unit(str(cut['commodity']))})"
            total = totals[tuple(cut[key] for key in keys)]
            rows.append(
                {
                    "names": [view.region(str(cut["region"])), view.sector(str(cut["sector"])), good],
                    "tier": str(cut["tier"]),
                    "figures": [language.amount(float(total[name])) for name in ("demand", "restrained", "allocated", "shortfall")],
                    "coverage": language.percent(1.0 - float(total["shortfall"]) / float(total["demand"])),
                    "stopped": _stopped(view, cut),
                }
            )
        unreachable = [
            ", ".join((view.region(region), view.sector(sector), view.commodity(commodity)))
            for region, sector, commodity in view.run.explanation.no_route.itertuples(index=False, name=None)
        ]
        return {
            "rows": rows,
            "more": max(0, len(cuts) - MOST_LISTED),
            "total": len(cuts),
            "claims": len(totals),
            "unreachable": unreachable,
        }


def _stopped(view: View, cut: Mapping[Any, Any]) -> str:
    """Say which limit a claim meets, and whether a higher class took what there was or its own class shares it."""
    pick = view.language.pick
    if str(cut["binding_row"]).startswith("caps"):
        return pick("cap of its class", "plafond van de klasse")
    deciding, own = int(cut["deciding_tier"]), int(cut["tier"])
    if deciding < own:
        return pick("supply: class {} comes first", "aanbod: klasse {} gaat voor").format(deciding)
    return pick("supply: shared within the class", "aanbod: verdeeld binnen de klasse")
