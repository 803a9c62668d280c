"""Who is cut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.report.cut_groups import groups
from allocator.report.reasons import Teller
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import FIGURES, View

#: Claims listed in the report; all of them are in cuts.csv.
MOST_LISTED = 200


@SECTIONS.register("cuts")
class Cuts(Section):
    """Every claim that is short, what it gets, under which rule, and what holds it back."""

    order: ClassVar[int] = 60
    title: ClassVar[tuple[str, str]] = ("Who is cut", "Wie wordt gekort")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return the claims, the most important class first, and those that nothing can reach."""
        language = view.language
        keys = ["region", "sector", "commodity"]
        cuts = view.run.explanation.cuts
        totals = view.rows.groupby(keys)[FIGURES].sum().to_dict("index")
        rows, teller = [], Teller(view)
        for cut in cuts.head(MOST_LISTED).to_dict("records"):
            good = f"{view.commodity(str(cut['commodity']))} ({view.unit(str(cut['commodity']))})"
            total = totals[tuple(cut[key] for key in keys)]
            rows.append(
                {
                    "names": [view.region(str(cut["region"])), view.sector(str(cut["sector"])), good],
                    "tier": str(cut["tier"]),
                    "figures": [language.amount(float(total[name])) for name in ("demand", "restrained", "allocated", "shortfall")],
                    "coverage": language.percent(1.0 - float(total["shortfall"]) / float(total["demand"])),
                    "stopped": _stopped(view, cut, teller),
                }
            )
        unreachable = [
            ", ".join((view.region(region), view.sector(sector), view.commodity(commodity)))
            for region, sector, commodity in view.run.explanation.no_route.itertuples(index=False, name=None)
        ]
        return {
            "groups": groups(view),
            "rows": rows,
            "more": max(0, len(cuts) - MOST_LISTED),
            "total": len(cuts),
            "claims": len(totals),
            "unreachable": unreachable,
        }


def _stopped(view: View, cut: Mapping[Any, Any], teller: Teller) -> str:
    """Say whether a higher class took what there was or its own class shares it, which limit holds it back, and what a step of it does."""
    pick = view.language.pick
    if str(cut["binding_row"]).startswith("caps"):
        return pick("cap of its class", "plafond van de klasse")
    deciding, own = int(cut["deciding_tier"]), int(cut["tier"])
    if deciding < own:
        said = pick("class {} comes first", "klasse {} gaat voor").format(deciding)
    else:
        said = pick("shared within the class", "verdeeld binnen de klasse")
    claim = "/".join(str(cut[key]) for key in ("region", "sector", "commodity"))
    main = view.run.explanation.reasons[claim].main
    if main is None or main.up is None or not main.up.of(claim):
        return said
    step = pick("{} more: {} up", "{} meer: {} erbij").format(teller.step(main.limit, main.up), teller.points(main.up.of(claim)))
    return f"{said}; {teller.limit(main.limit)} ({step})"
