"""Small cases in names and natural units, solved: what the audit is shown in its tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from allocator import allocation as tables
from allocator.allocation import Allocation, decode
from allocator.audit import audit_allocation
from allocator.case import Case
from allocator.case.model import CASE_COLUMNS, case_table
from allocator.compile import compile_instance
from allocator.named import PLAN, Named
from allocator.periods import Horizon
from allocator.solve import solve_stages
from allocator.supply import supply_table
from allocator_models import formulate, lower
from allocator_models.kept import Kept
from tests.instances import InstanceBuilder
from tests.instances.members import Figure
from tests.instances.tables import arrival_weights

KINDS = {
    **dict.fromkeys(("number", "tier", "block", "rank", "step", "order", "piece", "restart", "buyer"), "int64"),
    **dict.fromkeys(("horizon", "guarantee_first", "outside", "open", "first", "running"), "bool"),
    **dict.fromkeys(("loss_per_month", "price_eur", "yardstick", "undisturbed", "demand", "cap", "guarantee", "hard"), "float64"),
    **dict.fromkeys(("share", "cost_eur", "harm", "satisfied", "offset", "past_demand", "past_shortfall"), "float64"),
    **dict.fromkeys(("premium_eur", "limit", "quantity", "opening", "floor", "minimum", "maximum", "weight"), "float64"),
    **dict.fromkeys(
        ("lost", "size", "yield_share", "loss_share", "due", "days", "transit_days", "value_eur", "fixed_eur", "most"), "float64"
    ),
}


PUBLISHED = ("allocation", "reserves", "supply")


@dataclass(frozen=True)
class Books:
    """A case and its solved allocation."""

    case: Case
    allocation: Allocation

    def change(self, table: str, figure: str, by: float, **names: object) -> Books:
        """Return books in which one figure, of the row with these names, is higher; `table` is published or of the plan."""
        if table in PUBLISHED:
            rows = _changed(getattr(self.allocation, table), figure, by, names)
            return Books(self.case, replace(self.allocation, **{table: rows}))
        rows = _changed(self.allocation.plan[table], figure, by, names)
        return Books(self.case, replace(self.allocation, plan={**self.allocation.plan, table: rows}))

    def with_case(self, table: str, figure: str, by: float, **names: object) -> Books:
        """Return books in which one figure of the case is higher."""
        return Books(replace(self.case, **{table: _changed(getattr(self.case, table), figure, by, names)}), self.allocation)

    def without(self, table: str, row: int) -> Books:
        """Return books that lack a row of the plan."""
        rows = self.allocation.plan[table].drop(index=row)
        return Books(self.case, replace(self.allocation, plan={**self.allocation.plan, table: rows}))

    def give(self, claim: str, amount: float, period: str = "2026-01") -> Books:
        """Return books in which a claim (region/sector/commodity) is allocated more and short of less."""
        region, sector, commodity = claim.split("/")
        names = {"region": region, "sector": sector, "commodity": commodity, "period": period}
        return self.change("claims", "allocated", amount, **names).change("claims", "shortfall", -amount, **names)

    def published(self) -> Books:
        """Return books whose published tables are made anew from the plan, so that only the plan can be wrong."""
        plan, kept = self.allocation.plan, Kept()
        named = {name: _named(table, PLAN[name][1]) for name, table in plan.items()}
        return Books(
            self.case,
            replace(
                self.allocation,
                allocation=tables._allocation(self.case, named["claims"], kept),
                reserves=tables._reserves(self.case, named["stocks"], named["claims"], kept),
                supply=supply_table(self.case, named, kept),
            ),
        )

    def failing(self) -> set[str]:
        """Return the names of the checks that fail."""
        return {check.name for check in audit_allocation(self.case, self.allocation).checks if not check.passed}


def _named(table: pd.DataFrame, figures: tuple[str, ...]) -> Named:
    return Named(table.drop(columns=list(figures)), {name: table[name].to_numpy(dtype="float64") for name in figures})


def _changed(table: pd.DataFrame, figure: str, by: float, names: Mapping[str, object]) -> pd.DataFrame:
    rows = table.copy()
    chosen = pd.Series(True, index=rows.index)
    for column, name in names.items():
        chosen &= rows[column] == name
    assert chosen.sum() == 1, f"{int(chosen.sum())} rows with {names}"
    rows.loc[chosen, figure] += by
    return rows


def solved(builder: InstanceBuilder, size: float = 1.0) -> Books:
    """Return the books of a builder's case, its figures taken `size` times."""
    return solved_case(case_of(builder, size))


