"""What the kinds touch that act on more than lines, runs and demand; and what their schemas refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from allocator.scenario import DISRUPTIONS, Disruption, LastingDisruption, SuddenDisruption
from tests.allocator.scenario.test_disruptions import LINES, PROCESSES, ROUTES, WEEKS, YEAR
from tests.allocator.scenario.test_faults import disruption
from tests.allocator.scenario.world import World

SUDDEN = ("reserve_loss", "transit_loss")
EXPORTED = LINES.assign(origin_exports=[100.0, 50.0, 40.0, 80.0, 0.0, 20.0], outside=[False] * 5 + [True])
LANES = pd.DataFrame(
    [("NLD", "DEU", "metal"), ("DEU", "NLD", "metal"), ("NLD", "BEL", "ore"), ("FRA", "BEL", "metal")],
    columns=["origin", "region", "commodity"],
)
RESERVES = pd.DataFrame([("nld_gas", "NLD"), ("nld_metal", "NLD"), ("coalition_gas", "coalition")], columns=["reserve", "owner"])


def made(kind: str, **keys: object) -> Disruption:
    months = {} if kind in SUDDEN else {"months": 6}
    return DISRUPTIONS[kind].model_validate({"kind": kind, "start": "2026-03", **months, **keys})


def test_a_kind_lasts_or_happens_at_one_stroke() -> None:
    assert [name for name, kind in DISRUPTIONS.items() if issubclass(kind, SuddenDisruption)] == list(SUDDEN)
    assert all(issubclass(kind, LastingDisruption) for name, kind in DISRUPTIONS.items() if name not in SUDDEN)


@pytest.mark.parametrize(
    ("keys", "most"),
    [
        ({"origin": "QAT", "commodities": "all", "share": 0.6}, [0.6, np.inf, 0.6, np.inf, np.inf, np.inf]),
        ({"origin": "QAT", "commodities": ("helium_liquid",), "quantity": 30}, [0.3, np.inf, np.inf, np.inf, np.inf, np.inf]),
        ({"origin": "DEU", "commodities": "all", "share": 0}, [np.inf] * 5 + [0.0]),  # what stays at home is no export
        ({"origin": "DEU", "commodities": ("gallium_metal",), "quantity": 30}, [np.inf] * 5 + [1.5]),  # no ceiling that bites
    ],
)
def test_a_quota_is_a_ceiling(keys: dict[str, object], most: list[float]) -> None:
    quota = made("quota", **keys)
    assert isinstance(quota, LastingDisruption)
    assert quota.ceilings(EXPORTED).tolist() == most
    assert not quota.affects_lines(EXPORTED, ROUTES).any()
    np.testing.assert_array_equal(quota.severity(YEAR, 1, 8), [0] + [1] * 6 + [0, 0])  # in force: a quota has no depth of its own


def test_a_licence_delay_touches_what_leaves_the_country() -> None:
    delay = made("licence_delay", origin="QAT", commodities=("aluminium_primary",), delay_days=45)
    assert isinstance(delay, LastingDisruption)
    assert delay.delays(LINES).tolist() == [0, 0, 45, 0, 0, 0]
    home = made("licence_delay", origin="DEU", commodities="all", delay_days=10)
    assert isinstance(home, LastingDisruption)
    assert home.delays(LINES).tolist() == [0, 0, 0, 0, 0, 10]


def test_a_transit_loss_touches_the_lines_through_the_chokepoint() -> None:
    loss = made("transit_loss", chokepoint="strait_of_hormuz", share=0.3)
    assert isinstance(loss, SuddenDisruption)
    assert "".join(LINES["line"][loss.affects_transit(LINES, ROUTES)]) == "ac"
    assert not loss.affects_reserves(RESERVES).any()
    assert loss.depth == 0.3


@pytest.mark.parametrize(("start", "horizon", "number"), [("2026-05", YEAR, 2), ("2026-01", YEAR, -2), ("2026-W11", WEEKS, 2)])
def test_the_period_of_a_stroke(start: str, horizon: object, number: int) -> None:
    loss = made("transit_loss", chokepoint="strait_of_hormuz", share=1, start=start)
    assert isinstance(loss, SuddenDisruption)
    assert loss.stroke(horizon) == number


def test_a_month_strikes_in_the_week_in_which_it_begins() -> None:
    loss = made("reserve_loss", owner="NLD", share=1, start="2026-03")  # a Sunday, in week 9
    assert isinstance(loss, SuddenDisruption)
    assert loss.stroke(WEEKS) == 0


def test_a_reserve_loss_touches_one_reserve_or_all_of_an_owner() -> None:
    for keys, struck in (({"reserve": "nld_gas"}, [True, False, False]), ({"owner": "NLD"}, [True, True, False])):
        loss = made("reserve_loss", share=0.5, **keys)
        assert isinstance(loss, SuddenDisruption)
        assert loss.affects_reserves(RESERVES).tolist() == struck
        assert not loss.affects_transit(LINES, ROUTES).any()


def test_a_yield_loss_touches_yields_and_no_runs() -> None:
    loss = made("yield_loss", technology="smelting", region="DEU", share=0.25, recovery_months=2)
    assert isinstance(loss, LastingDisruption)
    assert loss.affects_yields(PROCESSES).tolist() == [False, True, False]
    assert not loss.affects_processes(PROCESSES).any()
    np.testing.assert_allclose(loss.supply_factor(YEAR, 0, 9), [0.75] * 6 + [1 - 0.25 * 0.75, 1 - 0.25 * 0.25, 1])


@pytest.mark.parametrize(
    ("keys", "lanes"),
    [
        ({"regions": "all"}, [0, 1, 2, 3]),
        ({"regions": ("NLD",)}, [0, 1, 2]),
        ({"regions": ("NLD",), "commodities": ("metal",)}, [0, 1]),
        ({"origin": "NLD"}, [0, 2]),
        ({"destination": "BEL"}, [2, 3]),
        ({"origin": "NLD", "destination": "BEL"}, [2]),
    ],
)
def test_transport_touches_lanes(keys: dict[str, object], lanes: list[int]) -> None:
    strike = made("transport_capacity", share=0.5, **keys)
    assert isinstance(strike, LastingDisruption)
    assert list(np.flatnonzero(strike.affects_lanes(LANES))) == lanes


def test_transport_touches_lanes_from_outside_the_scope_which_are_lines() -> None:
    strike = made("transport_capacity", share=0.5, regions="all")
    assert isinstance(strike, LastingDisruption)
    assert "".join(EXPORTED["line"][strike.affects_lines(EXPORTED, ROUTES)]) == "f"


@pytest.mark.parametrize(
    ("keys", "processes"),
    [({"technologies": "all"}, [0, 1, 2]), ({"technologies": ("alloying", "smelting"), "regions": ("DEU",)}, [1, 2])],
)
def test_dear_energy_touches_runs_of_several_technologies(keys: dict[str, object], processes: list[int]) -> None:
    outage = made("energy_price_outage", share=0.5, **keys)
    assert isinstance(outage, LastingDisruption)
    assert list(np.flatnonzero(outage.affects_processes(PROCESSES))) == processes
    assert not outage.affects_yields(PROCESSES).any()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind: quota, origin: CHN, commodities: all, start: 2026-03, months: 1", "name either share or quantity; neither is there"),
        (
            "kind: quota, origin: CHN, commodities: [a], start: 2026-03, months: 1, share: 0.5, quantity: 1",
            "name either share or quantity; both are there",
        ),
        (
            "kind: quota, origin: CHN, commodities: all, start: 2026-03, months: 1, quantity: 1",
            "a quantity is of one commodity; name just one, or give a share",
        ),
        ("kind: yield_loss, start: 2026-03, months: 1, share: 1", "name technology, process or both; neither is there"),
        (
            "kind: transport_capacity, start: 2026-03, months: 1, share: 1",
            "name either regions, or origin or destination; neither is there",
        ),
        (
            "kind: transport_capacity, regions: all, origin: NLD, start: 2026-03, months: 1, share: 1",
            "name either regions, or origin or destination; both are there",
        ),
        ("kind: reserve_loss, start: 2026-03, share: 1", "name either reserve or owner; neither is there"),
        ("kind: reserve_loss, reserve: a, owner: NLD, start: 2026-03, share: 1", "name either reserve or owner; both are there"),
    ],
)
def test_keys_that_do_not_go_together(world: World, text: str, expected: str) -> None:
    assert world.fault(disruption(text)) == f"s.yaml:6:5: disruptions.0: {expected}  [A314]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind: licence_delay, origin: CHN, commodities: all, start: 2026-03, months: 1, delay_days: 0", "must be more than 0"),
        ("kind: licence_delay, origin: CHN, commodities: all, start: 2026-03, months: 1", "delay_days: this key is missing"),
        ("kind: quota, origin: CHN, commodities: all, start: 2026-03, months: 1, share: 60", "a share is written as 0.6"),
        ("kind: quota, origin: CHN, commodities: [a], start: 2026-03, months: 1, quantity: -1", "must be at least 0"),
        ("kind: transit_loss, chokepoint: a, start: 2026-03, months: 1, share: 1", "months: unknown key"),
        ("kind: reserve_loss, owner: NLD, start: 2026-03, share: 1, recovery_months: 1", "recovery_months: unknown key"),
        ("kind: energy_price_outage, technologies: [], start: 2026-03, months: 1, share: 1", "must not be empty"),
        ("kind: energy_price_outage, technologies: some, start: 2026-03, months: 1, share: 1", "or the word all was expected"),
        ("kind: transit_loss, chokepoint: a, start: 2028-03, share: 1", "is after the horizon"),
    ],
)
def test_what_a_schema_refuses(world: World, text: str, expected: str) -> None:
    assert expected in world.fault(disruption(text))


@pytest.mark.parametrize("kind", ["transit_loss", "reserve_loss"])
def test_a_sudden_kind_has_no_months(kind: str) -> None:
    with pytest.raises(ValidationError, match="unknown_key"):
        made(kind, share=1, months=3, **({"owner": "NLD"} if kind == "reserve_loss" else {"chokepoint": "a"}))
