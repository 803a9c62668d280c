"""Market first, and no reserve or lever is drawn on for those who may not draw on it."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import Places, compare, places, smaller, together
from allocator.audit.exchange import AT, idle_supply, spare_of_claims, summed, taken_away, wanted
from allocator.audit.ledger import PLACE, Ledger


@CHECKS.register("means_last")
def check_means_last(ledger: Ledger) -> pd.DataFrame:
    """No reserve or lever brings what idle supply, or what a tier that may not draw on it gets above its guarantee, could have replaced.

    By rank and chain of commodities, in shares of the yardstick: of the draw on this rank and wider ones no more could be replaced, where
    and when it is released, than is drawn on wider ones, because no tier draws more on its own and wider reserves than the least sum it
    needs. For the widest rank that is drawn on also release by release, and one step away. Left out is a rank below which a tier has a
    guarantee before all tiers, or any is kept from being worse off than without sharing, while several commodities of the chain have
    reserves of the rank; and a chain with a reserve that is drawn on before the market. What comes in whole lots or tranches may be more
    than is needed.
    """
    stocks = _stocks(ledger)
    widest = stocks[(stocks["rank"] == stocks["widest"]) & stocks["examined"]].rename(columns={"released": "quantity"})
    wants = summed(widest.assign(claim=widest["means"]), ["rank"])
    cells = wanted(ledger.claims, stocks)
    lower = summed(cells.assign(quantity=spare_of_claims(cells, "floor_first")), ["tier"])
    idle = idle_supply(ledger)
    below = taken_away(lower, wants, ledger)
    ranks = sorted(stocks.loc[stocks["released"] > 0, "rank"].unique())
    return together(
        *(_least_sum(stocks, lower, idle, int(rank), ledger) for rank in ranks),
        _needless(below[below["tier"] > below["rank"]]),
        _needless(taken_away(idle, wants, ledger)),
    )


def _stocks(ledger: Ledger) -> pd.DataFrame:
    """Return what the law speaks of, reserves and what levers bring, with their chain, and the widest rank that is drawn on in it."""
    columns = ["means", "region", "commodity", "period", "number", "unit", "rank", "first", "released"]
    reserves = ledger.stocks[~(ledger.stocks["tranche"] > 0.0)]
    reserves = reserves.assign(means="reserve " + reserves["reserve"].astype("str"))
    bought = ledger.brought[~ledger.brought["in_lots"]]
    levers = bought.assign(means="lever " + ledger.brought["lever"].astype("str"), first=False, released=bought["quantity"])
    stocks = pd.concat([reserves[columns], levers[columns]], ignore_index=True) if len(levers) else reserves[columns]
    stocks = stocks.assign(chain=stocks["commodity"].map(ledger.chains))
    stocks = stocks[~stocks["chain"].isin(stocks.loc[stocks["first"], "chain"])].copy()
    stocks["rank"] = stocks["rank"].clip(upper=ledger.case.tiers["tier"].max())
    stocks["released"] = stocks["released"].clip(lower=0.0)
    drawn = stocks[stocks["released"] > 0.0]
    stocks["widest"] = stocks["chain"].map(drawn.groupby("chain")["rank"].max())
    kinds = stocks.groupby(["chain", "rank"])["commodity"].transform("nunique")
    first = ledger.cells[ledger.cells["guarantee_first"] & (ledger.cells["guarantee"] > 0)]
    lowest = stocks["chain"].map(first.groupby(first["commodity"].map(ledger.chains))["tier"].max()).fillna(0)
    stocks["examined"] = ((lowest <= stocks["rank"]) & (ledger.case.sharing != "guarded")) | (kinds == 1)
    return stocks


def _least_sum(stocks: pd.DataFrame, lower: pd.DataFrame, idle: pd.DataFrame, rank: int, ledger: Ledger) -> pd.DataFrame:
    """Compare, by chain, what could be replaced of the draw on a rank and wider ones with the draw on wider ones."""
    chains = stocks.loc[(stocks["rank"] == rank) & stocks["examined"], "chain"].unique()
    rows = stocks[(stocks["rank"] >= rank) & stocks["chain"].isin(chains)]
    rows = rows.assign(wider=rows["released"].where(rows["rank"] > rank, 0.0))
    places_drawn = rows.groupby(["chain", *AT, "unit"], as_index=False)[["released", "wider"]].sum()
    spare = pd.concat([lower.loc[lower["tier"] > rank, [*AT, "quantity"]], idle[[*AT, "quantity"]]], ignore_index=True)
    places_drawn = places_drawn.merge(spare.groupby(AT, as_index=False)["quantity"].sum(), on=AT, how="left")
    replaced = smaller(places_drawn["released"], places_drawn["quantity"].astype("float64").fillna(0.0))
    yardstick = places_drawn["commodity"].map(ledger.case.commodities.set_index("commodity")["yardstick"])
    shares = places_drawn.assign(
        replaced=replaced / yardstick, wider=places_drawn["wider"] / yardstick, unit=places_drawn["unit"] / yardstick
    )
    by_chain = shares.groupby("chain", as_index=False).agg(
        replaced=("replaced", "sum"), wider=("wider", "sum"), unit=("unit", "max"), good=("commodity", "first")
    )
    place = Places(("reserves of rank ", str(rank), " in the chain of ", by_chain["good"]))
    return compare("what could be replaced", place, by_chain["replaced"], "is at most", by_chain["wider"], by_chain["unit"])


def _needless(pairs: pd.DataFrame) -> pd.DataFrame:
    place = places(pairs, *PLACE, "period") + ": " + pairs["claim"] + " is drawn on while there is "
    place = place + pairs["claim_there"].astype("str") + (" " + pairs["by"].astype("str")).where(pairs["by"] != "", "")
    return compare("needless release", place, pairs["could"], "is", 0.0, pairs["unit"])
