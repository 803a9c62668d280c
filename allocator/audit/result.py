"""What the audit found: one `Check` per law, and how guarantees fared."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

#: The largest breach that passes, in shares of the commodity's mean demand of a claim and period.
LIMIT = 1e-6
#: Columns of `Audit.guarantees`.
GUARANTEES = ("region", "sector", "commodity", "period", "guaranteed", "met", "missing", "hard")


@dataclass(frozen=True, slots=True)
class Offence:
    """One place in which a law is broken.

    Attributes:
        place: names of region, claim, reserve or line, and period.
        what: the figure that was examined.
        relation: ``is``, ``is at most`` or ``is at least``: how `found` ought to stand to `expected`.
        found, expected: both figures, in natural units.
        size: the breach in shares of the commodity's mean demand.
    """

    place: str
    what: str
    relation: str
    found: float
    expected: float
    size: float

    def __str__(self) -> str:
        return f"{self.place}: {self.what}: found {self.found:.9g}, where it {self.relation} {self.expected:.9g}"


@dataclass(frozen=True, slots=True)
class Check:
    """One law, recomputed.

    Attributes:
        name: of the check, as registered.
        says: the law in one sentence.
        compared: how many figures were examined; 0 when the case has nothing of the kind.
        worst: largest breach, in shares of the commodity's mean demand; 0 when there is none.
        limit: largest breach that passes.
        failing: how many places break it.
        offences: the worst of them, worst first.
    """

    name: str
    says: str
    compared: int
    worst: float
    limit: float
    failing: int
    offences: tuple[Offence, ...]

    @property
    def passed(self) -> bool:
        """Whether no place breaks the law by more than the limit."""
        return self.failing == 0


@dataclass(frozen=True)
class Audit:
    """All checks, by name, and what became of every guarantee.

    Attributes:
        checks: sorted by name.
        guarantees: columns `GUARANTEES`, one row per guaranteed claim and period of the horizon: the guaranteed and the met share of
            demand, and how much of the guarantee is missing, in the commodity's unit. A guarantee that cannot be met is no fault of the
            plan.
    """

    checks: tuple[Check, ...]
    guarantees: pd.DataFrame

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def faults(self) -> tuple[str, ...]:
        """One sentence per failed check: its name, the worst place and the two figures."""
        return tuple(
            f"{check.name}: {check.offences[0]}" + (f" (and {check.failing - 1} more)" if check.failing > 1 else "")
            for check in self.checks
            if not check.passed
        )

    def __getitem__(self, name: str) -> Check:
        """Return the check of this name; `KeyError` when there is none."""
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(name)
