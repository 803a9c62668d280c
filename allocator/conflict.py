"""What cannot all hold, in words: guarantees against what there is, and orders of several regimes against each other.

Of guarantees the irreducible set of rules and limits is named, and the least that must give way in total. Orders that regimes put first
bind nothing by themselves; where those of different regimes ask together for more than can reach a place, all of them are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from allocator.allocation import Allocation
from allocator.case import Case
from allocator.case.standing import Standing, standing_of
from allocator.codes import claim_names
from allocator.explain import basis_text
from allocator.framework import Cap, Framework, Guarantee, Override, PriorityOrder, Tier
from allocator.periods import first_day, year_share
from allocator.solve.conflict import Contradiction, Limit, guaranteed, ordered
from allocator_models import Instance, MatrixForm

CLAIM = ["region", "sector", "commodity"]
#: What was written of a rule that cannot hold with others.
Ground = Guarantee | Override | Cap | Tier | PriorityOrder
#: A guaranteed share that is missed by less than this is rounding.
ROUNDING = 1e-6
#: What a limit says; that of a cap and of a reserve is what their rows say.
SAYS = {
    "guarantee": "a share of the demand comes before the rest",
    "override": "a manual minimum comes before the rest",
    "order": "a regime puts this order first",
    "line": "a supply line brings no more than it can after disruptions",
    "process": "a process runs no more than its capacity after disruptions",
    "lane": "a lane carries no more than its capacity",
    "inventory": "firms keep their working stock, and hold no more than they have room for",
    "restraint": "a claim gives up no more than opened levers allow",
    "stay": "without sharing, what a reserve releases is used where it lies",
    "guard": "sharing makes no member worse off than it would be alone",
}


@dataclass(frozen=True)
class Member:
    """One of what cannot hold together.

    Attributes:
        kind: guarantee, override, order, cap, line, process, lane, reserve, inventory, restraint, stay or guard.
        name: of whom or what it is: a claim, an order, a line.
        says: what it demands or limits, in a sentence.
        rule: how much, in the words of the framework; empty for what is no rule.
        legal_basis: of the rule.
        ground: the rule as it was written; None for what is no rule.
        share: that a guarantee, manual minimum or cap is about.
    """

    kind: str
    name: str
    says: str
    rule: str = ""
    legal_basis: str = ""
    ground: Ground | None = field(default=None, repr=False)
    share: float = field(default=0.0, repr=False)

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.kind} {self.name}" + (f" ({self.rule}; {self.legal_basis})" if self.rule else "")


@dataclass(frozen=True)
class Conflict:
    """What cannot all hold.

    Attributes:
        kind: ``guarantees`` that cannot all hold, ``rank`` where a guarantee is missed only as higher tiers come first, ``regimes`` whose
            orders exceed what can be served.
        members: for ``guarantees`` an irreducible set: without any one of them the rest can hold.
        periods: in which something must give way.
        relaxation: commodity, unit and quantity by which guarantees or orders must give way in total, at least.
    """

    kind: str
    members: tuple[Member, ...]
    periods: tuple[str, ...] = ()
    relaxation: tuple[tuple[str, str, float], ...] = ()

    def __str__(self) -> str:
        """Return it in one sentence."""
        listed = ", ".join(str(member) for member in self.members)
        if self.kind == "rank":
            return f"missed only as higher tiers, and reserves kept for them, come first: {listed}"
        amounts = " and ".join(f"{quantity:.6g} {unit} of {commodity}" for commodity, unit, quantity in self.relaxation)
        return f"cannot hold together: {listed}; {amounts} must give way in {', '.join(self.periods)}"


def find_conflicts(case: Case, framework: Framework, instance: Instance, form: MatrixForm, allocation: Allocation) -> tuple[Conflict, ...]:
    """Return every conflict of a solved case; none where all guarantees hold and no orders of several regimes exceed what there is."""
    namer = _Namer(case, standing_of(case, framework), instance, form)
    missed = missed_shares(case, allocation, "guarantee")
    conflicts = []
    if len(missed):
        names = claim_names(missed)
        claims = np.flatnonzero(instance.claims["name"].isin(names))
        found = guaranteed(form, instance, claims)
        conflicts += [namer.of_guarantees(one) for one in found]
        told = {claim for one in found for claim in one.wants}
        outranked = [claim for claim in claims.tolist() if claim not in told]
        for claim in outranked if not found else ():
            period = str(missed.loc[names == instance.claims["name"][claim], "period"].iloc[0])
            conflicts.append(Conflict("rank", (namer.share(claim, period),)))
    return (*conflicts, *_regimes(case, framework.priority_orders, instance, form, namer))


def missed_shares(case: Case, allocation: Allocation, column: str) -> pd.DataFrame:
    """Return every claim that gets less than a share of its demand, `guarantee` or `hard`, in its worst period, with `share` as met."""
    keys = [*CLAIM, "period"]
    cells = allocation.allocation.merge(case.cells.loc[case.cells[column] > 0, [*keys, column]], on=keys)
    cells["share"] = (cells["allocated"] + cells["restrained"]) / cells["demand"]
    missed = cells[cells["share"] < cells[column] - ROUNDING].sort_values("share", kind="stable")
    return missed.drop_duplicates(CLAIM).sort_values(CLAIM, ignore_index=True)


class _Namer:
    """Codes back to what users know."""

    def __init__(self, case: Case, standing: Standing, instance: Instance, form: MatrixForm) -> None:
        self.case, self.standing, self.instance, self.form = case, standing, instance, form

    def of_guarantees(self, found: Contradiction) -> Conflict:
        """Return guarantees that cannot all hold."""
        periods = self.periods(found)
        first = periods[0] if periods else str(self.case.periods["period"].iloc[0])
        shares = [self.share(claim, first) for claim in found.wants]
        commodity = found.missing["want"].map(self.instance.claims["commodity"])
        return Conflict("guarantees", (*shares, *self.limits(found.limits, first)), periods, self.amounts(found, commodity))

    def periods(self, found: Contradiction) -> tuple[str, ...]:
        """Return the periods in which something is missing, in order."""
        return tuple(str(self.instance.nodes["period"][node]) for node in sorted(set(found.missing["node"])))

    def amounts(self, found: Contradiction, commodity: pd.Series) -> tuple[tuple[str, str, float], ...]:
        """Return commodity, unit and quantity of what is missing; `commodity` has the codes."""
        goods = self.instance.commodities
        units = self.case.commodities.set_index("commodity")["unit"]
        total = (found.missing["missing"] * commodity.map(goods["scale"])).groupby(commodity).sum()
        names = [str(goods["name"].iloc[code]) for code in total.index]
        return tuple((name, str(units[name]), float(quantity)) for name, quantity in zip(names, total, strict=True))

    def share(self, claim: int, period: str) -> Member:
        """Return what guarantees a claim its share."""
        name = str(self.instance.claims["name"][claim])
        cell = self._cell(name, period, self.case.cells["guarantee"] > 0)
        ground = self.standing.ground_of_share(name, first_day(cell["period"]))
        kind = "override" if isinstance(ground, Override) else "guarantee"
        when = "before all tiers" if cell["guarantee_first"] else "inside its own tier"
        rule = f"at least {cell['guarantee']:.0%} {when}"
        return Member(kind, name, SAYS[kind], rule, basis_text(ground.basis), ground, float(cell["guarantee"]))

    def limits(self, limits: Iterable[Limit], period: str) -> Iterator[Member]:
        """Yield limits by kind and name."""
        tables = {"line": "lines", "process": "processes", "lane": "lanes", "reserve": "reserves", "restraint": "claims", "cap": "claims"}
        tables["guard"] = "claims"
        for kind, codes in limits:
            if kind in ("inventory", "stay"):
                region, commodity = (getattr(self.instance, table)["name"] for table in ("regions", "commodities"))
                yield Member(kind, f"{region[codes[0]]}/{commodity[codes[1]]}", SAYS[kind])
                continue
            name = str(getattr(self.instance, tables[kind])["name"][codes[0]])
            says = self.form.rows[kind].doc if kind in ("cap", "reserve") else SAYS[kind]
            yield self.cap(name, period, says) if kind == "cap" else Member(kind, name, says)

    def cap(self, name: str, period: str, says: str) -> Member:
        """Return what caps a claim."""
        cell = self._cell(name, period, self.case.cells["cap"] < 1)
        ground = self.standing.ground_of_cap(name, cell["tier"], first_day(cell["period"]))
        whose = f" of tier {ground.rank}" if isinstance(ground, Tier) else ""
        return Member("cap", name, says, f"at most {cell['cap']:.0%}{whose}", basis_text(ground.basis), ground, float(cell["cap"]))

    def _cell(self, name: str, period: str, chosen: pd.Series) -> dict[str, Any]:
        """Return a claim's row of the cells in a period, or in the first that is chosen."""
        cells = self.case.cells[chosen & (claim_names(self.case.cells) == name)]
        known = cells[cells["period"] == period]
        return dict((known if len(known) else cells).iloc[0])


