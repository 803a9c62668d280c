"""What the run was made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import View


@SECTIONS.register("manifest")
class Manifest(Section):
    """Inputs with their hashes, versions, options and size, so that anybody can make the run again."""

    order: ClassVar[int] = 90
    title: ClassVar[tuple[str, str]] = ("What this run was made from", "Waaruit deze berekening bestaat")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return the tables of the manifest."""
        run, pick = view.run, view.language.pick
        solution = run.solution
        facts = [
            (pick("Run", "Run"), run.name),
            (pick("Case hash", "Hash van de casus"), run.case.sha256),
            (pick("Scenario", "Scenario"), run.case.scenario),
            (pick("Framework", "Kader"), f"{run.case.framework} ({run.framework.status})"),
            (pick("Baseline", "Basisgegevens"), run.case.baseline),
            (pick("Settings laid over it", "Eroverheen gelegde instellingen"), "; ".join(run.overrides) or pick("none", "geen")),
            (pick("Crisis level", "Crisisniveau"), str(run.case.crisis_level)),
            (
                pick(
                    "Size: columns, rows, entries, integers, independent parts",
                    "Omvang: kolommen, rijen, elementen, gehele getallen, losse delen",
                ),
                ", ".join(
                    view.language.number(figure)
                    for figure in (solution.columns, solution.rows, solution.nonzeros, solution.integers, solution.components)
                ),
            ),
            (pick("Solver options", "Instellingen van de oplosser"), ", ".join(f"{key} {value}" for key, value in run.options.items())),
            (pick("Versions", "Versies"), ", ".join(f"{name} {number}" for name, number in run.versions.items())),
        ]
        return {"facts": facts, "inputs": run.inputs}
