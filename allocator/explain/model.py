"""What an explanation says, typed: who is cut, what holds them back, and what would have changed it.

Quantities are in natural units. A change of coverage is that of coverage over the horizon, 1 being all of the demand, and is found by
solving the whole ranked problem again: duals only nominate what is tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

CUTS = (
    *("branch", "region", "sector", "commodity", "tier", "deciding_tier", "shortfall", "binding_row"),
    *("marginal_up", "marginal_down", "marginal_unit", "rule", "legal_basis"),
)
#: A change of coverage below this is rounding.
UNMOVED = 1e-7
#: Changes this near to each other are the same.
EQUAL = 1e-6


@dataclass(frozen=True)
class Limit:
    """Something that is no more, or no less, than it is.

    Attributes:
        kind: line, process, lane, stock (what a reserve held at the start), release, floor, inventory (what firms held at the start),
            working_stock, room, restraint, cap, guard (what another claim is short of at most: as much as alone) or supply (what reaches a
            place at all).
        name: of the line, process, lane or reserve; region/commodity of stocks of firms and supply; the claim of a cap, restraint or guard.
        commodity: what it is about; of a process, its first output.
        unit: of its size: that of the commodity, ``run`` of a process, ``share`` of a cap or restraint.
        size: its largest figure in the horizon; of a guard what its claim would be short of alone, in all.
        says: what the constraint says, in words.
        rule, legal_basis: of a cap; of a guard, whose rule `says` tells, the basis if one is stated; empty for what is no rule.
    """

    kind: str
    name: str
    commodity: str
    unit: str
    size: float
    says: str
    rule: str = ""
    legal_basis: str = ""

    def __str__(self) -> str:
        """Return kind and name as the tables write them: ``line[aus_can_helium]``."""
        return f"{self.kind}[{self.name}]"


@dataclass(frozen=True)
class Trial:
    """What one change does, by solving the whole ranked problem again.

    Attributes:
        step: by how much the limit was moved, in its unit: in every period of the horizon, or once for what was held at the start and
            for what a claim may be short of in all.
        changes: of coverage over the horizon, by claim; claims that do not change are left out.
    """

    step: float
    changes: Mapping[str, float]

    def of(self, claim: str) -> float:
        """Return the change of a claim's coverage."""
        return self.changes.get(claim, 0.0)

    def gain_most(self, besides: str) -> tuple[tuple[str, ...], float]:
        """Return the other claims that gain most, all equals by name, and their change; none and 0 when none gains."""
        return self._extreme(besides, 1.0)

    def lose_most(self, besides: str) -> tuple[tuple[str, ...], float]:
        """Return the other claims that lose most, all equals by name, and their change; none and 0 when none loses."""
        return self._extreme(besides, -1.0)

    def _extreme(self, besides: str, sign: float) -> tuple[tuple[str, ...], float]:
        moved = {claim: sign * change for claim, change in self.changes.items() if claim != besides and sign * change > 0.0}
        most = max(moved.values(), default=0.0)
        return tuple(sorted(claim for claim, change in moved.items() if change >= most - EQUAL)), sign * most


@dataclass(frozen=True)
class Step:
    """One link of the chain from a claim towards a limit.

    Attributes:
        region, commodity: the place where it delivers.
        kind, name: what delivers there: ``process`` or ``lane``.
    """

    region: str
    commodity: str
    kind: str
    name: str


@dataclass(frozen=True)
class Input:
    """One of several goods that a process on the way to a claim takes.

    Attributes:
        process, commodity: which takes what.
        trial: what a step more of it where the process stands does; an input stops the claim when that raises its coverage.
    """

    process: str
    commodity: str
    trial: Trial


@dataclass(frozen=True)
class Binding:
    """A limit that a claim meets.

    Attributes:
        limit: the limit.
        chain: from the claim to it, the shortest.
        up, down: what moving it does; None where it was not tried, or cannot be moved that way.
    """

    limit: Limit
    chain: tuple[Step, ...]
    up: Trial | None = None
    down: Trial | None = None

    def effect(self, claim: str) -> float:
        """Return the larger of the changes of a claim's coverage by a step up and down."""
        return max((abs(trial.of(claim)) for trial in (self.up, self.down) if trial), default=0.0)