def _regimes(case: Case, orders: Sequence[PriorityOrder], instance: Instance, form: MatrixForm, namer: _Namer) -> Iterator[Conflict]:
    """Yield a conflict for every place where orders of several regimes together exceed what can be served."""
    code = {table: {name: number for number, name in enumerate(getattr(instance, table)["name"])} for table in ("regions", "commodities")}
    places = set(instance.balances[["region", "commodity"]].itertuples(index=False, name=None))
    nodes = instance.nodes[instance.nodes["horizon"]]
    for region, commodity in sorted({(order.region, order.commodity) for order in orders}):
        place = (code["regions"].get(region, -1), code["commodities"].get(commodity, -1))
        mine = [order for order in orders if (order.region, order.commodity) == (region, commodity)]
        if place not in places:
            continue
        asked = []
        for node, period in zip(nodes["node"], nodes["period"], strict=True):
            held = [order for order in mine if order.in_force_on(first_day(period))]
            if len({order.regime for order in held}) > 1:
                asked.append((*place, node, sum(order.monthly for order in held)))
        table = pd.DataFrame(asked, columns=["region", "commodity", "node", "quantity"])
        table["quantity"] *= 12.0 * year_share(case.horizon) / instance.commodities["scale"][place[1]]
        for found in ordered(form, instance, table) if len(table) else ():
            periods = namer.periods(found)
            held = [order for order in mine if any(order.in_force_on(first_day(period)) for period in periods)]
            members = [_order(order) for order in sorted(held, key=lambda order: order.id)]
            amounts = namer.amounts(found, pd.Series(place[1], index=found.missing.index))
            yield Conflict("regimes", (*members, *namer.limits(found.limits, periods[0])), periods, amounts)


def _order(order: PriorityOrder) -> Member:
    rule = f"{order.regime}: {order.monthly:g} a month for {order.named}, from {order.from_} until {order.until}"
    return Member("order", order.id, SAYS["order"], rule, basis_text(order.basis), order)
