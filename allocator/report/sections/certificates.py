"""The stages of the solve with their certificates, and the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.audit import Check
from allocator.explain.ranges import flows_by_name
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.sections._plants import searched
from allocator.report.view import View
from allocator.solve.integers import INTEGER
from allocator.solve.ranked import LIMIT

_STAGES = {
    "guarantee": ("guarantees", "gegarandeerde minima"),
    "own_guarantee": ("guarantees within the class", "minima binnen de klasse"),
    "rule": ("the rule of the class", "de regel van de klasse"),
    "completion": ("completion", "aanvulling"),
    "tail": ("after the horizon", "na de horizon"),
    "restraint": ("own restraint least", "eigen beperking zo klein mogelijk"),
    "restraint_tail": ("own restraint least, after the horizon", "eigen beperking zo klein mogelijk, na de horizon"),
    "means": ("reserves last", "voorraden het laatst"),
    "cost": ("cost", "kosten"),
    "steadiness": ("steadiness", "gelijkmatigheid"),
    "tie_break": ("tie-break by name", "beslissing op naam"),
}


@SECTIONS.register("certificates")
class Certificates(Section):
    """Proof: every stage with its certificate, and every law recomputed without the solver."""

    order: ClassVar[int] = 80
    title: ClassVar[tuple[str, str]] = ("Proof", "Bewijs")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return both tables."""
        exponent = view.language.exponent
        stages = [
            {
                "name": _name(view, stage.name),
                "tier": "" if stage.tier is None else str(stage.tier),
                "rule": stage.rule.replace("_", " "),
                "value": view.language.number(stage.value, 6),
                "figures": [
                    exponent(figure) for figure in (stage.primal_residual, stage.dual_residual, stage.gap, stage.leak, stage.drift)
                ],
            }
            for stage in view.run.solution.stages
        ]
        number = view.language.number
        rates = [
            {"given": str(earlier), "gained": str(stage.tier), "rate": number(rate, 2 if rate < 10.0 else 0)}
            for stage in view.run.solution.stages
            for (name, earlier), rate in stage.rates.items()
            if name == stage.name == "rule"
        ]
        checks = [
            {
                "name": check.name.replace("_", " "),
                "says": check.says,
                "compared": view.language.number(check.compared),
                "worst": exponent(check.worst),
                "passed": _result(view, check),
            }
            for check in view.run.audit.checks
        ]
        flows, open_flows = flows_by_name(view.run.inquiry)
        chosen = {"flows": number(flows), "open": number(open_flows)}
        return {"stages": stages, "rates": rates, "checks": checks, "limit": exponent(LIMIT), "searched": _searched(view), **chosen}


def _name(view: View, stage: str) -> str:
    name = stage.removeprefix(INTEGER)
    words = view.language.pick(*_STAGES.get(name, (name, name)))
    return words if name == stage else view.language.pick("{}, plants free", "{}, installaties vrij").format(words)


def _searched(view: View) -> list[str]:
    """Say how the plants that run were found; nothing where there are none."""
    solution, words = view.run.solution, view.language
    stages = [stage for stage in solution.stages if stage.nodes is not None]
    if not stages:
        return []
    text = words.pick(
        "Which plants run and what comes in whole lots or tranches is decided stage by stage with all of that free, the least harm by one "
        "curve "
        "standing for leximin; then it is fixed, and all stages are solved again exactly. {} searches of {} nodes came within {}, as "
        "asked: {}.",
        "Welke installaties draaien en wat in hele partijen of tranches komt, wordt stap voor stap bepaald terwijl dat alles vrij is, "
        "waarbij "
        "de minste schade volgens één curve voor leximin staat; daarna ligt het vast en worden alle stappen opnieuw exact opgelost. {} "
        "zoektochten van {} knopen bleven binnen {}, zoals gevraagd: {}.",
    )
    proven = words.pick("proven", "bewezen") if solution.proven else words.pick("not proven", "niet bewezen")
    within = words.exponent(max(stage.gap for stage in stages))
    return [text.format(len(stages), words.number(sum(stage.nodes or 0 for stage in stages)), within, proven), *searched(view)]


def _result(view: View, check: Check) -> str:
    if not check.compared:
        return view.language.pick("does not arise", "doet zich niet voor")
    return view.language.pick("holds", "klopt") if check.passed else view.language.pick("broken", "klopt niet")
