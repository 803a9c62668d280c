"""Write a small `Instance` by names in a few lines."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from allocator_models.instance import Instance
from tests.instances.members import Claim, Commodity, Figure, Inventory, Lane, Lead, Lever, Line, Node, Plant, Process, Reserve, Rule
from tests.instances.tables import build_instance


class InstanceBuilder:
    """Collects the members of a small case by name and builds its `Instance`.

    Everything is in internal units. Defaults: no loss, no lead, no cost, scale 1, one node of probability 1 per period, all in the horizon.
    Members are public dictionaries by name (`claims`, `lines`, ...), so that a test can change one figure of a copy and build again.

    >>> case = InstanceBuilder().periods(2, tail=1)                              # nodes 2026-01, 2026-02 and, in the tail, 2026-03
    >>> case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    'NLD/health/helium'
    >>> case.claim("NLD", "balloons", "helium", tier=2, demand=[1.0, 2.0, 2.0], restraint=0.1)
    'NLD/balloons/helium'
    >>> case.line("QAT", "NLD", "helium", limit=[2.0, 0.5, 0.5], lead=1, before=2.0)   # two units a period were under way
    >>> case.reserve("cavern", "NLD", "helium", opening=3.0, floor=1.0, rank=1)
    >>> instance = case.build()

    What `build` works out, as the formulation says: floors and working stock decay with the goods and never exceed what is there;
    reserves are closed in the tail; inventory is at most its opening stock from the last horizon node on; leads become arrival weights
    which sum to (1 - loss)^lead for lines and lanes and to 1 for processes; `before` becomes volume under way; `bound` is the cumulative
    supply of the commodity on the path to the node (of all regions where the commodity has lanes).
    """

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.commodities: dict[str, Commodity] = {}
        self.claims: dict[str, Claim] = {}
        self.lines: dict[str, Line] = {}
        self.processes: dict[str, Process] = {}
        self.reserves: dict[str, Reserve] = {}
        self.inventories: dict[tuple[str, str], Inventory] = {}
        self.lanes: dict[str, Lane] = {}
        self.levers: dict[str, Lever] = {}
        self.plants: dict[str, Plant] = {}
        self.lots: dict[str, float] = {}
        self.tranches: dict[str, float] = {}
        self.bundles: dict[str, float] = {}
        self.unlocks: dict[str, float] = {}
        self.allowances: dict[str, float] = {}
        self.sales: dict[tuple[str, str], list[tuple[Figure, Figure]]] = {}
        self.tiers: dict[int, str] = {}
        self.sharing = "pooled"

    def copy(self) -> InstanceBuilder:
        """Return an independent copy, to change a figure and build again."""
        return copy.deepcopy(self)

    # ---- time --------------------------------------------------------------------------------------------------------------------
    def periods(self, count: int, tail: int = 0) -> InstanceBuilder:
        """Add a path of `count` horizon nodes and `tail` nodes after it, named 2026-01, 2026-02, ..."""
        previous = ""
        for position in range(count + tail):
            name = f"{2026 + position // 12}-{position % 12 + 1:02d}"
            previous = self.node(name, parent=previous, horizon=position < count)
        return self

    def node(self, period: str, branch: str = "", *, parent: str = "", probability: float = 1.0, horizon: bool = True) -> str:
        """Add a node of a tree, its parent first; return its name, `period/branch` or just `period`."""
        name = f"{period}/{branch}" if branch else period
        self.nodes[name] = Node(name, period, branch, parent, probability, horizon)
        return name

    # ---- goods and law -----------------------------------------------------------------------------------------------------------
    def commodity(
        self, name: str, *, loss: float = 0.0, yardstick: float | None = None, surplus_cost: float = 0.0, scale: float = 1.0
    ) -> None:
        """State what is not the default of a commodity; any other commodity that is named somewhere comes with the defaults."""
        self.commodities[name] = Commodity(scale, loss, yardstick, surplus_cost)

    def tier(self, rank: int, *, over: str = "period") -> None:
        """State a tier's `over`; tiers that claims name exist anyway, `over` period."""
        self.tiers[rank] = over

    def claim(
        self,
        region: str,
        sector: str,
        commodity: str,
        *,
        tier: int,
        demand: Figure,
        cap: Figure = 1.0,
        guarantee: Figure = 0.0,
        guarantee_first: bool = True,
        restraint: Figure | None = None,
        restraint_cost: float = 0.0,
        **rule: Any,
    ) -> str:
        """Add a claim (cells where demand > 0); return its name. More restraint blocks: append to `claims[name].restraint`.

        Further words are those of `Rule`. To serve it in another tier in some nodes, which shares by plain leximin by period: fill
        `claims[name].moves` with their names and that tier.
        """
        blocks = [] if restraint is None else [(restraint, restraint_cost)]
        name = f"{region}/{sector}/{commodity}"
        self.claims[name] = Claim(region, sector, commodity, tier, demand, cap, guarantee, guarantee_first, blocks, Rule(**rule))
        return name

    # ---- supply ------------------------------------------------------------------------------------------------------------------
    def line(
        self, name: str, region: str, commodity: str, *, limit: Figure, premium: Figure = 0.0, lead: Lead = 0, before: float = 0.0
    ) -> None:
        """Add a supply line into a region."""
        self.lines[name] = Line(region, commodity, limit, premium, lead, before)

    def process(
        self,
        name: str,
        region: str,
        inputs: Mapping[str, float],
        outputs: Mapping[str, Figure],
        *,
        limit: Figure,
        cost: Figure = 0.0,
        lead: Lead = 0,
        before: float = 0.0,
    ) -> None:
        """Add a process: quantities per run, `limit` runs a node."""
        self.processes[name] = Process(region, dict(inputs), dict(outputs), limit, cost, lead, before)

    def reserve(
        self,
        name: str,
        region: str,
        commodity: str,
        *,
        opening: float,
        rank: int = 1,
        floor: float = 0.0,
        limit: Figure | None = None,
        loss: float = 0.0,
        loss_share: Figure = 0.0,
        first: bool = False,
        refill: Figure = 0.0,
        due: Figure = 0.0,
    ) -> None:
        """Add a reserve; without `limit` all of it may be released at once."""
        most = opening if limit is None else limit
        self.reserves[name] = Reserve(region, commodity, opening, rank, floor, most, loss, loss_share, first, refill, due)

    def lever(
        self,
        name: str,
        commodity: str,
        *,
        rank: int,
        lines: tuple[str, ...] = (),
        processes: tuple[str, ...] = (),
        limit: Figure | None = None,
    ) -> None:
        """Make lines and processes those of a lever; without `limit` it brings all that they can."""
        self.levers[name] = Lever(commodity, rank, list(lines), list(processes), limit)

    def plant(self, name: str, *, minimum: float, restart: int = 1, running: bool = True) -> None:
        """Let a claim or a process, by its name, get or run `minimum` at least or stand still, and `restart` nodes when it has stopped."""
        self.plants[name] = Plant(minimum, restart, running)

    def lot(self, line: str, size: float) -> None:
        """Let a line, by its name, send whole lots."""
        self.lots[line] = size

    def tranche(self, reserve: str, size: float) -> None:
        """Let a reserve, by its name, release whole tranches."""
        self.tranches[reserve] = size

    def bundle(self, lever: str, minimum: float) -> None:
        """Let the lines of a lever, by its name, send `minimum` at least together in a node, or nothing."""
        self.bundles[lever] = minimum

    def unlock(self, lever: str, cost: float = 0.0) -> None:
        """Let a lever, by its name, bring nothing unless it is unlocked, at a fixed cost."""
        self.unlocks[lever] = cost

    def allow(self, *, budget_eur: float | None = None, at_most_together: float | None = None) -> None:
        """Limit what levers cost in all, and how many of those that are unlocked."""
        said = {"budget_eur": budget_eur, "at_most_together": at_most_together}
        self.allowances |= {name: most for name, most in said.items() if most is not None}

    def inventory(
        self, region: str, commodity: str, *, opening: float, minimum: float = 0.0, maximum: float | None = None, cost: float = 0.0
    ) -> None:
        """Add commercial stock; without `maximum` there is room for the opening stock; `cost` of a unit held."""
        self.inventories[region, commodity] = Inventory(opening, minimum, opening if maximum is None else maximum, cost)

    def sale(self, region: str, commodity: str, *, limit: Figure, value: Figure) -> None:
        """Add a buyer without a rank, where something else is."""
        self.sales.setdefault((region, commodity), []).append((limit, value))

    def lane(
        self,
        origin: str,
        destination: str,
        commodity: str,
        *,
        limit: Figure,
        cost: Figure = 0.0,
        lead: Lead = 0,
        before: float = 0.0,
        trade: float = 0.0,
    ) -> None:
        """Add a lane, named `origin-destination/commodity`; `trade` is what it carries where members do not share."""
        self.lanes[f"{origin}-{destination}/{commodity}"] = Lane(origin, destination, commodity, limit, cost, lead, before, trade)

    def share(self, how: str) -> None:
        """Say how members share: ``pooled``, ``guarded``, or ``standalone``, where lanes carry their limit all the same."""
        self.sharing = how

    def build(self) -> Instance:
        """Return the instance; members get codes in the order of their names, nodes in the order of time."""
        return build_instance(self)