def solved_case(case: Case) -> Books:
    """Return the books of a case."""
    instance = compile_instance(case)
    return Books(case, decode(case, instance, solve_stages(lower(formulate(instance)), instance)))


def case_of(builder: InstanceBuilder, size: float = 1.0) -> Case:
    """Return the case that a builder on a path describes; a period is a month, so losses are per month."""
    return _CaseOf(builder, size).case()


class _CaseOf:
    def __init__(self, builder: InstanceBuilder, size: float) -> None:
        self.builder, self.size = builder, size
        self.periods = list(builder.nodes)
        self.rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in CASE_COLUMNS}

    def case(self) -> Case:
        horizon = sum(node.horizon for node in self.builder.nodes.values())
        self.rows["periods"] = [(number, name, number < horizon) for number, name in enumerate(self.periods)]
        self._law()
        self._lines_and_lanes()
        self._processes()
        self._stocks()
        self._levers()
        self._plants()
        named = {}
        for table, (keys, columns) in CASE_COLUMNS.items():
            frame = pd.DataFrame.from_records(self.rows[table], columns=[*keys, *columns])
            kinds = {column: KINDS.get(column, "str") for column in frame.columns}
            named[table] = case_table(table, frame.astype(kinds))
        start = self.periods[0]
        when = Horizon(start=start, periods=horizon, period="month")
        return Case("test", "test", "test", when, 30.0, 2, **named, notes=(), sharing=self.builder.sharing)

    def reported(self, number: int) -> bool:
        return self.builder.nodes[self.periods[number]].horizon

    def figure(self, figure: Figure, number: int) -> float:
        if isinstance(figure, dict):
            return float(figure.get(self.periods[number], 0.0))
        return float(figure[number] if isinstance(figure, list | tuple) else figure)

    def over_periods(self, name: str, figure: Figure) -> list[tuple[str, str, float]]:
        return [(name, period, self.size * self.figure(figure, number)) for number, period in enumerate(self.periods)]

    def _law(self) -> None:
        builder = self.builder
        ranks = {claim.tier for claim in builder.claims.values()} | set(builder.tiers)
        self.rows["tiers"] = [(rank, f"tier {rank}", "leximin", builder.tiers.get(rank, "period")) for rank in sorted(ranks)]
        groups = (builder.claims, builder.lines, builder.reserves, builder.lanes)
        goods = {member.commodity for group in groups for member in group.values()}
        goods |= {good for process in builder.processes.values() for good in (*process.inputs, *process.outputs)}
        goods |= {good for _, good in builder.inventories} | set(builder.commodities)
        for good in sorted(goods):
            known = builder.commodities.get(good)
            asked = sum(self.figure(claim.demand, 0) for claim in builder.claims.values() if claim.commodity == good)
            yardstick = self.size * (known.yardstick if known and known.yardstick else asked or 1.0)
            self.rows["commodities"].append((good, "t", known.loss if known else 0.0, known.surplus_cost if known else 0.0, yardstick))
        for claim in builder.claims.values():
            key = (claim.region, claim.sector, claim.commodity)
            demands = [self.size * self.figure(claim.demand, number) for number in range(len(self.periods))]
            rule = claim.rule
            over = rule.over or self.builder.tiers.get(claim.tier, "period")
            shares = (rule.rule, over, rule.step, rule.satisfied, rule.offset, rule.order, rule.past_demand, rule.past_shortfall)
            self.rows["claims"].append((*key, claim.tier, max(demands), *shares))
            self.rows["harms"] += [(*key[1:], piece, share, harm) for piece, (share, harm) in enumerate(rule.harm)]
            for number, period in enumerate(self.periods):
                if demands[number] <= 0:
                    continue
                share = self.figure(claim.guarantee, number)
                first = share > 0 and claim.guarantee_first
                self.rows["cells"].append((*key, period, claim.tier, demands[number], self.figure(claim.cap, number), share, first, 0.0))
                for block, (given_up, cost) in enumerate(claim.restraint):
                    self.rows["restraints"].append((*key, period, block, self.figure(given_up, number), cost))

    def _lines_and_lanes(self) -> None:
        for name, line in self.builder.lines.items():
            self.rows["lines"].append((name, line.commodity, "QAT", line.region, float(line.premium), self.size * line.before, False))
            self.rows["dispatches"] += self.over_periods(name, line.limit)
            weights = arrival_weights(line.lead, self._loss(line.commodity))
            self._arrivals("line", name, weights, {(line.region, line.commodity): line.before}, "QAT")
        for name, lane in self.builder.lanes.items():
            self.rows["transfers"] += self.over_periods(name, lane.limit)
            ends = (lane.origin, lane.destination, lane.commodity)
            weights = arrival_weights(lane.lead, self._loss(lane.commodity))
            days = 30.0 * sum(after * share for after, share in arrival_weights(lane.lead).items())
            self.rows["lanes"].append((name, *ends, float(lane.cost), self.size * lane.before, days))
            self._arrivals("lane", name, weights, {(lane.destination, lane.commodity): lane.before}, lane.origin)

    def _processes(self) -> None:
        for name, process in self.builder.processes.items():
            self.rows["processes"].append((name, "works", process.region, float(process.cost), self.size * process.before))
            self.rows["runs"] += [(*row, 1.0) for row in self.over_periods(name, process.limit)]
            self.rows["flows"] += [(name, good, "input", quantity) for good, quantity in process.inputs.items()]
            self.rows["flows"] += [(name, good, "output", figure) for good, figure in process.outputs.items()]
            made = {(process.region, good): process.before * float(figure) for good, figure in process.outputs.items()}
            self._arrivals("process", name, arrival_weights(process.lead), made, name)

    def _loss(self, good: str) -> float:
        known = self.builder.commodities.get(good)
        return known.loss if known else 0.0

    def _arrivals(self, channel: str, name: str, weights: dict[int, float], before: dict[tuple[str, str], float], origin: str) -> None:
        for number, period in enumerate(self.periods):
            for steps, weight in weights.items():
                if number - steps >= 0:
                    self.rows["arrivals"].append((channel, name, self.periods[number - steps], period, weight, 0.0))
            late = sum(weight for steps, weight in weights.items() if steps > number)
            for place, sent in before.items():
                if late * sent > 0:
                    self.rows["under_way"].append((*place, period, channel, name, origin, self.size * late * sent))

    def _levers(self) -> None:
        for name, lever in self.builder.levers.items():
            self.rows["levers"].append((name, "emergency_purchase", "minister", lever.commodity, lever.rank))
            self.rows["lever_members"] += [(name, "line", line) for line in lever.lines]
            self.rows["lever_members"] += [(name, "process", process) for process in lever.processes]
            if lever.limit is not None:
                self.rows["lever_limits"] += self.over_periods(name, lever.limit)

    def _plants(self) -> None:
        integers = self.builder.plants or self.builder.lots or self.builder.tranches or self.builder.unlocks or self.builder.bundles
        self.rows["bundles"] = [(lever, self.size * minimum) for lever, minimum in self.builder.bundles.items()]
        self.rows["activations"] = list(self.builder.unlocks.items())
        self.rows["allowances"] = list(self.builder.allowances.items())
        self.rows["closing"] = [(piece, 0.1, 2.0**piece) for piece in range(10)] if integers else []
        self.rows["tranches"] = [(reserve, self.size * size) for reserve, size in self.builder.tranches.items()]
        self.rows["lots"] = [(line, self.size * size) for line, size in self.builder.lots.items()]
        for name, plant in self.builder.plants.items():
            kind = "claim" if name in self.builder.claims else "process"
            self.rows["plants"].append((kind, name, self.size * plant.minimum, plant.restart, plant.running))

    def _stocks(self) -> None:
        for name, reserve in self.builder.reserves.items():
            figures = (self.size * reserve.opening, self.size * reserve.floor, reserve.loss, reserve.rank, reserve.first, True)
            self.rows["reserves"].append((name, reserve.region, reserve.region, reserve.commodity, *figures))
            self.rows["releases"] += [
                (*row, self.figure(reserve.loss_share, number), self.figure(reserve.due, number))
                for number, row in enumerate(self.over_periods(name, reserve.limit))
            ]
            self.rows["refills"] += [
                row for number, row in enumerate(self.over_periods(name, reserve.refill)) if row[2] > 0 and self.reported(number)
            ]
        for place, buyers in self.builder.sales.items():
            for buyer, (limit, value) in enumerate(buyers, 1):
                most = self.over_periods("", limit)
                self.rows["sales"] += [
                    (*place, buyer, period, amount, self.figure(value, number))
                    for number, (_, period, amount) in enumerate(most)
                    if self.reported(number)
                ]
        for (region, good), store in self.builder.inventories.items():
            figures = (self.size * store.opening, self.size * store.minimum, self.size * store.maximum)
            self.rows["inventories"].append((region, good, *figures))
