"""What guards have in common."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from allocator.guards.answer import Answer
from allocator.guards.features import features_of
from allocator.guards.situation import Situation, Words

#: Differences below this share of a demand are none: far above what tolerances move, far below what anybody is told.
CLEAR = 1e-4
#: What no law of formulation 9 is about: none is claimed where there is any of them.
NO_LAW = frozenset({"integer", "guard", "standalone"})
#: What a competition over single goods must not have, for its laws (formulation 9; docs/decisions/0006).
NO_COMPETITION = frozenset(
    {"chain", "guarantee", "narrow_reserve", "first_reserve", "soft_priorities", "weighted", "satisfied", "delegated", "horizon"}
)


@dataclass(frozen=True)
class Change:
    """One thing that is changed in a situation.

    Attributes:
        key: the same for the same change of a smaller situation.
        says: what is changed.
        situation: with the change.
        lawful: whether a law of formulation 9 speaks of such a change.
    """

    key: str
    says: Words
    situation: Situation
    lawful: bool = True


@dataclass(frozen=True)
class Trial:
    """A change that was tried.

    Attributes:
        situation, change: the situation and what is changed in it.
        before, after: who gets what without and with the change.
    """

    situation: Situation
    change: Change
    before: Answer
    after: Answer


@dataclass(frozen=True)
class Find:
    """Who shows the oddity, and by how much.

    Attributes:
        claim: whose.
        measure: coverage, or amount in units.
        before, after: its measure without and with the change; of two claims that are compared, theirs.
        other: the claim that it is compared with, where there is one.
    """

    claim: str
    measure: Literal["coverage", "amount"]
    before: float
    after: float
    other: str = ""


class Guard(ABC):
    """Looks for one kind of oddity.

    Attributes:
        dutch: the first line of the docstring in Dutch.
        law: what a situation must not have, besides `NO_LAW`, for the oddity to be impossible by formulation 9; None where it never is.
    """

    dutch: ClassVar[str]
    law: ClassVar[frozenset[str] | None] = None

    @classmethod
    def says(cls) -> Words:
        """Return what the guard looks for, in a sentence."""
        return Words(inspect.cleandoc(cls.__doc__ or "").split("\n")[0], cls.dutch)

    def forbidden(self, situation: Situation, change: Change) -> bool:
        """Return whether the oddity would break a law of formulation 9."""
        return self.law is not None and change.lawful and not ((self.law | NO_LAW) & features_of(situation))

    @abstractmethod
    def changes(self, situation: Situation) -> Iterator[Change]:
        """Yield what is tried on a situation."""

    @abstractmethod
    def finds(self, trial: Trial) -> Iterator[Find]:
        """Yield the oddities of a trial."""


def unchanged(situation: Situation) -> Change:
    """Return the situation as it is: what is compared are claims."""
    return Change("", Words("", ""), situation)


def moved(trial: Trial, sign: int) -> Iterator[Find]:
    """Yield claims of both answers whose coverage over all months went up (sign 1) or down (-1)."""
    before, after = trial.before, trial.after
    for claim in sorted(set(before.demand) & set(after.demand)):
        one, other = before.coverage(claim), after.coverage(claim)
        if sign * (other - one) > CLEAR:
            yield Find(claim, "coverage", one, other)
