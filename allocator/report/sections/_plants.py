"""How the plants that run were found, in words."""

from __future__ import annotations

from allocator.report.language import Language
from allocator.report.view import View


def searched(view: View) -> list[str]:
    """Return what must be said about the search for the plants that run; nothing where there was none, or it is proven and had time."""
    pick, solution = view.language.pick, view.run.solution
    said = []
    if not solution.proven:
        worst = max(stage.gap for stage in solution.stages if not stage.proven)
        text = pick(
            "Which plants run and what comes in whole lots or tranches is not proven to be best: a better plan could gain up to {} of a "
            "stage's value. "
            "Search further with --nodes.",
            "Niet bewezen is dat de juiste installaties draaien en de juiste partijen en tranches komen: een beter plan kan tot {} van de "
            "waarde van "
            "een stap winnen. Zoek verder met --nodes.",
        )
        said.append(text.format(view.language.exponent(worst)))
    return [*said, limited(view.language)] if view.run.may_differ else said


def limited(language: Language) -> str:
    """Return what every output says of a run whose search was limited in time."""
    return language.pick(
        "The search was limited in time: the answer may differ from run to run, and from machine to machine.",
        "De zoektocht was begrensd in tijd: het antwoord kan per keer en per machine verschillen.",
    )
