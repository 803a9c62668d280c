"""The guard that sharing makes no member worse off, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.report.prices import RuleTeller
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import View


@SECTIONS.register("sharing")
class SharingGuard(Section):
    """Whose coverage the guard raises and whose it lowers, beside the same crisis without it; nothing is shown without a guard."""

    order: ClassVar[int] = 18
    title: ClassVar[tuple[str, str]] = ("Nobody worse off by sharing", "Niemand slechter af door delen")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return what the guard gives and takes, and a row per claim whose coverage differs without it."""
        price, pick = view.run.guard, view.language.pick
        if price is None:
            return {"said": "", "rows": []}
        teller, percent = RuleTeller(view), view.language.percent
        covered, tiers = view.run.question.outcome.coverage, view.run.question.tiers
        rows = [
            [teller.claim(name), str(tiers[name]), percent(covered[name]), percent(covered[name] + change)]
            for name, change in sorted(price.changes.items(), key=lambda one: (tiers[one[0]], one[0]))
        ]
        nothing = pick("It changes nothing in this crisis.", "Zij verandert niets in deze crisis.")
        return {"said": teller.price(price) if rows else nothing, "rows": rows}
