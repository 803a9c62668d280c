"""The reader's language: words, numbers and periods in English and Dutch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from allocator.periods import split_period

Code = Literal["en", "nl"]
CODES: tuple[Code, ...] = ("en", "nl")

_MONTHS: dict[Code, tuple[str, ...]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
}
_MONTHS_IN_FULL: dict[Code, tuple[str, ...]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "nl": ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"),
}
_UNITS: dict[str, tuple[str, str]] = {"piece": ("pieces", "stuks")}


@dataclass(frozen=True)
class Language:
    """How one language writes words and figures.

    Attributes:
        code: ``en`` or ``nl``.
        in_full: whether months are written in full, as in a letter.
    """

    code: Code
    in_full: bool = False

    def pick(self, english: str, dutch: str) -> str:
        """Return the text of this language; both stand side by side where they are written, so that none is forgotten."""
        return english if self.code == "en" else dutch

    @property
    def separators(self) -> str:
        """Decimal mark and thousands mark, as plotly wants them."""
        return self.pick(".,", ",.")

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number with marks of thousands: 1,234.5 or 1.234,5."""
        text = f"{value + 0.0:,.{decimals}f}"
        if not float(text.replace(",", "")):
            text = text.lstrip("-")
        return text if self.code == "en" else text.translate(str.maketrans(",.", ".,"))

    def amount(self, value: float) -> str:
        """Write a quantity with three significant digits or all digits before the mark, whichever says more."""
        if not value:
            return "0"
        size = math.floor(math.log10(abs(value)))
        return self.number(value, min(max(2 - size, 0), 9))

    def quantity(self, value: float, unit: str) -> str:
        """Write a quantity with its unit."""
        return f"{self.amount(value)} {self.unit(unit)}"

    def unit(self, unit: str) -> str:
        """Write a unit."""
        return self.pick(*_UNITS.get(unit, (unit, unit)))

    def percent(self, share: float) -> str:
        """Write a share as a percentage: 100% only when nothing is missing, 0% only when there is nothing, both to a millionth."""
        if abs(share) < 5e-7 or abs(share - 1.0) < 5e-7:
            return f"{share:.0%}".lstrip("-")
        if not 0.0005 <= share <= 0.9995:
            bound = self.pick("<0.1%", "<0,1%") if share < 0.5 else self.pick(">99.9%", ">99,9%")
            return bound if 0.0 < share < 1.0 else f"{self.number(100.0 * share, 1)}%"
        return f"{self.number(100.0 * share, 0 if 0.1 <= share <= 0.99 else 1)}%"

    def exponent(self, value: float) -> str:
        """Write a very small number such as a residual."""
        if not value:
            return "0"
        return f"{value:.1e}" if self.code == "en" else f"{value:.1e}".replace(".", ",")

    def period(self, name: str) -> str:
        """Write a period: Mar 2026, mrt 2026, quarter 1 2026, kwartaal 1 2026, week 9 2026."""
        kind, year, number = split_period(name)
        if kind == "month":
            return f"{self._months[number - 1]} {year}"
        return f"{self.pick('quarter', 'kwartaal') if kind == 'quarter' else 'week'} {number} {year}"

    @property
    def _months(self) -> tuple[str, ...]:
        return (_MONTHS_IN_FULL if self.in_full else _MONTHS)[self.code]

    def day(self, day: date) -> str:
        """Write a day: 1 Mar 2026, 1 mrt 2026."""
        return f"{day.day} {self._months[day.month - 1]} {day.year}"

    def span(self, names: Sequence[str]) -> str:
        """Write the stretch from the first to the last of `names`."""
        if names[0] == names[-1]:
            return self.period(names[0])
        return self.pick("{} to {}", "{} tot en met {}").format(self.period(names[0]), self.period(names[-1]))

    def listing(self, words: Sequence[str]) -> str:
        """Join words with commas and an 'and'."""
        if len(words) < 2:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self.pick('and', 'en')} {words[-1]}"
