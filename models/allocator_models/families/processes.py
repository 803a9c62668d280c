"""Processes: refining, alloying, assembly, recycling, substitution."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("processes")
def add_processes(m: Formulation) -> None:
    r"""A process takes its inputs when it runs and yields its outputs after its lead, up to its capacity.

    .. math:: \text{run}_{pn} \le Z_{pn}, \qquad \text{yield}_{rgn} = \sum_{(p,s)} A_{psn}\, b_{pgs}\,\text{run}_{ps}, \qquad
              \text{input}_{rgn} = \sum_p a_{pg}\,\text{run}_{pn}

    Adds `run_pn` [runs per period]; posts yields as supply and inputs as use where the process stands.
    """
    instance = m.instance
    m.RUNS = m.table("runs")
    m.run = m.columns(m.RUNS, upper=instance.runs["limit"])
    m.run_cost = m.parameter(m.RUNS, instance.runs["cost"] * at(instance.nodes["probability"], instance.runs["node"]))
    m.INPUTS = m.table("inputs")
    m.input_per_run = m.parameter(m.INPUTS, instance.inputs["quantity"])

    site = instance.processes["region"]
    yields = instance.process_arrivals.merge(instance.outputs.rename(columns={"node": "sent"}), on=["process", "sent"]).sort_values(
        ["process", "commodity", "sent", "node"], ignore_index=True
    )
    m.YIELDS = m.table("yields", yields[["process", "commodity", "sent", "node"]])
    m.yield_per_run = m.parameter(m.YIELDS, yields["weight"] * yields["quantity"])
    m.yields_at = m.relation(
        m.BALANCES, yields.assign(region=at(site, yields["process"])), on=["region", "commodity", "node"], to=["process", "sent"]
    )
    needs = instance.inputs.merge(instance.runs[["process", "node"]], on="process")
    m.users_at = m.relation(m.BALANCES, needs.assign(region=at(site, needs["process"])), on=["region", "commodity", "node"], to=["process"])
    m.balance.supply(lambda r, g, n: sum(m.yield_per_run[p, g, s, n] * m.run[p, s] for p, s in m.yields_at[r, g, n]))
    m.balance.use(lambda r, g, n: sum(m.input_per_run[p, g] * m.run[p, n] for p in m.users_at[r, g, n]))
    m.goal("cost", "processing", lambda m: sum(m.run_cost[p, n] * m.run[p, n] for p, n in m.RUNS))
