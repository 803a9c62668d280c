"""What is lent is given back."""

import pandas as pd

from allocator.audit.checks import CHECKS
from allocator.audit.compare import compare, places, together
from allocator.audit.ledger import Ledger


@CHECKS.register("loans_repaid")
def check_loans_repaid(ledger: Ledger) -> pd.DataFrame:
    """From the period on in which a loan is due, all that was lent is back, less what decays and what disruptions destroy.

    So over all periods as much is given back as was taken, where nothing is lost.
    """
    rows = ledger.stocks[ledger.stocks["due"] > 0]
    back = rows["due"] * rows["opening"] * rows["left"]
    lent = ledger.stocks[ledger.stocks["reserve"].isin(rows["reserve"])]
    lasting = lent.groupby("reserve")["kept"].transform("min") >= 1.0
    whole = (
        lent[lasting]
        .groupby("reserve", as_index=False)
        .agg(released=("released", "sum"), refilled=("refilled", "sum"), unit=("unit", "first"), opening=("opening", "first"))
    )
    return together(
        compare("stock", places(rows, "reserve", "period"), rows["stock"], "is at least", back, rows["unit"], rows["opening"]),
        compare("given back", places(whole, "reserve"), whole["refilled"], "is", whole["released"], whole["unit"], whole["opening"]),
    )
