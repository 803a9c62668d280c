"""The ledger: the case's figures and the plan's, side by side, in natural units and names.

This is the audit's own reading of the case. Decaying floors, closed reserves in the tail, room at the end of the horizon and what arrives
when are worked out here once more and not taken from the model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocator.audit.compare import places
from allocator.audit.result import LIMIT
from allocator.audit.spending import spending_of
from allocator.audit.steps import possible_steps

if TYPE_CHECKING:
    from allocator.allocation import Allocation
    from allocator.case import Case

CLAIM = ["region", "sector", "commodity"]
PLACE = ["region", "commodity"]
MONTH_DAYS = 30.0


@dataclass(frozen=True)
class Ledger:
    """One case and one allocation; every table has `period`, its `number`, and `unit`, the mean demand of a claim and period.

    Figures that the plan does not have are missing values, so that every check on them fails.
    """

    case: Case
    allocation: Allocation

    @cached_property
    def numbers(self) -> pd.Series:
        """Number of each period, by name."""
        return self.case.periods.set_index("period")["number"]

    @cached_property
    def reported(self) -> int:
        """Number of periods of the horizon."""
        return int(self.case.periods["horizon"].sum())

    @cached_property
    def mean_demand(self) -> pd.Series:
        """Mean demand of a claim and period by commodity; the yardstick where nobody claims it, else 1."""
        goods = self.case.commodities.set_index("commodity")["yardstick"].astype("float64")
        mean = self.case.cells.groupby("commodity")["demand"].mean().reindex(goods.index).fillna(goods)
        return mean.where(mean > 0, 1.0)

    @cached_property
    def kept(self) -> pd.Series:
        """Share of each commodity that is left after a period."""
        goods = self.case.commodities.set_index("commodity")["loss_per_month"].astype("float64")
        return (1.0 - goods) ** (self.case.period_days / MONTH_DAYS)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Claims by period: `claim` (its name), tier, over, demand, cap, guarantee, what is restrained, allocated, short.

        `most_restrained` is what opened levers allow.
        """
        tiers = self.case.standings[[*CLAIM, "tier", "rule", "over", "step", "satisfied", "order"]]
        tiers = tiers.assign(claim=places(tiers, *CLAIM).at(np.arange(len(tiers))))
        cells = self.case.cells.merge(tiers, on=[*CLAIM, "tier"], how="left")
        open_share = self.case.restraints.groupby([*CLAIM, "period"])["share"].sum().rename("open_share").reset_index()
        cells = cells.merge(open_share, on=[*CLAIM, "period"], how="left")
        cells["open_share"] = cells["open_share"].astype("float64").fillna(0.0)
        cells["most_restrained"] = cells["open_share"] * cells["demand"]
        figures = self.decided("claims", [*CLAIM, "period"]).rename(columns={"demand": "stated"})
        return self._dated(cells.merge(figures, on=[*CLAIM, "period"], how="left"))

    @cached_property
    def claims(self) -> pd.DataFrame:
        """The cells with `order`, `met`, `coverage`, two limits, two floors, and `levelled`: the lowest coverage by period is raised first.

        `capped` is the most that may be met, `called` what comes before lower tiers.
        What stands still calls for nothing; a line that runs keeps its minimum against its own tier, and is not levelled with others.
        `order` is twice the tier, plus 1 in the tail. `floor_first` is the guarantee that comes before all tiers, kept whoever is short;
        `floor` is any guarantee, kept against the own tier. `room` is how much more a claim may be short of, in all, until it is worse off
        than without sharing; infinite where nothing guards that.
        """
        cells = self.cells
        if len(self.case.plants):
            cells = cells.assign(name=_named(cells)).merge(
                self.plants[["name", "period", "least", "stands"]], on=["name", "period"], how="left"
            )
        else:
            cells = cells.assign(least=0.0, stands=False)
        least, stands = cells["least"].fillna(0.0), cells["stands"].astype("boolean").fillna(False).astype(bool)
        guaranteed = cells["guarantee"] * cells["demand"]
        reordered = cells.loc[cells["order"] > 0, "tier"].unique()
        by_period = ((cells["rule"] == "leximin") & (cells["over"] == "period")) | ~cells["horizon"]
        return cells.assign(
            order=2 * cells["tier"] + (~cells["horizon"]).astype("int64"),
            met=cells["allocated"] + cells["restrained"],
            capped=(cells["cap"] * cells["demand"]).where(~stands, 0.0),
            called=(np.minimum(cells["cap"], cells["satisfied"]) * cells["demand"]).where(~stands, 0.0),
            levelled=by_period & ~cells["tier"].isin(reordered) & (least <= 0.0),
            coverage=1.0 - cells["shortfall"] / cells["demand"],
            floor=np.maximum(guaranteed, least.where(~stands, 0.0)),
            floor_first=guaranteed.where(cells["guarantee_first"], 0.0),
            room=self._room(cells),
        )

    def _room(self, cells: pd.DataFrame) -> pd.Series:
        if self.case.sharing != "guarded":
            return pd.Series(np.inf, index=cells.index)
        alone = self.alone.cells.groupby(CLAIM)["shortfall"].sum()
        left = (alone - cells.groupby(CLAIM)["shortfall"].sum()).clip(lower=0.0)
        return pd.Series(left.reindex(pd.MultiIndex.from_frame(cells[CLAIM])).to_numpy(), index=cells.index)

    @cached_property
    def alone(self) -> Ledger:
        """The case in which members do not share, where the guard looks at it, and what was allocated in it."""
        trade = self.case.transfers["lane"].map(self.case.lanes.set_index("lane")["undisturbed"])
        transfers = self.case.transfers.assign(limit=np.minimum(self.case.transfers["limit"], trade))
        if self.allocation.alone is None:
            raise ValueError("nobody knows what members have alone")
        return Ledger(replace(self.case, sharing="standalone", transfers=transfers), self.allocation.alone)

    @cached_property
    def spare_at_home(self) -> pd.DataFrame:
        """By region, commodity and period of reserves: `quantity`, what is allocated and used there beyond what they release."""
        keys = [*PLACE, "period", "number", "unit"]
        parts = [
            self.stocks.assign(quantity=-self.stocks["released"]),
            self.cells.assign(quantity=self.cells["allocated"]),
            self.taken,
        ]
        total = pd.concat([part[[*keys, "quantity"]] for part in parts], ignore_index=True).groupby(keys, as_index=False)["quantity"].sum()
        at_home: pd.DataFrame = total.merge(self.stocks[[*PLACE, "period"]].drop_duplicates(), on=[*PLACE, "period"])
        return at_home

    @cached_property
    def plants(self) -> pd.DataFrame:
        """Plants by period: `least` (0 where a claim asks for less), `amount` that it gets or runs, `restrained`, `unit`.

        `stands` says that it stands still, `stopped` that it ran in the period before.
        """
        plants = self.case.plants.merge(self.case.periods[["period", "number"]], how="cross")
        cells = self.cells.rename(columns={"demand": "most", "allocated": "amount"}).assign(kind="claim", name=_named(self.cells))
        runs = self.runs.rename(columns={"process": "name", "limit": "most", "runs": "amount"}).assign(kind="process", restrained=0.0)
        columns = ["kind", "name", "period", "most", "amount", "restrained", "unit"]
        figures = pd.concat([cells[columns], runs[columns]], ignore_index=True)
        plants = plants.merge(figures, on=["kind", "name", "period"], how="left").fillna({"most": 0.0, "restrained": 0.0})
        unasked = (plants["kind"] == "claim") & (plants["most"] < plants["minimum"] * (1.0 - LIMIT))
        plants["least"] = plants["minimum"].where(~unasked, 0.0)
        plants["amount"] = plants["amount"].where(plants["most"] > 0.0, 0.0)
        plants["unit"] = plants["unit"].fillna(1.0)
        plants = plants.sort_values(["name", "number"], ignore_index=True)
        gone = plants["amount"] <= LIMIT * plants["unit"]
        plants["stands"] = gone & (plants["least"] > 0.0)
        ran = (~gone).groupby(plants["name"]).shift(fill_value=False).where(plants["number"] > 0, plants["running"])
        plants["stopped"] = plants["stands"] & ran.astype(bool)
        return plants

    @cached_property
    def steps(self) -> pd.DataFrame:
        """Where a unit could have gone instead; see `possible_steps`."""
        return possible_steps(self)

    @cached_property
    def blocks(self) -> pd.DataFrame:
        """Restraint by block: `limit` and `restrained`."""
        key = [*CLAIM, "period", "block"]
        blocks = self.case.restraints.merge(self.case.cells[[*CLAIM, "period", "demand"]], on=[*CLAIM, "period"], how="left")
        blocks["limit"] = blocks["share"] * blocks["demand"]
        return self._dated(blocks.merge(self.decided("blocks", key), on=key, how="left"))

    @cached_property
    def spending(self) -> pd.DataFrame:
        """What each lever costs, whether it is used, and what it could still cost; see `spending_of`."""
        return spending_of(self)

    def affordable(self, levers: pd.Series, price: pd.Series) -> pd.Series:
        """Return how many units more a lever may bring at a price each; infinite where nothing limits that."""
        left = levers.map(self.spending.set_index("lever")["left_eur"]).astype("float64").fillna(np.inf)
        units: pd.Series = (left / price.where(price > 0.0)).fillna(np.inf).where(left >= 0.0, 0.0)
        return units

    @cached_property
    def dispatches(self) -> pd.DataFrame:
        """Lines by period: `limit` and `quantity`."""
        lines = self.case.dispatches.merge(self.case.lines[["line", *PLACE]], on="line", how="left")
        return self._dated(lines.merge(self.decided("dispatches", ["line", "period"]), on=["line", "period"], how="left"))

    @cached_property
    def transfers(self) -> pd.DataFrame:
        """Lanes by period: `limit` and `quantity`; `region` is where it goes."""
        lanes = self.case.transfers.merge(self.case.lanes, on="lane", how="left")
        return self._dated(lanes.merge(self.decided("transfers", ["lane", "period"]), on=["lane", "period"], how="left"))

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Processes by period: `limit` and `runs`; `unit` is the runs that move one mean demand of any of its commodities."""
        runs = self.case.runs.merge(self.case.processes[["process", "region"]], on="process", how="left")
        flows = self.case.flows
        in_runs = (flows["commodity"].map(self.mean_demand) / flows["quantity"]).where(flows["quantity"] > 0, np.inf)
        unit = in_runs.groupby(flows["process"]).min()
        table = runs.merge(self.decided("runs", ["process", "period"]), on=["process", "period"], how="left")
        return table.assign(number=table["period"].map(self.numbers), unit=table["process"].map(unit))

    @cached_property
    def stocks(self) -> pd.DataFrame:
        """Reserves by period: `least` (floor, less what is lost), `limit` of release, `released`, `stock`, `left` and `before`.

        `tranche` is the size of what is released at a time, missing where it may be any amount. `refilled` is what goes in,
        `most_refilled` what may; `kept` is the share that is left of the stock brought into the period, and `before` that amount;
        `left` is the share that losses alone would have left of the opening stock.
        """
        stocks = self.case.reserves.drop(columns=["owner"]).merge(self.case.periods[["period", "number", "horizon"]], how="cross")
        stocks = stocks.merge(self.case.releases, on=["reserve", "period"], how="left")
        decay = (1.0 - stocks["loss_per_month"].astype("float64")) ** (self.case.period_days / MONTH_DAYS)
        stocks["kept"] = decay.where(stocks["number"] > 0, 1.0) * (1.0 - stocks["loss_share"])
        stocks["tranche"] = stocks["reserve"].map(self.case.tranches.set_index("reserve")["size"]).astype("float64")
        stocks["limit"] = stocks["limit"].where(stocks["open"] & stocks["horizon"], 0.0)
        filled = self.case.refills.rename(columns={"limit": "most_refilled"})
        stocks = stocks.merge(filled, on=["reserve", "period"], how="left").fillna({"most_refilled": 0.0})
        stocks = self._dated(stocks.merge(self.decided("stocks", ["reserve", "period"]), on=["reserve", "period"], how="left"))
        stocks = stocks.sort_values(["reserve", "number"], ignore_index=True)
        stocks["left"] = stocks.groupby("reserve")["kept"].cumprod()
        due = stocks["due"] * stocks["opening"]
        stocks["least"] = np.maximum(np.minimum(stocks["floor"], stocks["opening"]), due) * stocks["left"]
        stocks["before"] = stocks.groupby("reserve")["stock"].shift().where(stocks["number"] > 0, stocks["opening"]) * stocks["kept"]
        return stocks

    @cached_property
    def inventories(self) -> pd.DataFrame:
        """Commercial stock by period: `least` (decaying working stock), `most` (room), `stock`, and `before` (carried over, decayed)."""
        stores = self.case.inventories.merge(self.case.periods[["period", "number"]], how="cross")
        stores["kept"] = stores["commodity"].map(self.kept)
        stores = self._dated(stores.merge(self.decided("inventories", [*PLACE, "period"]), on=[*PLACE, "period"], how="left"))
        stores = stores.sort_values([*PLACE, "number"], ignore_index=True)
        stores["least"] = np.minimum(stores["minimum"], stores["opening"]) * stores["kept"] ** stores["number"]
        at_the_end = stores["number"] >= self.reported - 1
        stores["most"] = stores["maximum"].where(~at_the_end, np.minimum(stores["maximum"], stores["opening"]))
        stores["before"] = _carried(stores, PLACE)
        return stores

    @cached_property
    def surplus(self) -> pd.DataFrame:
        """What is thrown away, by region, commodity and period."""
        return self._dated(self.decided("surplus", [*PLACE, "period"]))

    @cached_property
    def sales(self) -> pd.DataFrame:
        """What is sold to buyers without a rank, by region, commodity, buyer and period: `quantity` and `limit`."""
        keys = [*PLACE, "buyer", "period"]
        return self._dated(self.case.sales.merge(self.decided("sales", keys), on=keys, how="left"))

    @cached_property
    def leaving(self) -> pd.DataFrame:
        """What leaves and serves no claim, by region, commodity and period: thrown away or sold; `claim` says which."""
        columns = [*PLACE, "period", "number", "horizon", "unit", "quantity"]
        parts = (self.surplus[columns].assign(claim="surplus"), self.sales[columns].assign(claim="sale"))
        return pd.concat([part for part in parts if len(part)] or [parts[0]], ignore_index=True)

    @cached_property
    def market(self) -> pd.DataFrame:
        """Arrivals of what lines sent since the start: sender, sent, period, weight, `quantity`; `limit` and `sending` of the dispatch."""
        sent = self.dispatches.rename(columns={"line": "sender", "period": "sent", "quantity": "sending"})
        return self._arriving("line", sent[["sender", "sent", *PLACE, "limit", "sending"]])

    @cached_property
    def moved(self) -> pd.DataFrame:
        """Arrivals of what lanes carried since the start, as `market`, with `origin`."""
        sent = self.transfers.rename(columns={"lane": "sender", "period": "sent", "quantity": "sending"})
        return self._arriving("lane", sent[["sender", "sent", "origin", *PLACE, "limit", "sending"]])

    @cached_property
    def made(self) -> pd.DataFrame:
        """Arrivals of what processes made since the start: process, sent, period, region, commodity, `quantity`."""
        outputs = self.case.flows[self.case.flows["direction"] == "output"].rename(columns={"quantity": "per_run"})
        runs = self.runs[["process", "region", "period", "runs", "yield_share"]]
        sent = runs.merge(outputs[["process", "commodity", "per_run"]], on="process")
        sent["sending"] = sent["runs"] * sent["per_run"] * sent["yield_share"]
        sent = sent.rename(columns={"process": "sender", "period": "sent"})
        return self._arriving("process", sent[["sender", "sent", *PLACE, "sending"]])

    @cached_property
    def taken(self) -> pd.DataFrame:
        """What processes take: process, region, commodity, period, `quantity`."""
        inputs = self.case.flows[self.case.flows["direction"] == "input"].rename(columns={"quantity": "per_run"})
        used = self.runs[["process", "region", "period", "runs"]].merge(inputs[["process", "commodity", "per_run"]], on="process")
        return self._dated(used.assign(quantity=used["runs"] * used["per_run"]))

    @cached_property
    def coming(self) -> pd.DataFrame:
        """What was under way at the start, by region, commodity, period, channel and sender."""
        return self._dated(self.case.under_way)

    @cached_property
    def brought(self) -> pd.DataFrame:
        """What levers bring, where and when it arrives: as `market` and `made`, with `lever`, `rank`, and what it has to `spare`.

        What is sold in lots (`in_lots`) is spare in whole ones, and a joint purchase only where it could reach its minimum.
        """
        members = self.case.lever_members.rename(columns={"member": "sender"}).drop(columns="channel")
        members = members.merge(self.case.levers[["lever", "rank", "commodity"]], on="lever")
        sent = pd.concat([self.market, self.made.assign(limit=0.0, sending=0.0)], ignore_index=True)
        rows = sent.merge(members, on=["sender", "commodity"])
        used = self.uses.rename(columns={"period": "sent"})[["lever", "sent", "left", "reach"]]
        rows = rows.merge(used, on=["lever", "sent"], how="left")
        spare = (rows["limit"] - rows["sending"]).clip(lower=0.0)
        left = rows["left"].astype("float64").fillna(np.inf).clip(lower=0.0)
        lot = rows["sender"].map(self.case.lots.set_index("line")["size"]).astype("float64")
        price = rows["sender"].map(self.case.lines.set_index("line")["premium_eur"]).astype("float64").fillna(0.0)
        could = pd.concat([spare, left, self.affordable(rows["lever"], price)], axis=1).min(axis=1)
        least = rows["lever"].map(self.case.bundles.set_index("lever")["minimum"]).astype("float64")
        could = could.where(~(rows["reach"] < least * (1.0 - LIMIT)), 0.0)
        return rows.assign(spare=whole_ones(could, lot), in_lots=(lot > 0.0) | least.notna())

    @cached_property
    def uses(self) -> pd.DataFrame:
        """Levers whose lines share a limit, by period: `limit`, `used`, what is `left`, and the most that all lines `reach` together."""
        lines = self.case.lever_members[self.case.lever_members["channel"] == "line"].rename(columns={"member": "line"})
        sent = self.dispatches.merge(lines[["lever", "line"]], on="line").groupby(["lever", "period"])
        sums = pd.DataFrame({"used": sent["quantity"].sum(min_count=1), "reach": sent["limit"].sum()}).reset_index()
        rows = self.case.lever_limits.merge(sums, on=["lever", "period"], how="left")
        rows["reach"] = np.minimum(rows["reach"], rows["limit"])
        rows = rows.merge(self.case.levers[["lever", "commodity"]], on="lever")
        return self._dated(rows.assign(left=rows["limit"] - rows["used"]))

    @cached_property
    def chains(self) -> pd.Series:
        """Number of the chain of each commodity: goods that processes link, as inputs or outputs, have one number."""
        chain = {good: number for number, good in enumerate(self.case.commodities["commodity"])}
        for _, goods in self.case.flows.groupby("process")["commodity"]:
            joined = {chain[good] for good in goods}
            chain = {good: min(joined) if number in joined else number for good, number in chain.items()}
        return pd.Series(chain, dtype="int64")

    def decided(self, table: str, keys: list[str]) -> pd.DataFrame:
        """Return a table of the plan without branch and horizon: the keys, then its figures."""
        plan = self.allocation.plan[table]
        return plan[[*keys, *(column for column in plan.columns if column not in {*keys, "branch", "horizon"})]]

    def _arriving(self, channel: str, sent: pd.DataFrame) -> pd.DataFrame:
        arrivals = self.case.arrivals[self.case.arrivals["channel"] == channel]
        table = self._dated(arrivals[["sender", "sent", "period", "weight"]].merge(sent, on=["sender", "sent"], how="inner"))
        return table.assign(sent_number=table["sent"].map(self.numbers), quantity=table["weight"] * table["sending"])

    def _dated(self, table: pd.DataFrame) -> pd.DataFrame:
        """Add number and horizon of the period, and unit of the commodity."""
        number = table["period"].map(self.numbers)
        return table.assign(number=number, horizon=number < self.reported, unit=table["commodity"].map(self.mean_demand))


def whole_ones(amounts: pd.Series, size: pd.Series) -> pd.Series:
    """Return how much of each amount whole lots or tranches of a size make up; the amount itself where the size is missing."""
    whole: pd.Series = (np.floor(amounts / size + LIMIT) * size).where(size > 0.0, amounts)
    return whole


def _named(claims: pd.DataFrame) -> pd.Series:
    return claims["region"] + "/" + claims["sector"] + "/" + claims["commodity"]


def _carried(table: pd.DataFrame, member: list[str]) -> pd.Series:
    """What a stock brings into each period: its opening into the first, undecayed, then what the period before kept, decayed."""
    before = table.groupby(member)["stock"].shift() * table["kept"]
    return before.where(table["number"] > 0, table["opening"])
