"""Positions of names, in sorted order, and the scales of units: powers of two near the mean demand of a cell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.case import Case

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
MONTH_DAYS = 30.0
CLAIM = ["region", "sector", "commodity"]


def claim_names(table: pd.DataFrame) -> pd.Series:
    """Return region/sector/commodity of every row."""
    return table["region"] + "/" + table["sector"] + "/" + table["commodity"]


class Codes:
    """The codes and scales of a case.

    Attributes:
        count, reported: number of periods, and of those in the horizon.
        inputs, outputs: flows of processes.
        pairs: every region and commodity that anything can enter or leave; `place` is the row of a region and a commodity, -1 without one.
        names: of members, by kind; the code of a name is its position.
        scale, run_scale: natural units in a scaled one, by commodity and by process.
        loss: share of each commodity lost from a period to the next.
    """

    def __init__(self, case: Case) -> None:
        self.count = len(case.periods)
        self.reported = int(case.periods["horizon"].sum())
        self.outputs = case.flows[case.flows["direction"] == "output"]
        self.inputs = case.flows[case.flows["direction"] == "input"]
        self.pairs = _pairs(case)
        brought = case.lever_members[case.lever_members["channel"].isin(["line", "process"])]
        self.names: dict[str, pd.Index] = {
            "node": pd.Index(case.periods["period"]),
            "region": pd.Index(sorted(set(self.pairs["region"]))),
            "commodity": pd.Index(case.commodities["commodity"]),
            "claim": pd.Index(sorted(claim_names(case.claims))),
            "line": pd.Index(case.lines["line"]),
            "process": pd.Index(case.processes["process"]),
            "reserve": pd.Index(case.reserves["reserve"]),
            "lane": pd.Index(case.lanes["lane"]),
            "lever": pd.Index(sorted(set(brought["lever"])), dtype="str"),
            "plant": pd.Index(sorted(case.plants["name"]), dtype="str"),
        }
        self.place = np.full((len(self.names["region"]), len(self.names["commodity"])), -1)
        self.place[self.code("region", self.pairs), self.code("commodity", self.pairs)] = np.arange(len(self.pairs))
        self.scale = self._commodity_scales(case)
        self.run_scale = self._run_scales()
        loss = case.commodities["loss_per_month"].to_numpy(dtype=np.float64)
        self.loss = 1.0 - (1.0 - loss) ** (case.period_days / MONTH_DAYS)

    def code(self, kind: str, table: pd.DataFrame, column: str = "") -> IntArray:
        """Return the codes of a column of names; a name without code is a defect."""
        codes = self.names[kind].get_indexer(pd.Index(table[column or kind]))
        if (codes < 0).any():
            raise ValueError(f"a {kind} of the case has no code")
        return codes.astype(np.int64)

    def scale_of(self, table: pd.DataFrame) -> FloatArray:
        """Return the scale of each row's commodity."""
        scales: FloatArray = self.scale[self.code("commodity", table)]
        return scales

    def members(self, kind: str) -> pd.DataFrame:
        """Return the codes of a kind with their names."""
        names = self.names[kind]
        return pd.DataFrame({kind: np.arange(len(names)), "name": names})

    def claim(self, table: pd.DataFrame) -> IntArray:
        """Return the codes of claims."""
        return self.names["claim"].get_indexer(pd.Index(claim_names(table))).astype(np.int64)

    def node(self, table: pd.DataFrame, column: str = "period") -> IntArray:
        """Return the codes of periods."""
        return self.code("node", table, column)

    def _commodity_scales(self, case: Case) -> FloatArray:
        """Power of two near the mean demand of a cell; of process inputs, outputs, then lines where nobody claims the commodity."""
        runs = case.flows.merge(case.processes[["process", "undisturbed"]], on="process")
        runs["undisturbed"] *= runs["quantity"]
        mean = pd.Series(np.nan, index=self.names["commodity"])
        for table in (case.claims, runs[runs["direction"] == "input"], runs[runs["direction"] == "output"], case.lines):
            positive = table[table["undisturbed"] > 0]
            mean = mean.fillna(positive.groupby("commodity")["undisturbed"].mean())
        return _power_of_two(np.asarray(mean.fillna(1.0), dtype=np.float64))

    def _run_scales(self) -> FloatArray:
        """Natural runs in a scaled run, so that the largest scaled output of a scaled run is near 1."""
        share = self.outputs["quantity"].to_numpy(dtype=np.float64) / self.scale_of(self.outputs)
        largest = np.zeros(len(self.names["process"]))
        np.maximum.at(largest, self.code("process", self.outputs), share)
        return _power_of_two(1.0 / np.where(largest > 0, largest, 1.0))


def _pairs(case: Case) -> pd.DataFrame:
    """Every region and commodity that anything can enter or leave."""
    made = case.flows.merge(case.processes[["process", "region"]], on="process")
    tables = [case.claims, case.lines, made, case.reserves, case.inventories, case.lanes, case.sales]
    ends = [table[["region", "commodity"]] for table in tables]
    ends.append(case.lanes[["origin", "commodity"]].rename(columns={"origin": "region"}))
    return pd.concat(ends).drop_duplicates().sort_values(["region", "commodity"], ignore_index=True)


def _power_of_two(values: FloatArray) -> FloatArray:
    powers: FloatArray = np.exp2(np.round(np.log2(values)))
    return powers