@dataclass(frozen=True)
class Holder:
    """A class that has what a claim lacks: what it was allocated where the claim is cut, while it is.

    Attributes:
        tier: its rank.
        commodity, unit, quantity: what it has, over the periods in which the claim is short.
        ahead: whether its rank is above the claim's, so that it comes first; the others share with it or come after it.
    """

    tier: int
    commodity: str
    unit: str
    quantity: float
    ahead: bool


@dataclass(frozen=True)
class Lost:
    """A supply line that would have fed a claim.

    Attributes:
        line, commodity: which brings what.
        quantity: that it cannot send over the horizon, in the commodity's unit.
    """

    line: str
    commodity: str
    quantity: float


@dataclass(frozen=True)
class Remedy:
    """What would have given a claim what it lacks: the smallest that was found, each confirmed by solving again.

    Attributes:
        kind: ``supply`` (more at the claim's place), ``guarantee`` (a share that comes before all classes), ``rank`` (a higher class) or
            ``cap`` (a higher one).
        target: coverage that is to be reached in every period.
        suffices: whether it does; where it does not, nothing of its kind does and `amount` is the most that was tried.
        amount: quantity over the horizon in the commodity's unit (supply), share (guarantee, cap) or rank.
        reached: lowest coverage of the claim in a period, once it is done.
        trial: whom else it gives and takes.
    """

    kind: str
    target: float
    suffices: bool
    amount: float
    reached: float
    trial: Trial


@dataclass(frozen=True)
class AtCap:
    """A period in which a cap stops a claim: the claim's rank then, and the largest share of demand that may be met."""

    period: str
    tier: int
    share: float


@dataclass(frozen=True)
class Reason:
    """Why a claim is cut.

    Attributes:
        claim: region/sector/commodity.
        tier, deciding_tier: its rank, and that of the class whose turn left it no more choice: where that is above, the reason is rank.
        stage: the stage that did, as in ``summary.json``; empty where it is not known.
        unit, demand, restrained, allocated, shortfall: over the horizon.
        coverage, lowest: over the horizon, and in the worst period.
        periods: in which it is short.
        capped: whether its cap stops it in every period in which it is short.
        at_cap: those periods in which its cap stops it.
        standing: those periods in which its line stands still, because it would have less than its minimum.
        rule, legal_basis: of its class, unless the cap stops it whenever it is short; of caps that stop it; of exemptions and overrides.
        bindings: limits that it meets, the one that moves it most first.
        inputs: of processes on the way to the limit that moves it most, where a process takes several.
        holders: who has what it lacks, highest rank first.
        lost: what the crisis took away from where its goods are scarce, the nearest line first.
        given_back: what it does to have all of that back; None until asked for, and where nothing was lost.
        remedies: what would have changed it; empty until asked for.
    """

    claim: str
    tier: int
    deciding_tier: int
    stage: str
    unit: str
    demand: float
    restrained: float
    allocated: float
    shortfall: float
    coverage: float
    lowest: float
    periods: tuple[str, ...]
    capped: bool
    at_cap: tuple[AtCap, ...]
    rule: str
    legal_basis: str
    bindings: tuple[Binding, ...] = ()
    inputs: tuple[Input, ...] = ()
    holders: tuple[Holder, ...] = ()
    lost: tuple[Lost, ...] = ()
    given_back: Trial | None = None
    remedies: tuple[Remedy, ...] = ()
    standing: tuple[str, ...] = ()

    @property
    def main(self) -> Binding | None:
        """The limit that moves the claim most; None where none was found."""
        return self.bindings[0] if self.bindings else None


@dataclass(frozen=True)
class Explanation:
    """Why the answer is as it is.

    Attributes:
        cuts: one row per claim that is short over the horizon, columns `CUTS`, by tier and name; `shortfall` is summed over the horizon.
        no_route: region, sector, commodity of claims that no supply, stock or process can reach at all.
        reasons: of every claim that is cut, by name, in the order of `cuts`.
        moved: limits that were moved up and down.
        unmoved: limits that were nominated and not moved, because there were too many.
    """

    cuts: pd.DataFrame
    no_route: pd.DataFrame
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    moved: int = 0
    unmoved: int = 0
