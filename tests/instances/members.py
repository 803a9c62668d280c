"""What an `InstanceBuilder` collects: one mutable record per member, in words and natural names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

#: The same in every node, or one number per node in node order, or by node name (0 in nodes that are not named).
Figure = float | Sequence[float] | Mapping[str, float]
#: Periods on the way (1.5: half after one, half after two), or the share that arrives after each whole number of periods.
Lead = float | Mapping[int, float]


@dataclass
class Node:
    """A period on a branch; `parent` is the parent's name, empty at the root."""

    name: str
    period: str
    branch: str
    parent: str
    probability: float
    horizon: bool


@dataclass
class Commodity:
    """Share lost from node to node, baseline demand per period (None: demand in the root, else supply) and EUR per unit thrown away."""

    scale: float = 1.0
    loss: float = 0.0
    yardstick: float | None = None
    surplus_cost: float = 0.0


@dataclass
class Claim:
    """Demand of a region's sector; restraint blocks are (share of demand, cost)."""

    region: str
    sector: str
    commodity: str
    tier: int
    demand: Figure
    cap: Figure = 1.0
    guarantee: Figure = 0.0
    guarantee_first: bool = True
    restraint: list[tuple[Figure, float]] = field(default_factory=list)
    rule: Rule = field(default_factory=lambda: Rule())
    moves: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """How a claim's tier shares; `harm` are pieces (share of demand, harm per unit), `offset` and `order` as in `Instance`."""

    rule: str = "leximin"
    over: str | None = None
    step: int = 0
    satisfied: float = 1.0
    offset: float = 0.0
    order: int = 0
    harm: tuple[tuple[float, float], ...] = ()
    past_demand: float = 0.0
    past_shortfall: float = 0.0


@dataclass
class Line:
    """A supply line; `before` is what it dispatched in each period before the first node."""

    region: str
    commodity: str
    limit: Figure
    premium: Figure
    lead: Lead
    before: float


@dataclass
class Process:
    """A technology in a region; inputs and outputs are quantities per run, `before` the runs in each period before the first node."""

    region: str
    inputs: dict[str, float]
    outputs: dict[str, Figure]
    limit: Figure
    cost: Figure
    lead: Lead
    before: float
    scale: float = 1.0


@dataclass
class Reserve:
    """A strategic reserve; `floor` is the nominal floor, `limit` the largest release in a node, `loss_share` what is destroyed there.

    `refill` is the most that goes into it in a node of the horizon, `due` the share of the opening stock that must be there.
    """

    region: str
    commodity: str
    opening: float
    rank: int
    floor: float
    limit: Figure
    loss: float
    loss_share: Figure = 0.0
    first: bool = False
    refill: Figure = 0.0
    due: Figure = 0.0


@dataclass
class Lever:
    """A decision that opens lines and processes; `limit` is the most that they bring together, None for all that they can."""

    commodity: str
    rank: int
    lines: list[str]
    processes: list[str]
    limit: Figure | None = None


@dataclass
class Plant:
    """What gets or runs its minimum at least, or stands still; `running` before the first node."""

    minimum: float
    restart: int
    running: bool


@dataclass
class Inventory:
    """Commercial stock; `minimum` is the nominal working stock."""

    opening: float
    minimum: float
    maximum: float
    cost: float = 0.0


@dataclass
class Lane:
    """Transfers of one commodity between two regions; `before` was sent in each period before the first node, `trade` without sharing."""

    origin: str
    destination: str
    commodity: str
    limit: Figure
    cost: Figure
    lead: Lead
    before: float
    trade: float = 0.0
