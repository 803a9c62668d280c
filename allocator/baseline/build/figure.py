"""Figures that remember where they come from: arithmetic on them writes its own note."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

ASSUMPTION = "project_assumption"
#: The source of what is true by the definition of a unit.
DEFINITION = "definition"


class Binding(IntEnum):
    """How tightly the words of a figure hold together; looser ones are put in brackets inside a product."""

    SUM = 0
    PRODUCT = 1
    ATOM = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """A positive number with its range, the arithmetic that made it and the facts in it.

    Attributes:
        value, low, high: the figure and its range.
        words: arithmetic, naming each fact in square brackets.
        binding: loosest operation in `words`.
        sources, years: of every fact in it.
        basis: of the weakest fact in it; ``derived`` at best as soon as there is arithmetic.
        note: what the row of the fact says, for a fact as it stands in the tables.
    """

    value: float
    low: float
    high: float
    words: str
    binding: Binding = Binding.ATOM
    sources: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    basis: str = "reported"
    assumed: frozenset[str] = frozenset()
    note: str = ""

    def __mul__(self, other: Figure | float) -> Figure:
        second = as_figure(other)
        return self._with(
            second, (self.value * second.value, self.low * second.low, self.high * second.high), f"{self._tight()} x {second._tight()}"
        )

    def __truediv__(self, other: Figure | float) -> Figure:
        second = as_figure(other)
        divisor = second.words if second.binding is Binding.ATOM else f"({second.words})"
        return self._with(
            second, (self.value / second.value, self.low / second.high, self.high / second.low), f"{self._tight()} / {divisor}"
        )

    def __add__(self, other: Figure | float) -> Figure:
        second = as_figure(other)
        return self._with(
            second,
            (self.value + second.value, self.low + second.low, self.high + second.high),
            f"{self.words} + {second.words}",
            Binding.SUM,
        )

    def __sub__(self, other: Figure | float) -> Figure:
        """Difference; the lower end of the range is kept at 0 or above."""
        second = as_figure(other)
        return self._with(
            second,
            (self.value - second.value, max(0.0, self.low - second.high), self.high - second.low),
            f"{self.words} - {second._tight()}",
            Binding.SUM,
        )

    def cite(self, because: str = "") -> dict[str, str]:
        """Return the cells source, year, basis and note of a row that carries this figure."""
        named = sorted(self.sources - {ASSUMPTION}) or [ASSUMPTION]
        single = self.binding is Binding.ATOM and self.note
        parts = [
            self.note if single else self.words,
            f"assumed: {', '.join(sorted(self.assumed))}" if self.assumed and not single else "",
            "" if single else self.note,
            because,
        ]
        return {
            "source": "; ".join(named),
            "year": "; ".join(sorted(self.years)),
            "basis": self.basis,
            "note": "; ".join(part for part in parts if part),
        }

    def _tight(self) -> str:
        return f"({self.words})" if self.binding is Binding.SUM else self.words

    def _with(self, other: Figure, numbers: tuple[float, float, float], words: str, binding: Binding = Binding.PRODUCT) -> Figure:
        assumed = self.assumed | other.assumed
        return Figure(
            *numbers,
            words,
            binding,
            self.sources | other.sources,
            self.years | other.years,
            "assumed" if assumed else "derived",
            assumed,
        )


def as_figure(number: Figure | float) -> Figure:
    """Return a plain number as a figure without source."""
    return number if isinstance(number, Figure) else Figure(number, number, number, f"{number:g}")


def twelve_digits(number: float) -> float:
    """Return the number as it stands in a file: with twelve significant digits."""
    return float(f"{number:.12g}")


def four_digits(number: float) -> float:
    """Return a quantity per run as it stands in a file: with four significant digits, so that what it makes of runs is exact in nine."""
    return float(f"{number:.4g}")
