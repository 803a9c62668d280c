"""Sales: what is sold to buyers without a rank, once every claim has been served."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("sales")
def add_sales(m: Formulation) -> None:
    r"""A buyer without a rank takes at most so much, and what it pays is a credit of the cost stage alone.

    .. math:: 0 \le \text{sell}_{rgbn} \le B_{rgbn}

    Adds `sell_rgbn` [unit] for every buyer b; posts sales as use in the region.
    """
    sales = m.instance.sales
    m.SALES = m.table("sales")
    m.sale_value = m.parameter(m.SALES, sales["value"] * at(m.instance.nodes["probability"], sales["node"]))
    m.sell = m.columns(m.SALES, upper=sales["limit"])
    m.sales_at = m.relation(m.BALANCES, sales, on=["region", "commodity", "node"], to=["buyer"])
    m.balance.use(lambda r, g, n: sum(m.sell[r, g, b, n] for b in m.sales_at[r, g, n]))
    m.goal("cost", "sales", lambda m: -sum(m.sale_value[r, g, b, n] * m.sell[r, g, b, n] for r, g, b, n in m.SALES))
