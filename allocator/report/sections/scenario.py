"""What happens in the scenario, and all that is or could be decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.report.crisis import sentence
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.sections._decisions import counted_on, still_open
from allocator.report.sections._detours import detour_sentences
from allocator.report.sections._prices import prices_told
from allocator.report.view import View


@SECTIONS.register("scenario")
class ScenarioTold(Section):
    """The crisis in words, the decisions that the plan counts on, and those that are still open."""

    order: ClassVar[int] = 15
    title: ClassVar[tuple[str, str]] = ("The crisis and the decisions", "De crisis en de besluiten")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return what happens, what prices it says, and the decisions."""
        pick = view.language.pick
        return {
            "crisis": [*(sentence(view, disruption) for disruption in view.run.scenario.disruptions), *detour_sentences(view)],
            "prices": list(prices_told(view)),
            "heads": [pick("Decision", "Besluit"), pick("Of", "Van"), pick("By", "Uiterlijk"), pick("What it brings", "Wat het oplevert")],
            "taken": [(one.what, one.who, one.by(view.language, "-"), one.brings) for one in counted_on(view)],
            "free": [(one.what, one.who, one.by(view.language, "-"), one.brings) for one in still_open(view)],
        }
