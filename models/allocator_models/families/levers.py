"""Levers that bring goods: what all their lines and processes bring together."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation


@FAMILIES.register("levers")
def add_levers(m: Formulation) -> None:
    r"""What a lever sends and makes in a node, in its commodity, is at most what it can.

    .. math:: \text{use}_{vn} = \sum_{i \in I_v} \text{dispatch}_{in} + \sum_{p \in P_v} b_{pgn}\,\text{run}_{pn} \le U_{vn}

    Adds `use_vn` [unit]; its draw on the means of a rank is counted in `means`.
    """
    instance = m.instance
    uses = instance.uses[["lever", "node"]]
    m.USES = m.table("uses")
    m.use = m.columns(m.USES, upper=instance.uses["limit"])
    m.sent_by = m.relation(m.USES, uses.merge(instance.lever_lines, on="lever"), on=["lever", "node"], to=["line"])
    made = uses.merge(instance.lever_processes, on="lever").merge(instance.levers[["lever", "commodity"]], on="lever")
    made = made.merge(instance.outputs, on=["process", "commodity", "node"]).sort_values(["lever", "process", "node"], ignore_index=True)
    m.MADE = m.table("made", made[["lever", "process", "node"]])
    m.made_per_run = m.parameter(m.MADE, made["quantity"])
    m.made_by = m.relation(m.USES, made, on=["lever", "node"], to=["process"])
    m.rows(
        "lever",
        m.USES,
        lambda m, v, n: (
            m.use[v, n]
            == sum(m.dispatch[i, n] for i in m.sent_by[v, n]) + sum(m.made_per_run[v, p, n] * m.run[p, n] for p in m.made_by[v, n])
        ),
        doc="a lever brings no more than it can, over all that it opens",
    )
