"""From what was written to what it means: baseline, scenario and framework become one case."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from allocator.baseline import Baseline
from allocator.case.figures import Calendar, Course, FloatArray, longest_delays, make_calendar
from allocator.case.flows import Flows
from allocator.case.ids import known_ids
from allocator.case.law import harm_pieces, missing_harm, tier_table, words_of
from allocator.case.levers import Opened, activations_of, allowances_of, linked_goods, opened_levers, opened_restraint
from allocator.case.model import CLAIM, Case, Note, case_table, long_table
from allocator.case.plants import closing_curve, plants_of
from allocator.case.prices import priced_tables
from allocator.case.scope import ScopedBaseline, baseline_in_scope
from allocator.case.sharing import sharing_of, traded
from allocator.case.standing import Standing
from allocator.case.stocks import Stocks, reserve_members, stocks_of, tranches_of
from allocator.case.supplies import bundles_of, lots_of, supplies_of
from allocator.case.tail import longest_chain
from allocator.deliveries import Deliveries, no_deliveries
from allocator.errors import InvalidInput
from allocator.framework import Framework, missing_sectors, not_in_force
from allocator.references import check_references
from allocator.scenario import LastingDisruption, Scenario
from allocator_models.kept import Kept, Read


def resolve_case(
    baseline: Baseline, scenario: Scenario, framework: Framework, deliveries: Deliveries | None = None, kept: Kept | None = None
) -> Case:
    """Return the case: the scenario applied to the baseline under the framework, every rule read as of the first day of each period.

    Disruptions act on what is sent: volume under way at the start gets through in the share that was let through in the period in which
    it was sent. The tail after the horizon is as long as the longest chain of leads; demand and disruptions go on in it, reserves are
    closed.

    Notes of the case say how it was read: ``commodity_pulled_in`` (linked to a listed commodity by a process), ``outside_supply`` and
    ``outside_use`` (a lane that became a fixed line or an export claim), ``lever_not_allowed_at_level``, ``reserve_closed_at_level``,
    ``lever_without_reserve``, ``lever_without_effect``, ``minimum_without_plant``, ``price_without_effect``,
    ``restraint_without_blocks``, ``owed`` (what an earlier round did not deliver is asked for again), ``owed_to_nobody`` (a claim of an
    earlier round that there is no more); of the framework, with paths in its file: ``rule_off_at_level``, ``decision_over`` and
    ``decision_without_claim`` (an exemption or override), ``order_without_place``, ``adopted_without_act`` (a tier of a framework that
    calls itself adopted).

    With `kept`, tables that nothing touched since they were last made are those of that time.

    Raises:
        InvalidInput: with every finding: a name that the baseline does not know, a claimant in no tier, a share without a
            value in force, a reserve without rank, an empty scope.
    """
    faults = check_references(scenario, framework, known_ids(baseline))
    if faults:
        raise InvalidInput(faults)
    kept = kept or Kept()
    step = kept.step
    opened, unused = step("levers", opened_levers, framework, Read(scenario))
    scoped = baseline_in_scope(baseline, scenario, linked_goods(opened))
    goods = step("goods", lambda known: known.commodities.set_index("commodity"), baseline)
    loss = step("loss", lambda known: known["loss_per_month"].astype("float64"), goods)
    senders = step("senders", _senders, scoped, loss)
    course = _course(scoped, scenario, senders, loss, kept)
    calendar, level = course.calendar, scenario.crisis_level
    demands = step("demands", lambda known: known.demands[known.demands["quantity"] > 0].sort_values(CLAIM, ignore_index=True), scoped)
    standing = step("standing", _standing, framework, scoped, demands, calendar, level, baseline)
    earlier = deliveries or step("no deliveries", no_deliveries)
    claims = step("claims", _claims, demands, standing, earlier)
    moves = step("moves", Standing.moves, standing)
    cells = step("cells", _cells, claims, standing, kept.same("demand", course.demand_factors(demands)), calendar)
    stocks = step("stocks", stocks_of, opened, scoped, framework, Read(course), level)
    losses = kept.same("reserve losses", course.reserve_losses(stocks.reserves))
    blocks, restraining, unopened = step("restraint", opened_restraint, opened, cells, baseline.restraint, calendar)
    flows = Flows(scoped, baseline.routes, course, senders, kept)
    plants, idle = step("plants", plants_of, scenario.minimums, claims, scoped.processes, calendar.days)
    kinds = step("kinds", lambda known: known.technologies.set_index("technology")["kind"], baseline)
    prices = step("prices", lambda known: known["price_eur"].astype("float64"), goods)
    added = supplies_of(opened, scoped, course, kinds, prices, baseline.routes, kept)
    lots, tranches = step("lots", lots_of, opened, added.belongs), step("tranches", tranches_of, stocks)
    belongs = step("members", _together, reserve_members(stocks), restraining, added.belongs)
    activations = step("activations", activations_of, opened, belongs, framework)
    bundles = step("bundles", bundles_of, opened, added.belongs)
    integers = len(plants) + len(lots) + len(tranches) + len(bundles) + len(activations)
    priced, unpriced = priced_tables(scenario, scoped, flows.lines, stocks.inventories, calendar, kept)
    tables = {
        "tiers": step("tiers", tier_table, framework),
        "commodities": step("yardsticks", _commodities, baseline, scoped),
        "claims": claims,
        "moves": moves,
        "cells": cells,
        "harms": step("harms", harm_pieces, step("weighed", _together, claims, moves), baseline.harm),
        "restraints": step("restraints", Standing.restrained, standing, blocks, calendar.names),
        **flows.tables(),
        "processes": scoped.processes,
        "flows": scoped.flows,
        "reserves": stocks.reserves,
        "releases": step("releases", Stocks.releases, stocks, calendar.names, losses),
        "refills": step("refills", Stocks.refills, stocks, calendar.names),
        "inventories": stocks.inventories,
        "lanes": scoped.lanes,
        "levers": step("lever table", _levers, opened),
        "lever_limits": added.limits,
        "lever_members": belongs,
        "plants": plants,
        "closing": step("closing", closing_curve, framework if integers else None),
        "lots": lots,
        "tranches": tranches,
        "bundles": bundles,
        "activations": activations,
        "allowances": step("allowances", allowances_of, framework),
        **priced,
    }
    sharing = sharing_of(framework)
    if sharing == "standalone":
        tables["transfers"] = traded(tables["transfers"], scoped.lanes)
    owed = step("owed", _owed, earlier, claims)
    return Case(
        scenario=scenario.scenario,
        baseline=baseline.edition,
        framework=framework.framework,
        horizon=scenario.horizon,
        period_days=calendar.days,
        crisis_level=level,
        periods=step("periods", _periods, calendar),
        **{name: step(f"case {name}", _case_table, name, table, added.tables.get(name)) for name, table in tables.items()},
        notes=(
            *(*scoped.notes, *standing.notes(), *unused, *stocks.notes, *unopened, *added.notes, *idle),
            *(*unpriced, *owed),
        ),
        words=step("words", words_of, Read(scenario), framework, baseline),
        sharing=sharing,
    )


def _together(*tables: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True)


def _case_table(name: str, table: pd.DataFrame, more: pd.DataFrame | None) -> pd.DataFrame:
    """Return a table of the case, with the rows that levers add."""
    if more is not None and len(more):
        table = pd.concat([table, more[[column for column in table if column in more]]], ignore_index=True)
    return case_table(name, table)


def _standing(
    framework: Framework, scoped: ScopedBaseline, demands: pd.DataFrame, calendar: Calendar, level: int, baseline: Baseline
) -> Standing:
    """Return where the claims stand. Raises `InvalidInput` where the framework has no place, value or harm for one."""
    asked = scoped.demands[["sector", "commodity"]].drop_duplicates()
    faults = missing_sectors(framework, asked.itertuples(index=False)) + not_in_force(framework, calendar.dates, level)
    faults += missing_harm(framework, asked, baseline.harm, level, calendar.dates[0])
    if faults:
        raise InvalidInput(framework.source.in_order(faults))
    standing = Standing(framework, demands[CLAIM], calendar.dates, calendar.horizon.periods, level)
    faults = standing.faults()
    if faults:
        raise InvalidInput(framework.source.in_order(faults))
    return standing


def _levers(opened: Sequence[Opened]) -> pd.DataFrame:
    rows = [(one.name, one.lever.kind, one.lever.authority, getattr(one.lever, "commodity", ""), one.rank) for one in opened]
    kinds = {"lever": "str", "kind": "str", "authority": "str", "commodity": "str", "rank": "int64"}
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def _course(scoped: ScopedBaseline, scenario: Scenario, senders: pd.DataFrame, loss: pd.Series, kept: Kept) -> Course:
    """Return the calendar and the disruptions in it: the tail knows the longest leads in force, the past any lead there could be."""
    lines, told = scoped.lines, scenario.disruptions
    slower = kept.same("longest delays", longest_delays(scenario.horizon, told, lines))
    possible = sum(disruption.delays(lines).max(initial=0.0) for disruption in told if isinstance(disruption, LastingDisruption))
    longest = float(senders["lead_days"].max()) if len(senders) else 0.0
    chain = kept.step("longest chain", _chain_days, scoped, slower)
    return Course(kept.same("calendar", make_calendar(scenario.horizon, chain, longest + possible)), told, loss)


def _periods(calendar: Calendar) -> pd.DataFrame:
    number = np.arange(len(calendar.names))
    return pd.DataFrame({"number": number, "period": list(calendar.names), "horizon": number < calendar.horizon.periods})


def _senders(scoped: ScopedBaseline, loss: pd.Series) -> pd.DataFrame:
    """Return channel, sender, lead_days, transit_days and loss_per_month in transit of everything that sends goods, by channel and name.

    Goods do not decay while they are made: output per run is what comes out in the end.
    """
    lines = scoped.lines.assign(channel="line", sender=scoped.lines["line"], loss_per_month=scoped.lines["commodity"].map(loss))
    lanes = scoped.lanes.assign(channel="lane", sender=scoped.lanes["lane"], loss_per_month=scoped.lanes["commodity"].map(loss))
    processes = scoped.processes.assign(channel="process", sender=scoped.processes["process"], loss_per_month=0.0)
    lines, processes = (table.assign(transit_days=table["lead_days"]) for table in (lines, processes))
    columns = ["channel", "sender", "lead_days", "transit_days", "loss_per_month"]
    together = pd.concat([lanes[columns], lines[columns], processes[columns]], ignore_index=True)
    return together.astype(dict.fromkeys(columns[2:], "float64"))


def _chain_days(scoped: ScopedBaseline, slower: FloatArray) -> float:
    lines = scoped.lines.assign(lead_days=scoped.lines["lead_days"] + slower)
    alone = scoped.flows[scoped.flows["direction"] == "output"].merge(
        scoped.processes[["process", "technology", "lead_days"]], on="process"
    )
    alone = alone[~alone["technology"].isin(scoped.steps["technology"])]
    sources = pd.concat([lines[["commodity", "lead_days"]], alone[["commodity", "lead_days"]]], ignore_index=True)
    return longest_chain(sources, scoped.steps, scoped.lanes[["commodity", "lead_days"]])


def _commodities(baseline: Baseline, scoped: ScopedBaseline) -> pd.DataFrame:
    """Add the yardstick: undisturbed demand in scope; else process input, process output, what lines bring, or 1."""
    runs = scoped.flows.merge(scoped.processes[["process", "undisturbed"]], on="process").sort_values(["process", "commodity"])
    runs["quantity"] *= runs["undisturbed"]
    measures = (
        scoped.demands,
        runs[runs["direction"] == "input"],
        runs[runs["direction"] == "output"],
        scoped.lines.sort_values("line").rename(columns={"arriving": "quantity"}),
    )
    table = baseline.commodities[baseline.commodities["commodity"].isin(scoped.commodities)]
    yardstick = pd.Series(np.nan, index=table.index)
    for measure in measures:
        total = measure.groupby("commodity")["quantity"].sum()
        yardstick = yardstick.fillna(table["commodity"].map(total[total > 0]))
    return table.assign(yardstick=yardstick.fillna(1.0).astype("float64"))


def _claims(demands: pd.DataFrame, standing: Standing, earlier: Deliveries) -> pd.DataFrame:
    """Return claims with how their tier shares and what an earlier round owes them."""
    claims = demands.rename(columns={"quantity": "undisturbed"})
    claims = claims.join(standing.rules(standing.own_ranks())).merge(earlier.rows, on=CLAIM, how="left")
    carried = ["owed", "past_demand", "past_shortfall"]
    claims[carried] = claims[carried].fillna(0.0)
    return claims


def _cells(claims: pd.DataFrame, standing: Standing, factors: FloatArray, calendar: Calendar) -> pd.DataFrame:
    """Return what claims ask for in each period, and the law on it; what an earlier round owes is asked for in the first."""
    demand = claims["undisturbed"].to_numpy()[:, None] * factors
    demand[:, 0] += claims["owed"]
    cells = long_table(claims[CLAIM], list(calendar.names), demand=demand, **standing.law())
    return cells[cells["demand"] > 0]


def _owed(earlier: Deliveries, claims: pd.DataFrame) -> list[Note]:
    """Return which claims an earlier round owes something, and which of them there are no more."""
    found = earlier.rows.merge(claims[CLAIM], on=CLAIM, how="left", indicator=True)
    return [
        Note("owed" if there == "both" else "owed_to_nobody", "", f"{region}/{sector}/{commodity}")
        for region, sector, commodity, amount, there in found[[*CLAIM, "owed", "_merge"]].itertuples(index=False)
        if amount > 0 or there != "both"
    ]
