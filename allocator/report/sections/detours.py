"""What goes round closed chokepoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.sections._detours import detours, longer_by
from allocator.report.view import View


@SECTIONS.register("detours")
class DetoursTaken(Section):
    """Every good that this plan sends round a closed chokepoint; nothing is shown when none is."""

    order: ClassVar[int] = 45
    title: ClassVar[tuple[str, str]] = ("What goes round", "Wat omvaart")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return a row per good and way."""
        words = view.language
        heads = [
            words.pick("Material", "Materiaal"),
            words.pick("Avoids", "Mijdt"),
            words.pick("Goes", "Gaat"),
            words.pick("On its way", "Onderweg"),
            words.pick("Sent", "Verzonden"),
        ]
        rows = [
            (view.commodity(one.commodity), one.avoided, one.way, longer_by(view, *one.days), words.span(one.periods))
            for one in detours(view)
        ]
        return {"heads": heads, "rows": sorted(rows)}
