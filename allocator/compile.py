"""From a case to its numbers: integer codes by name, scaled units, floors that decay, and bounds.

Nothing is decided here: names become positions in sorted order, quantities are divided by a power of two near the mean demand of a cell,
and what the formulation derives from the figures of a case (decaying floors, closed reserves in the tail, finite bounds) is worked out.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.case import Case
from allocator.columns import typed
from allocator.openings import opening_tables
from allocator.plants import plant_tables
from allocator.uses import lever_uses
from allocator_models.instance import COLUMNS, Instance

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
MONTH_DAYS = 30.0
CLAIM = ["region", "sector", "commodity"]
#: The one branch of a case without futures.
BRANCH = "base"


def compile_instance(case: Case) -> Instance:
    """Return the index tables of a case, as `allocator_models.instance` describes them."""
    return _Compiler(case).instance()


def claim_names(table: pd.DataFrame) -> pd.Series:
    """Return region/sector/commodity of every row."""
    return table["region"] + "/" + table["sector"] + "/" + table["commodity"]


class _Compiler:
    """One compilation: codes and scales first, then table by table."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.count = len(case.periods)
        self.reported = int(case.periods["horizon"].sum())
        self.outputs = case.flows[case.flows["direction"] == "output"]
        self.inputs = case.flows[case.flows["direction"] == "input"]
        self.pairs = self._pairs()
        self.codes: dict[str, pd.Index] = {
            "node": pd.Index(case.periods["period"]),
            "region": pd.Index(sorted(set(self.pairs["region"]))),
            "commodity": pd.Index(case.commodities["commodity"]),
            "claim": pd.Index(sorted(claim_names(case.claims))),
            "line": pd.Index(case.lines["line"]),
            "process": pd.Index(case.processes["process"]),
            "reserve": pd.Index(case.reserves["reserve"]),
            "lane": pd.Index(case.lanes["lane"]),
            "lever": pd.Index(sorted(set(self._brought()["lever"])), dtype="str"),
            "plant": pd.Index(sorted(case.plants["name"]), dtype="str"),
        }
        self.scale = self._commodity_scales()
        self.run_scale = self._run_scales()
        loss = case.commodities["loss_per_month"].to_numpy(dtype=np.float64)
        self.loss = 1.0 - (1.0 - loss) ** (case.period_days / MONTH_DAYS)

    def instance(self) -> Instance:
        """Return all tables."""
        case = self.case
        nodes = self._nodes()
        tables = {
            "nodes": nodes,
            "regions": self._members("region"),
            "commodities": self._commodities(),
            "claims": self._claims(),
            "moves": case.moves.assign(claim=self._claim(case.moves)),
            "lines": self._members("line").assign(region=self._code("region", case.lines), commodity=self._code("commodity", case.lines)),
            "processes": self._members("process").assign(region=self._code("region", case.processes), scale=self.run_scale),
            "reserves": self._reserves(),
            "lanes": self._members("lane").assign(
                origin=self._code("region", case.lanes, "origin"),
                destination=self._code("region", case.lanes),
                commodity=self._code("commodity", case.lanes),
            ),
            "levers": self._levers(),
            "lever_lines": self._opened("line"),
            "lever_processes": self._opened("process"),
            "cells": self._cells(),
            "harms": self._harms(),
            "restraints": self._restraints(),
            "dispatches": self._dispatches(),
            "runs": self._runs(),
            "inputs": self._per_run(self.inputs),
            "outputs": self._outputs(),
            "releases": self._releases(),
            "refills": self._refills(),
            "inventories": self._inventories(),
            "sales": self._sales(),
            "transfers": self._transfers(),
            "line_arrivals": self._arrivals("line"),
            "process_arrivals": self._arrivals("process"),
            "lane_arrivals": self._arrivals("lane"),
            "tiers": case.tiers,
            "closing": case.closing,
        }
        tables["uses"] = self._uses(tables)
        tables["bundles"] = self._bundles(tables["uses"])
        tables["lots"] = self._whole("line", case.lots.merge(case.lines[["line", "commodity"]], on="line"), tables["dispatches"])
        reserves = case.reserves[["reserve", "commodity"]]
        tables["tranches"] = self._whole("reserve", case.tranches.merge(reserves, on="reserve"), tables["releases"])
        tables["plants"], tables["operations"] = plant_tables(case.plants, tables, self.codes)
        tables |= opening_tables(case, tables, self.codes)
        tables["balances"] = self._balances(tables)
        return Instance(**{name: typed(name, tables[name]) for name in COLUMNS})

    # ---- codes and scales --------------------------------------------------------------------------------------------------------
    def _pairs(self) -> pd.DataFrame:
        """Every region and commodity that anything can enter or leave."""
        case = self.case
        made = case.flows.merge(case.processes[["process", "region"]], on="process")
        tables = [case.claims, case.lines, made, case.reserves, case.inventories, case.lanes, case.sales]
        ends = [table[["region", "commodity"]] for table in tables]
        ends.append(case.lanes[["origin", "commodity"]].rename(columns={"origin": "region"}))
        return pd.concat(ends).drop_duplicates().sort_values(["region", "commodity"], ignore_index=True)

    def _code(self, kind: str, table: pd.DataFrame, column: str = "") -> IntArray:
        """Return the codes of a column of names; a name without code is a defect."""
        codes = self.codes[kind].get_indexer(pd.Index(table[column or kind]))
        if (codes < 0).any():
            raise ValueError(f"a {kind} of the case has no code")
        return codes.astype(np.int64)

    def _scale_of(self, table: pd.DataFrame) -> FloatArray:
        scales: FloatArray = self.scale[self._code("commodity", table)]
        return scales

    def _commodity_scales(self) -> FloatArray:
        """Power of two near the mean demand of a cell; of process inputs, outputs, then lines where nobody claims the commodity."""
        case = self.case
        runs = case.flows.merge(case.processes[["process", "undisturbed"]], on="process")
        runs["undisturbed"] *= runs["quantity"]
        mean = pd.Series(np.nan, index=self.codes["commodity"])
        for table in (case.claims, runs[runs["direction"] == "input"], runs[runs["direction"] == "output"], case.lines):
            positive = table[table["undisturbed"] > 0]
            mean = mean.fillna(positive.groupby("commodity")["undisturbed"].mean())
        return _power_of_two(np.asarray(mean.fillna(1.0), dtype=np.float64))

    def _run_scales(self) -> FloatArray:
        """Natural runs in a scaled run, so that the largest scaled output of a scaled run is near 1."""
        share = self.outputs["quantity"].to_numpy(dtype=np.float64) / self._scale_of(self.outputs)
        largest = np.zeros(len(self.codes["process"]))
        np.maximum.at(largest, self._code("process", self.outputs), share)
        return _power_of_two(1.0 / np.where(largest > 0, largest, 1.0))

    # ---- members -----------------------------------------------------------------------------------------------------------------
    def _members(self, kind: str) -> pd.DataFrame:
        names = self.codes[kind]
        return pd.DataFrame({kind: np.arange(len(names)), "name": names})

    def _nodes(self) -> pd.DataFrame:
        number = np.arange(self.count)
        return pd.DataFrame(
            {
                "node": number,
                "name": self.codes["node"],
                "period": self.codes["node"],
                "branch": BRANCH,
                "parent": number - 1,
                "probability": 1.0,
                "horizon": number < self.reported,
            }
        )

    def _commodities(self) -> pd.DataFrame:
        goods = self.case.commodities
        return self._members("commodity").assign(
            scale=self.scale,
            loss=self.loss,
            yardstick=goods["yardstick"] / self.scale,
            surplus_cost=goods["price_eur"] * self.scale,
        )

    def _claim(self, table: pd.DataFrame) -> IntArray:
        return self.codes["claim"].get_indexer(pd.Index(claim_names(table))).astype(np.int64)

    def _claims(self) -> pd.DataFrame:
        claims = self.case.claims
        table = claims.assign(
            name=claim_names(claims),
            past_demand=claims["past_demand"] / self._scale_of(claims),
            past_shortfall=claims["past_shortfall"] / self._scale_of(claims),
            region=self._code("region", claims),
            commodity=self._code("commodity", claims),
        ).sort_values("name")
        return table.assign(claim=np.arange(len(table)))

    def _reserves(self) -> pd.DataFrame:
        reserves = self.case.reserves
        loss = reserves["loss_per_month"].to_numpy(dtype=np.float64)
        return self._members("reserve").assign(
            region=self._code("region", reserves),
            commodity=self._code("commodity", reserves),
            rank=reserves["rank"],
            first=reserves["first"],
            opening=reserves["opening"] / self._scale_of(reserves),
            loss=1.0 - (1.0 - loss) ** (self.case.period_days / MONTH_DAYS),
        )

    # ---- figures by node ---------------------------------------------------------------------------------------------------------
    def _node(self, table: pd.DataFrame, column: str = "period") -> IntArray:
        return self._code("node", table, column)

    def _cells(self) -> pd.DataFrame:
        cells = self.case.cells
        return cells.assign(claim=self._claim(cells), node=self._node(cells), demand=cells["demand"] / self._scale_of(cells))

    def _restraints(self) -> pd.DataFrame:
        blocks = self.case.restraints.merge(self.case.cells[["region", "sector", "commodity", "period", "demand"]])
        scale = self._scale_of(blocks)
        return blocks.assign(
            claim=self._claim(blocks),
            node=self._node(blocks),
            limit=blocks["share"] * blocks["demand"] / scale,
            cost=blocks["cost_eur"] * scale,
        )

    def _harms(self) -> pd.DataFrame:
        """Pieces of the shortage of cells whose tier weighs harm, in the horizon."""
        weighed = self.case.standings.loc[self.case.standings["rule"] == "weighted", [*CLAIM, "tier"]]
        reported = self.case.periods.loc[self.case.periods["horizon"], ["period"]]
        cells = self.case.cells.merge(weighed, on=[*CLAIM, "tier"]).merge(reported, on="period")
        pieces = cells.merge(self.case.harms, on=["sector", "commodity"])
        return pieces.assign(
            claim=self._claim(pieces),
            node=self._node(pieces),
            limit=pieces["share"] * pieces["demand"] / self._scale_of(pieces),
        )

    def _dispatches(self) -> pd.DataFrame:
        table = self.case.dispatches.merge(self.case.lines[["line", "commodity", "premium_eur"]], on="line")
        priced = self.case.premiums.rename(columns={"premium_eur": "given_eur"})
        table = table.merge(priced, on=["line", "period"], how="left")
        scale, premium = self._scale_of(table), table["given_eur"].astype("float64").fillna(table["premium_eur"])
        return table.assign(line=self._code("line", table), node=self._node(table), limit=table["limit"] / scale, premium=premium * scale)

    def _runs(self) -> pd.DataFrame:
        table = self.case.runs.merge(self.case.processes[["process", "cost_eur"]], on="process")
        process = self._code("process", table)
        scale = self.run_scale[process]
        return table.assign(process=process, node=self._node(table), limit=table["limit"] / scale, cost=table["cost_eur"] * scale)

    def _per_run(self, flows: pd.DataFrame) -> pd.DataFrame:
        process = self._code("process", flows)
        quantity = flows["quantity"] * self.run_scale[process] / self._scale_of(flows)
        return flows.assign(process=process, commodity=self._code("commodity", flows), quantity=quantity)

    def _outputs(self) -> pd.DataFrame:
        """Output per run by the node of the run; nodes in which a process yields nothing are left out."""
        runs = self.case.runs
        yields = pd.DataFrame({"process": self._code("process", runs), "node": self._node(runs), "left": runs["yield_share"]})
        table = self._per_run(self.outputs).merge(yields, on="process")
        table["quantity"] *= table["left"]
        return table[table["quantity"] > 0]

    def _over_nodes(self, table: pd.DataFrame) -> pd.DataFrame:
        return table.merge(pd.DataFrame({"node": np.arange(self.count)}), how="cross")

    def _releases(self) -> pd.DataFrame:
        table = self.case.releases.merge(self.case.reserves[["reserve", "commodity", "opening", "floor", "loss_per_month"]], on="reserve")
        table = table.assign(node=self._node(table)).sort_values(["reserve", "node"], ignore_index=True)
        node = table["node"]
        kept = (1.0 - table["loss_per_month"]) ** (self.case.period_days / MONTH_DAYS)
        spared = (1.0 - table["loss_share"]).groupby(table["reserve"]).cumprod()
        scale = self._scale_of(table)
        return table.assign(
            reserve=self._code("reserve", table),
            floor=np.maximum(np.minimum(table["floor"], table["opening"]), table["due"] * table["opening"]) * kept**node * spared / scale,
            limit=np.where(node < self.reported, table["limit"], 0.0) / scale,
        )

    def _refills(self) -> pd.DataFrame:
        table = self.case.refills.merge(self.case.reserves[["reserve", "commodity"]], on="reserve")
        codes = {"reserve": self._code("reserve", table), "node": self._node(table)}
        return pd.DataFrame({**codes, "limit": table["limit"] / self._scale_of(table)})

    # ---- levers that bring goods ------------------------------------------------------------------------------------------------
    def _brought(self) -> pd.DataFrame:
        members = self.case.lever_members
        return members[members["channel"].isin(["line", "process"])]

    def _levers(self) -> pd.DataFrame:
        levers = self.case.levers[self.case.levers["lever"].isin(self.codes["lever"])].sort_values("lever")
        return self._members("lever").assign(commodity=self._code("commodity", levers), rank=levers["rank"].to_numpy())

    def _opened(self, channel: str) -> pd.DataFrame:
        members = self.case.lever_members[self.case.lever_members["channel"] == channel]
        return pd.DataFrame({"lever": self._code("lever", members), channel: self._code(channel, members, "member")})

    def _uses(self, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
        shared = self.case.lever_limits.merge(self.case.levers[["lever", "commodity"]], on="lever")
        most = shared["limit"] / self._scale_of(shared)
        codes = {"lever": self._code("lever", shared), "node": self._node(shared)}
        return lever_uses(tables, pd.DataFrame({**codes, "most": most}), self.count)

    def _bundles(self, uses: pd.DataFrame) -> pd.DataFrame:
        """Return the least and the most of what is ordered together; nothing where the most does not reach the least."""
        bundles = self.case.bundles.merge(self.case.levers[["lever", "commodity"]], on="lever")
        table = pd.DataFrame({"lever": self._code("lever", bundles), "least": bundles["minimum"] / self._scale_of(bundles)})
        table = table.merge(uses, on="lever")
        return table.assign(most=table["limit"].where(table["limit"] >= table["least"] * (1.0 - 1e-9), 0.0))

    def _whole(self, member: str, lots: pd.DataFrame, limits: pd.DataFrame) -> pd.DataFrame:
        """Return the size of lots or tranches, and how many there can be; a limit that rounding takes below whole ones has them."""
        table = pd.DataFrame({member: self._code(member, lots), "size": lots["size"] / self._scale_of(lots)})
        table = table.merge(limits[[member, "node", "limit"]], on=member)
        return table.assign(most=np.floor(table["limit"] / table["size"] + 1e-9))

    def _inventories(self) -> pd.DataFrame:
        """Working stock decays with the goods; from the last node of the horizon on, no more is kept than there was at the start."""
        stores = self.case.inventories
        commodity, scale = self._code("commodity", stores), self._scale_of(stores)
        opening = stores["opening"] / scale
        table = self._over_nodes(
            pd.DataFrame(
                {
                    "region": self._code("region", stores),
                    "commodity": commodity,
                    "opening": opening,
                    "least": np.minimum(stores["minimum"] / scale, opening),
                    "room": stores["maximum"] / scale,
                }
            )
        )
        node = table["node"].to_numpy()
        ends = node >= self.reported - 1
        return table.merge(self._holdings(), on=["region", "commodity", "node"], how="left").assign(
            cost=lambda joined: joined["cost"].fillna(0.0),
            minimum=table["least"] * (1.0 - self.loss[table["commodity"]]) ** node,
            maximum=np.where(ends, np.minimum(table["room"], table["opening"]), table["room"]),
        )

    def _holdings(self) -> pd.DataFrame:
        costs = self.case.holdings
        codes = {"region": self._code("region", costs), "commodity": self._code("commodity", costs), "node": self._node(costs)}
        return pd.DataFrame({**codes, "cost": costs["cost_eur"] * self._scale_of(costs)})

    def _sales(self) -> pd.DataFrame:
        sales = self.case.sales
        scale = self._scale_of(sales)
        codes = {"region": self._code("region", sales), "commodity": self._code("commodity", sales), "node": self._node(sales)}
        return sales.assign(**codes, limit=sales["limit"] / scale, value=sales["value_eur"] * scale)

    def _transfers(self) -> pd.DataFrame:
        table = self.case.transfers.merge(self.case.lanes[["lane", "commodity", "cost_eur"]], on="lane")
        scale = self._scale_of(table)
        codes = {"lane": self._code("lane", table), "node": self._node(table)}
        return pd.DataFrame({**codes, "limit": table["limit"] / scale, "cost": table["cost_eur"] * scale})

    def _arrivals(self, channel: str) -> pd.DataFrame:
        table = self.case.arrivals[(self.case.arrivals["channel"] == channel) & (self.case.arrivals["weight"] > 0)]
        codes = self.codes[channel].get_indexer(pd.Index(table["sender"]))
        return pd.DataFrame({channel: codes, "sent": self._node(table, "sent"), "node": self._node(table), "weight": table["weight"]})

    # ---- balances ----------------------------------------------------------------------------------------------------------------
    def _balances(self, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
        """Add what is under way, and the most that can be thrown away in a node: what can enter it, or all that the scope has had."""
        place = pd.MultiIndex.from_arrays([self._code("region", self.pairs), self._code("commodity", self.pairs)])
        size = (len(place), self.count)

        def spread(region: IntArray, commodity: IntArray, node: IntArray, quantity: FloatArray) -> FloatArray:
            total = np.zeros(size)
            np.add.at(total, (place.get_indexer(pd.MultiIndex.from_arrays([region, commodity])), node), quantity)
            return total

        coming = self.case.under_way
        under_way = spread(
            self._code("region", coming),
            self._code("commodity", coming),
            self._node(coming),
            (coming["quantity"] / self._scale_of(coming)).to_numpy(),
        )
        sources = under_way + sum(spread(*_columns(table)) for table in self._sources(tables))
        lanes = (
            tables["lane_arrivals"]
            .merge(tables["lanes"], on="lane")
            .merge(tables["transfers"].rename(columns={"node": "sent"}), on=["lane", "sent"])
        )
        moved = spread(*_columns(lanes.assign(region=lanes["destination"], quantity=lanes["weight"] * lanes["limit"])))
        store = tables["inventories"]
        before = store["node"].to_numpy() > 0
        kept = store["maximum"].where(store["node"] < self.count - 1, 0.0) * (1.0 - self.loss[store["commodity"]])
        root = store[~before].assign(quantity=store["opening"])
        later = store.assign(node=np.minimum(store["node"] + 1, self.count - 1), quantity=kept)
        carried = spread(*_columns(root)) + spread(*_columns(later))
        had = np.cumsum(sources + spread(*_columns(root)), axis=1)
        commodity = place.get_level_values(1).to_numpy(dtype=np.int64)
        everywhere = np.zeros((int(commodity.max()) + 1, self.count))
        np.add.at(everywhere, commodity, had)
        table = self._over_nodes(pd.DataFrame({"region": place.get_level_values(0), "commodity": place.get_level_values(1)}))
        bound = np.minimum(sources + moved + carried, everywhere[commodity])
        return table.assign(under_way=under_way.ravel(), bound=bound.ravel())

    def _sources(self, tables: dict[str, pd.DataFrame]) -> list[pd.DataFrame]:
        """Return region, commodity, node and largest quantity of what lines, processes and reserves bring."""
        sent = {"node": "sent"}
        lines = (
            tables["line_arrivals"]
            .merge(tables["lines"], on="line")
            .merge(tables["dispatches"][["line", "node", "limit"]].rename(columns=sent))
        )
        made = (
            tables["process_arrivals"]
            .merge(tables["processes"][["process", "region"]], on="process")
            .merge(tables["runs"][["process", "node", "limit"]].rename(columns=sent))
            .merge(tables["outputs"][["process", "commodity", "node", "quantity"]].rename(columns=sent))
        )
        released = tables["releases"][["reserve", "node", "limit"]].merge(tables["reserves"], on="reserve")
        return [
            lines.assign(quantity=lines["weight"] * lines["limit"]),
            made.assign(quantity=made["weight"] * made["limit"] * made["quantity"]),
            released.assign(quantity=released["limit"]),
        ]


def _columns(table: pd.DataFrame) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    region, commodity, node = (table[name].to_numpy(dtype=np.int64) for name in ("region", "commodity", "node"))
    return region, commodity, node, table["quantity"].to_numpy(dtype=np.float64)


def _power_of_two(values: FloatArray) -> FloatArray:
    powers: FloatArray = np.exp2(np.round(np.log2(values)))
    return powers
