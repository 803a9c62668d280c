"""From the members of an `InstanceBuilder` to index tables: codes, floors, arrival weights, volume under way and bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from allocator_models.instance import COLUMNS, Instance
from tests.instances.members import Commodity, Figure, Lead

if TYPE_CHECKING:
    from tests.instances.builder import InstanceBuilder

#: Codes and ranks; text; flags. Every other column is a float.
KINDS = {
    "int64": (
        "node",
        "parent",
        "region",
        "commodity",
        "claim",
        "tier",
        "line",
        "process",
        "reserve",
        "rank",
        "lever",
        "plant",
        "restart",
        "lane",
        "origin",
        "destination",
        "step",
        "order",
        "piece",
        "buyer",
        "unlock",
        "item",
        "allowance",
        "release",
        "refill",
    ),
    "str": ("name", "period", "branch", "sector", "rule", "over"),
    "bool": ("horizon", "guarantee_first", "first", "running"),
}
KIND_OF = {column: kind for kind, columns in KINDS.items() for column in columns} | {"block": "int64", "sent": "int64"}
Rows = dict[str, list[tuple[Any, ...]]]


def build_instance(case: InstanceBuilder) -> Instance:
    """Return the instance of what the builder holds."""
    return _Tables(case).instance()


class _Tables:
    """One build: codes by name, then the rows of every table."""

    def __init__(self, case: InstanceBuilder) -> None:
        if not case.nodes:
            raise ValueError("a case needs nodes: call periods() or node() first")
        self.case = case
        if sum(not node.parent for node in case.nodes.values()) != 1:
            raise ValueError("the nodes of a case are one tree: exactly one node has no parent")
        self.depth: dict[str, int] = {}
        for name, node in case.nodes.items():
            self.depth[name] = self.depth[node.parent] + 1 if node.parent else 0
        self.node_names = sorted(case.nodes, key=lambda name: (self.depth[name], name))
        self.node = {name: code for code, name in enumerate(self.node_names)}
        self.pairs = sorted(self._pairs())
        self.region = self._codes({region for region, _ in self.pairs})
        self.commodity = self._codes({commodity for _, commodity in self.pairs} | set(case.commodities))
        self.rows: Rows = {table: [] for table in COLUMNS}
        self.supply: dict[tuple[str, str, str], float] = {}

    @staticmethod
    def _codes(names: set[str]) -> dict[str, int]:
        return {name: code for code, name in enumerate(sorted(names))}

    def _pairs(self) -> set[tuple[str, str]]:
        case = self.case
        pairs = {(member.region, member.commodity) for group in (case.claims, case.lines, case.reserves) for member in group.values()}
        pairs |= {(process.region, commodity) for process in case.processes.values() for commodity in [*process.inputs, *process.outputs]}
        pairs |= {(region, lane.commodity) for lane in case.lanes.values() for region in (lane.origin, lane.destination)}
        return pairs | set(case.inventories)

    def figure(self, figure: Figure, name: str) -> float:
        """Value of a figure in a node."""
        if isinstance(figure, Mapping):
            return float(figure.get(name, 0.0))
        if isinstance(figure, Sequence):
            return float(figure[self.node[name]])
        return float(figure)

    def good(self, name: str) -> Commodity:
        return self.case.commodities.get(name, Commodity())

    def path(self, name: str) -> list[str]:
        """The node and its ancestors, the node first."""
        path = [name]
        while self.case.nodes[path[-1]].parent:
            path.append(self.case.nodes[path[-1]].parent)
        return path

    def ends_horizon(self, name: str) -> bool:
        """Whether the node is in the tail or the last of the horizon on its path."""
        children = [node for node in self.case.nodes.values() if node.parent == name]
        return not any(child.horizon for child in children)

    def instance(self) -> Instance:
        self._members()
        self._claims()
        self._flows()
        self._stocks()
        self._levers()
        self._plants()
        self._unlocks()
        self._sharing()
        self._balances()
        return Instance(**{name: self._frame(name) for name in COLUMNS})

    def _frame(self, name: str) -> pd.DataFrame:
        index, parameters = COLUMNS[name]
        columns = [*index, *parameters]
        rows = sorted(self.rows[name], key=lambda row: row[: len(index)])
        frame = pd.DataFrame.from_records(rows, columns=columns)
        return frame.astype({column: KIND_OF.get(column, "float64") for column in columns})

    def _members(self) -> None:
        for name, code in self.node.items():
            node = self.case.nodes[name]
            parent = self.node[node.parent] if node.parent else -1
            self.rows["nodes"].append((code, name, node.period, node.branch, parent, node.probability, node.horizon))
        self.rows["regions"] = [(code, name) for name, code in self.region.items()]
        for name, code in self.commodity.items():
            good = self.good(name)
            self.rows["commodities"].append((code, name, good.scale, good.loss, self._yardstick(name), good.surplus_cost))
        ranks = {tier for claim in self.case.claims.values() for tier in (claim.tier, *claim.moves.values())} | set(self.case.tiers)
        self.rows["tiers"] = [(rank, f"tier {rank}", "leximin", self.case.tiers.get(rank, "period")) for rank in sorted(ranks)]

    def _yardstick(self, name: str) -> float:
        root = self.node_names[0]
        stated = self.good(name).yardstick
        demand = math.fsum(self.figure(claim.demand, root) for claim in self.case.claims.values() if claim.commodity == name)
        supply = math.fsum(self.figure(line.limit, root) for line in self.case.lines.values() if line.commodity == name)
        return stated if stated is not None else demand or supply or 1.0

    def _claims(self) -> None:
        for code, name in enumerate(sorted(self.case.claims)):
            claim = self.case.claims[name]
            place = (self.region[claim.region], self.commodity[claim.commodity])
            rule = claim.rule
            over = rule.over or self.case.tiers.get(claim.tier, "period")
            shares = (rule.rule, over, rule.step, rule.satisfied, rule.offset, rule.order, rule.past_demand, rule.past_shortfall)
            self.rows["claims"].append((code, name, *place, claim.sector, claim.tier, *shares))
            elsewhere = sorted(set(claim.moves.values()) - {claim.tier})
            self.rows["moves"] += [(code, tier, "leximin", "period", 0, 1.0, 0.0, 0) for tier in elsewhere]
            for node_name, node in self.node.items():
                demand = self.figure(claim.demand, node_name)
                if demand <= 0:
                    continue
                law = (self.figure(claim.cap, node_name), self.figure(claim.guarantee, node_name), claim.guarantee_first)
                self.rows["cells"].append((code, node, claim.moves.get(node_name, claim.tier), demand, *law))
                weighed = self.case.nodes[node_name].horizon and claim.moves.get(node_name, claim.tier) == claim.tier
                for piece, (share, harm) in enumerate(rule.harm if weighed else ()):
                    self.rows["harms"].append((code, node, piece, share * demand, harm))
                for block, (share, cost) in enumerate(claim.restraint):
                    limit = self.figure(share, node_name) * demand
                    if limit > 0:
                        self.rows["restraints"].append((code, node, block, limit, cost))

    def _flows(self) -> None:
        for code, name in enumerate(sorted(self.case.lines)):
            line = self.case.lines[name]
            self.rows["lines"].append((code, name, self.region[line.region], self.commodity[line.commodity]))
            self._limits("dispatches", code, line.limit, line.premium)
            self._arrivals("line_arrivals", code, line.lead, line.before, line.limit, {(line.region, line.commodity): 1.0}, line.commodity)
        for code, name in enumerate(sorted(self.case.processes)):
            process = self.case.processes[name]
            self.rows["processes"].append((code, name, self.region[process.region], process.scale))
            self._limits("runs", code, process.limit, process.cost)
            self.rows["inputs"] += [(code, self.commodity[good], quantity) for good, quantity in process.inputs.items()]
            for good, figure in process.outputs.items():
                self.rows["outputs"] += [(code, self.commodity[good], node, self.figure(figure, at)) for at, node in self.node.items()]
            made = {(process.region, good): figure for good, figure in process.outputs.items()}
            self._arrivals("process_arrivals", code, process.lead, process.before, process.limit, made, None)
        for code, name in enumerate(sorted(self.case.lanes)):
            lane = self.case.lanes[name]
            ends = (self.region[lane.origin], self.region[lane.destination])
            self.rows["lanes"].append((code, name, *ends, self.commodity[lane.commodity]))
            self._limits("transfers", code, lane.limit, lane.cost)
            self._arrivals("lane_arrivals", code, lane.lead, lane.before, 0.0, {(lane.destination, lane.commodity): 1.0}, lane.commodity)

    def _limits(self, table: str, code: int, limit: Figure, cost: Figure) -> None:
        self.rows[table] += [(code, node, self.figure(limit, name), self.figure(cost, name)) for name, node in self.node.items()]

    def _arrivals(
        self,
        table: str,
        code: int,
        lead: Lead,
        before: float,
        limit: Figure,
        made: Mapping[tuple[str, str], Figure],
        carried: str | None,
    ) -> None:
        """Rows of arrival weights, and what arrives as supply; `carried` is the commodity that decays on the way."""
        weights = arrival_weights(lead, self.good(carried).loss if carried else 0.0)
        for name, node in self.node.items():
            for sent in self.path(name):
                weight = weights.get(self.depth[name] - self.depth[sent], 0.0)
                if weight <= 0:
                    continue
                self.rows[table].append((code, self.node[sent], node, weight))
                for pair, figure in made.items():
                    self._supply("new", pair, name, weight * self.figure(limit, sent) * self.figure(figure, sent))
            late = math.fsum(weight for steps, weight in weights.items() if steps > self.depth[name])
            for pair, figure in made.items():
                self._supply("under_way", pair, name, late * before * self.figure(figure, self.node_names[0]))

    def _supply(self, kind: str, pair: tuple[str, str], name: str, quantity: float) -> None:
        """Record supply of a (region, commodity) in a node: `new` or `under_way`."""
        if quantity > 0:
            self.supply[kind, "/".join(pair), name] = self.supply.get((kind, "/".join(pair), name), 0.0) + quantity

    def _stocks(self) -> None:
        root = self.node_names[0]
        for code, name in enumerate(sorted(self.case.reserves)):
            reserve = self.case.reserves[name]
            place = (self.region[reserve.region], self.commodity[reserve.commodity])
            self.rows["reserves"].append((code, name, *place, reserve.rank, reserve.first, reserve.opening, reserve.loss))
            filled = math.fsum(self.figure(reserve.refill, node) for node in self.case.nodes)
            self._supply("new", (reserve.region, reserve.commodity), root, reserve.opening + filled)
            for node_name, node in self.node.items():
                spared = math.prod(1 - self.figure(reserve.loss_share, before) for before in self.path(node_name))
                least = max(min(reserve.floor, reserve.opening), self.figure(reserve.due, node_name) * reserve.opening)
                floor = least * (1 - reserve.loss) ** self.depth[node_name] * spared
                filled = self.figure(reserve.refill, node_name) if self.case.nodes[node_name].horizon else 0.0
                if filled > 0:
                    self.rows["refills"].append((code, node, filled))
                limit = self.figure(reserve.limit, node_name) if self.case.nodes[node_name].horizon else 0.0
                self.rows["releases"].append((code, node, floor, limit, self.figure(reserve.loss_share, node_name)))
        for pair in sorted(self.case.inventories):
            inventory = self.case.inventories[pair]
            self._supply("new", pair, root, inventory.opening)
            for node_name, node in self.node.items():
                minimum = min(inventory.minimum, inventory.opening) * (1 - self.good(pair[1]).loss) ** self.depth[node_name]
                maximum = min(inventory.maximum, inventory.opening) if self.ends_horizon(node_name) else inventory.maximum
                key = (self.region[pair[0]], self.commodity[pair[1]], node)
                self.rows["inventories"].append((*key, inventory.opening, minimum, maximum, inventory.cost))

        for pair in sorted(self.case.sales):
            for number, (limit, value) in enumerate(self.case.sales[pair], 1):
                place = (self.region[pair[0]], self.commodity[pair[1]], number)
                nodes = [(node, name) for name, node in self.node.items() if self.case.nodes[name].horizon]
                self.rows["sales"] += [(*place, node, self.figure(limit, name), self.figure(value, name)) for node, name in nodes]

    def _levers(self) -> None:
        lines, processes = sorted(self.case.lines), sorted(self.case.processes)
        for code, name in enumerate(sorted(self.case.levers)):
            lever = self.case.levers[name]
            self.rows["levers"].append((code, name, self.commodity[lever.commodity], lever.rank))
            self.rows["lever_lines"] += [(code, lines.index(line)) for line in lever.lines]
            self.rows["lever_processes"] += [(code, processes.index(process)) for process in lever.processes]
            for node_name, node in self.node.items():
                sent = math.fsum(self.figure(self.case.lines[line].limit, node_name) for line in lever.lines)
                made = math.fsum(
                    self.figure(process.limit, node_name) * self.figure(process.outputs[lever.commodity], node_name)
                    for process in (self.case.processes[one] for one in lever.processes)
                )
                most = math.inf if lever.limit is None else self.figure(lever.limit, node_name)
                self.rows["uses"].append((code, node, min(sent + made, most)))

    def _unlocks(self) -> None:
        """Levers that are unlocked, and what every lever opens: lines and processes, in this order."""
        unlocks = sorted(self.case.unlocks)
        self.rows["unlocks"] = [(code, name, self.case.unlocks[name]) for code, name in enumerate(unlocks)]
        self.rows["allowances"] = [(("budget_eur", "at_most_together").index(name), most) for name, most in self.case.allowances.items()]
        if not self.case.unlocks and not self.case.allowances:
            return
        groups = ((self.case.processes, "processes", "run"), (self.case.lines, "lines", "line"))
        for members, listed, kind in groups:
            owners = {member: name for name, lever in self.case.levers.items() for member in getattr(lever, listed)}
            for code, member in enumerate(sorted(members)):
                if member not in owners:
                    continue
                item = len(self.rows["openings"])
                self.rows["openings"].append((item, *((code, -1) if kind == "line" else (-1, code)), -1, -1, -1, -1))
                self.rows["keys"] += [(item, unlocks.index(owners[member]))] if owners[member] in unlocks else []
                price = members[member].premium if kind == "line" else members[member].cost
                for name, node in self.node.items():
                    most, horizon = self.figure(members[member].limit, name), self.case.nodes[name].horizon
                    if most > 0:
                        self.rows["opened"].append((item, node, most, self.figure(price, name) if horizon else 0.0))

    def _plants(self) -> None:
        claims, processes = sorted(self.case.claims), sorted(self.case.processes)
        integers = self.case.plants or self.case.lots or self.case.tranches or self.case.unlocks or self.case.bundles
        for code, node, limit in self.rows["uses"]:
            least = self.case.bundles.get(sorted(self.case.levers)[code])
            self.rows["bundles"] += [(code, node, least, limit if limit >= least else 0.0)] if least else []
        self.rows["closing"] = [(piece, 0.1, 2.0**piece) for piece in range(10)] if integers else []
        for code, node, _, limit, _ in self.rows["releases"]:
            size = self.case.tranches.get(sorted(self.case.reserves)[code])
            self.rows["tranches"] += [(code, node, size, math.floor(limit / size + 1e-9))] if size else []
        for line, size in self.case.lots.items():
            most = [math.floor(self.figure(self.case.lines[line].limit, name) / size + 1e-9) for name in self.node]
            self.rows["lots"] += [(sorted(self.case.lines).index(line), node, size, most[node]) for node in self.node.values()]
        for code, name in enumerate(sorted(self.case.plants)):
            plant = self.case.plants[name]
            claim = claims.index(name) if name in claims else -1
            process = processes.index(name) if name in processes else -1
            self.rows["plants"].append((code, name, claim, process, plant.restart, plant.running))
            for node_name, node in self.node.items():
                most = self.figure(self.case.claims[name].demand if claim >= 0 else self.case.processes[name].limit, node_name)
                least = plant.minimum if process >= 0 or most >= plant.minimum else 0.0
                self.rows["operations"].append((code, node, least, most))

    def _sharing(self) -> None:
        if self.case.sharing == "pooled":
            return
        guarded = self.case.sharing == "guarded"
        sites: dict[tuple[int, int, int], float] = {}
        for code, node, _, limit, _ in self.rows["releases"]:
            _, _, region, commodity, *_ = self.rows["reserves"][code]
            sites[region, commodity, node] = sites.get((region, commodity, node), 0.0) + (limit if guarded else 0.0)
        self.rows["stays"] = [(*site, beyond) for site, beyond in sites.items()]
        parents = {node.parent for node in self.case.nodes.values()}
        for lane, node, limit, _ in self.rows["transfers"] if guarded else []:
            self.rows["trades"].append((lane, node, min(limit, self.case.lanes[sorted(self.case.lanes)[lane]].trade)))
        for code, name in enumerate(sorted(self.case.claims) if guarded else []):
            for leaf in (name for name in self.case.nodes if name not in parents):
                asked = math.fsum(self.figure(self.case.claims[name].demand, node) for node in self.path(leaf))
                self.rows["guarded"].append((code, self.node[leaf], asked))

    def _balances(self) -> None:
        shared = {lane.commodity for lane in self.case.lanes.values()}
        for region, commodity in self.pairs:
            joined = [pair for pair in self.pairs if pair[1] == commodity] if commodity in shared else [(region, commodity)]
            for name, node in self.node.items():
                path = self.path(name)
                keys = [(kind, "/".join(pair), at) for kind in ("new", "under_way") for pair in joined for at in path]
                bound = math.fsum(self.supply.get(key, 0.0) for key in keys)
                under_way = self.supply.get(("under_way", f"{region}/{commodity}", name), 0.0)
                self.rows["balances"].append((self.region[region], self.commodity[commodity], node, under_way, bound))


def arrival_weights(lead: Lead, loss: float = 0.0) -> dict[int, float]:
    """Share that arrives after each whole number of periods; a given mapping is taken as it is, a number sums to (1 - loss)^lead."""
    if isinstance(lead, Mapping):
        return dict(lead)
    whole, part = math.floor(lead), lead - math.floor(lead)
    kept = (1 - loss) ** lead
    return {steps: share * kept for steps, share in ((whole, 1 - part), (whole + 1, part)) if share > 0}
