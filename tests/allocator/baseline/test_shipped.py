"""What the shipped baseline must be: in balance, without double counting, and as its sources say."""

import numpy as np
import pandas as pd
import pytest

from allocator.baseline.build.claims import placed_applications, regional_claims
from allocator.baseline.build.facts import load_facts
from allocator.baseline.build.formula import evaluate
from allocator.baseline.build.keys import keys_by_name
from allocator.baseline.build.package import EXACT
from allocator.baseline.build.totals import aluminium_metal_use, aluminium_recycled, magnet_use
from allocator.baseline.checks.balance import annual_flows
from allocator.case.detours import going_round
from allocator.case.figures import Course, make_calendar
from allocator.framework import load_framework
from allocator.periods import Horizon
from allocator.scenario.disruptions.chokepoint_closure import ChokepointClosure
from tests.allocator.baseline.conftest import FACTS

#: Claims stand in twelve steps of their last decimal, quantities per run in four digits.
ROUNDING = 1e-4


@pytest.fixture(scope="module")
def facts():
    return load_facts(FACTS)


def claims(baseline, commodity):
    return baseline.demands.loc[baseline.demands["commodity"] == commodity, "annual_quantity"].sum()


def inputs(baseline, commodity):
    flows = baseline.technology_flows
    flows = flows[(flows["commodity"] == commodity) & (flows["direction"] == "input")]
    runs = baseline.processes.merge(flows[["technology", "quantity_per_run"]], on="technology")
    return (runs["runs_per_month"] * 12 * runs["quantity_per_run"]).sum()


def test_in_balance_before_the_crisis(shipped):
    flows = annual_flows(shipped)
    gaps = (flows["supply"] - flows["use"]).abs() / flows[["supply", "use"]].max(axis=1)
    assert len(flows) > 300
    assert gaps.max() < 1e-9


def test_claims_and_inputs_are_the_use_of_the_union(shipped, facts):
    metal, recycled, magnets = aluminium_metal_use(facts).value, aluminium_recycled(facts).value, magnet_use(facts).value
    assert metal == pytest.approx(7544644)
    assert inputs(shipped, "aluminium_primary") == pytest.approx(metal, rel=ROUNDING)
    assert claims(shipped, "aluminium_primary") == 0
    assert claims(shipped, "aluminium_semi_finished") == pytest.approx(metal + recycled, rel=ROUNDING)
    assert magnets == pytest.approx(16000 / 0.98)
    assert claims(shipped, "ndfeb_magnet") + inputs(shipped, "ndfeb_magnet") == pytest.approx(magnets, rel=ROUNDING)
    assert claims(shipped, "gallium_metal") + inputs(shipped, "gallium_metal") == pytest.approx(42.5, rel=ROUNDING)
    helium = claims(shipped, "helium_liquid") + claims(shipped, "helium_gas")
    assert helium == pytest.approx(190e6 * 0.22 / 5907, rel=ROUNDING)
    assert claims(shipped, "traction_motor") == pytest.approx(1880370 * 0.95, rel=ROUNDING)
    assert claims(shipped, "wind_generator") == pytest.approx(1400, rel=ROUNDING)


def test_no_claim_is_off_by_more_than_one_per_cent_through_rounding(shipped, facts):
    """The smallest claim sets the decimals of its good in commodities.csv."""
    claims = shipped.demands[shipped.demands["sector"] != "exports"].set_index(["region", "sector", "commodity"])["annual_quantity"]
    exact = {place: figure.value for place, figure in regional_claims(facts, keys_by_name(facts)).items() if figure.value > 0}
    assert len(exact) > 6000
    assert [place for place, value in exact.items() if abs(claims.get(place, 0.0) / value - 1) > 0.01] == []


def test_coking_coal_goes_where_oxygen_converters_stand(shipped):
    claimed = shipped.demands[(shipped.demands["commodity"] == "coking_coal") & (shipped.demands["sector"] == "basic_metals")]
    share = claimed.set_index("region")["annual_quantity"] / claimed["annual_quantity"].sum()
    assert share["ITA"] == pytest.approx(20.0 * 0.107 / 72.0233, abs=1e-3)
    assert share["NLD"] == pytest.approx(6.4 / 72.0233, abs=1e-3)
    assert not {"GRC", "LUX", "PRT", "SVN"} & set(share.index)


#: Goods without a chain, or with one that takes a part of them; cobalt, lithium and graphite also go into cells on top of their listed use.
WHOLE = """antimony arsenic baryte beryllium bismuth coking_coal feldspar fluorspar magnesium phosphate_rock strontium vanadium palladium
rhodium scandium"""


@pytest.mark.parametrize("commodity", WHOLE.split())
def test_claims_and_inputs_of_goods_by_application_are_the_use_of_the_union(shipped, facts, commodity):
    use = facts.figure(f"{commodity}_use").value
    assert claims(shipped, commodity) + inputs(shipped, commodity) == pytest.approx(use, rel=ROUNDING)


def test_claims_and_inputs_of_chains_are_the_use_of_the_union(shipped, facts):
    """Superalloys take their part of every metal in them; what a chain makes holds what its applications use."""

    def use(commodity):
        return claims(shipped, commodity) + inputs(shipped, commodity)

    def value(formula):
        return evaluate(formula, facts.figure).value

    assert use("silicon_metal") == pytest.approx(value("silicon_use"), rel=ROUNDING)
    assert use("germanium_metal") == pytest.approx(value("germanium_imports / germanium_primary_share"), rel=ROUNDING)
    assert use("tungsten") == pytest.approx(value("tungsten_primary_use / tungsten_primary_share"), rel=ROUNDING)
    electrolysers = value("electrolysers_installed * pem_share * titanium_per_pem")
    assert use("titanium_metal") == pytest.approx(value("titanium_use") + electrolysers, rel=ROUNDING)
    for metal in ("hafnium", "tantalum", "niobium"):
        assert use(metal) == pytest.approx(value(f"{metal}_use"), rel=5 * ROUNDING), metal
        taken = value(f"{metal}_use * {metal}_superalloy_share")
        assert inputs(shipped, metal) == pytest.approx(taken, rel=5 * ROUNDING), metal


def test_oxides_beside_magnets_follow_the_application_shares(shipped, facts):
    for element, percent in (("neodymium", 80), ("praseodymium", 80), ("terbium", 90)):
        contained = magnet_use(facts) * facts.figure(f"magnet_{element}") * facts.figure(f"oxide_per_{element}")
        others = sum(
            float(row["share_percent"]) for row in facts["applications"] if row["material"] == element and row["application"] != "Magnets"
        )
        assert claims(shipped, f"{element}_oxide") == pytest.approx(contained.value / percent * others, rel=ROUNDING)
    assert claims(shipped, "dysprosium_oxide") == 0


def test_actuators_hold_the_magnets_of_their_claims_and_the_rest_is_claimed_as_magnets(shipped, facts):
    """Actuators count in tonnes of their magnets."""
    users = shipped.demands.groupby("commodity")["sector"].agg(set)
    assert users["servo_actuator"] == {"aerospace", "defence", "machine_building", "vehicles"}
    assert users["smco_actuator"] == {"aerospace", "defence", "space_sensors"}
    use = evaluate("samarium_use / samarium_per_smco", facts.figure).value * 0.97
    assert inputs(shipped, "smco_magnet") == pytest.approx(use * 0.75, rel=ROUNDING)
    assert claims(shipped, "smco_magnet") + inputs(shipped, "smco_magnet") == pytest.approx(use, rel=ROUNDING)
    drives = claims(shipped, "servo_actuator")  # 18 of 36, 10 of 20, 5 and 0.2 of 0.5 per cent of what other goods with magnets leave
    assert drives / (drives + claims(shipped, "ndfeb_magnet")) == pytest.approx(0.332, rel=ROUNDING)
    makers = shipped.processes.groupby("technology")["region"].agg(set)
    assert makers["servo_actuator_assembly"] == {"AUT", "CZE", "DEU", "ESP", "FRA", "ITA", "SWE"}
    assert makers["smco_actuator_assembly"] == {"DEU", "ESP", "FRA", "ITA", "SWE"}


def test_helium_comes_from_qatar_through_the_strait(shipped):
    lines = shipped.supply_lines[shipped.supply_lines["commodity"] == "helium_liquid"]
    through = set(shipped.routes.loc[shipped.routes["chokepoint"] == "strait_of_hormuz", "route"])
    share = lines.loc[lines["route"].isin(through), "annual_quantity"].sum() / lines["annual_quantity"].sum()
    assert share == pytest.approx(0.307, abs=1e-3)
    assert set(lines.loc[lines["route"].isin(through), "origin"]) == {"QAT"}


def test_gulf_aluminium_is_the_reported_share_and_oman_lies_outside_the_strait(shipped):
    lines = shipped.supply_lines[shipped.supply_lines["commodity"] == "aluminium_primary"]
    gulf = lines[lines["origin"].isin(["ARE", "BHR", "OMN", "QAT", "SAU"])]
    others = lines["region"] != "NLD"  # the Dutch mix stands in docs/data-netherlands.md
    assert gulf.loc[others, "annual_quantity"].sum() / lines.loc[others, "annual_quantity"].sum() == pytest.approx(0.188, abs=1e-6)
    assert gulf["annual_quantity"].sum() / lines["annual_quantity"].sum() == pytest.approx(0.1854, abs=1e-4)
    assert set(gulf.loc[gulf["route"] == "indian_ocean_suez", "origin"]) == {"OMN"}


def test_what_comes_from_asia_by_sea_has_a_way_round_and_what_flies_has_none(shipped):
    lines = shipped.supply_lines
    assert not lines.loc[lines["line"].str.endswith("_cape"), "route"].isin(["air", "cape"]).any()
    goods = lines.groupby(["commodity", "origin", "region"])
    ways = goods["route"].agg(set)
    assert ways["ndfeb_magnet", "CHN", "NLD"] == {"northeast_asia_suez", "east_asia_cape"}
    assert ways["helium_liquid", "QAT", "NLD"] == {"gulf_hormuz_suez", "gulf_hormuz_cape"}
    assert ways["gallium_metal", "CHN", "NLD"] == {"air"}
    assert (goods["spare_share"].nunique() == 1).all()
    cape = lines.set_index("line")["annual_quantity"]
    assert cape["helium_liquid_qat_nld_cape"] == pytest.approx(cape["helium_liquid_qat_nld"], rel=1e-4)
    assert ways["titanium_metal", "SAU", "DEU"] == {"red_sea_suez"}  # the plant stands at the Red Sea, not in the Gulf


def test_every_chokepoint_stands_on_a_route_that_is_sailed(shipped):
    sailed = shipped.routes[shipped.routes["route"].isin(shipped.supply_lines["route"])]
    assert set(shipped.chokepoints["chokepoint"]) == set(sailed["chokepoint"]) - {""}


def test_what_comes_from_china_and_korea_by_the_canal_passes_the_taiwan_strait(shipped):
    through = set(shipped.routes.loc[shipped.routes["chokepoint"] == "taiwan_strait", "route"])
    lines = shipped.supply_lines[shipped.supply_lines["route"].isin(through)]
    assert set(lines["origin"]) == {"CHN", "KOR"}  # Tokyo sends its ships past the east of the island


@pytest.mark.parametrize(
    ("chokepoint", "cut"), [("suez_bab_el_mandeb", {"SAU"}), ("malacca", set()), ("panama", set()), ("taiwan_strait", set())]
)
def test_a_closed_canal_delays_and_does_not_cut_what_has_a_way_round(shipped, chokepoint, cut):
    """Of all imports together; only titanium of the Red Sea has no other way."""
    lines = shipped.supply_lines.assign(outside=False, origin_exports=0.0)
    closure = ChokepointClosure(chokepoint=chokepoint, start="2026-03", months=6, closed=1)
    course = Course(make_calendar(Horizon(start="2026-03", periods=3, period="month"), 0.0, 0.0), (closure,), pd.Series(dtype="float64"))
    could = np.tile((lines["annual_quantity"] * (1 + lines["spare_share"])).to_numpy()[:, None], 3)
    kept = course.supply_factors(len(lines), lambda one: one.affects_lines(lines, shipped.routes))
    sent = could * kept + going_round(course, lines, shipped.routes, could).on_top(len(lines))
    left = lines.assign(could=could[:, 0], sent=sent[:, 0]).groupby(["commodity", "origin", "region"])[["could", "sent"]].sum()
    short = left[left["sent"] < left["could"] * (1 - 1e-12)]
    assert set(short.index.get_level_values("origin")) == cut
    assert set(short.index.get_level_values("commodity")) <= {"titanium_metal"}


def test_lists_hold_the_entries_of_the_act_and_the_dutch_one_is_empty(shipped):
    lists = shipped.lists
    entries = lists["note"].str.partition("entry: ")[2].groupby(lists["list"]).nunique()
    assert (entries["eu_critical"], entries["eu_strategic"]) == (34, 17)
    assert lists.loc[lists["list"] == "nld_national", ["from", "material"]].to_numpy().tolist() == [["", ""]]
    groups = {"heavy rare earth elements": 10, "light rare earth elements": 5, "platinum group metals": 5}
    for entry, members in groups.items():
        assert (lists["note"] == f"annex II, entry: {entry}").sum() == members, entry
    assert set(lists.loc[lists["list"] == "eu_strategic", "material"]) < set(lists.loc[lists["list"] == "eu_critical", "material"])


def test_every_material_of_the_lists_is_a_commodity_that_somebody_uses(shipped):
    """Groups by their members; bauxite/alumina/aluminium as alumina and metal."""
    made = shipped.technology_flows[shipped.technology_flows["technology"].isin(shipped.processes["technology"])]
    used = {*shipped.demands["commodity"], *made.loc[made["direction"] == "input", "commodity"]}
    materials = set(shipped.commodities.loc[shipped.commodities["commodity"].isin(used), "material"])
    assert set(shipped.lists["material"]) - {""} <= materials
    assert {"alumina", "aluminium_primary", "hafnium", "helium_liquid", "phosphorus", "phosphate_rock", "europium_oxide"} <= used


def test_plants_stand_where_they_stand(shipped):
    where = shipped.processes.groupby("technology")["region"].agg(set)
    assert where["aluminium_smelting"] == {"DEU", "FRA", "GRC", "ROU", "SWE"}
    assert where["helium_extraction"] == {"POL"}
    assert "EST" in where["magnet_making"]
    assert len(where["aluminium_rolling_extrusion"]) == 27


#: Reported counts of 2024 and 2025 that the keys give back: share of the state in the Union.
COUNTS = [
    ("vehicles", "ESP", 1870000 / 11400000),
    ("basic_metals", "NLD", 6.37 / 129.49),
    ("solar", "NLD", 3 / 65.5),
    ("solar", "DEU", 16.1 / 65.5),
    ("batteries", "BGR", 2.5 / 27.1),
    ("wind", "DEU", 730 / 1400),
    ("wind", "FRA", 658 / 1400),
]


@pytest.mark.parametrize(("sector", "region", "share"), COUNTS)
def test_keys_give_back_what_is_counted(shipped, sector, region, share):
    keys = shipped.sector_keys.set_index(["sector", "region"])["share"]
    assert keys[sector, region] == pytest.approx(share, abs=1e-9)


#: Sectors that no fact tells apart: WIOD joins electronics and electrical equipment, and chemistry stands for those who use hydrogen.
SHARED_KEYS = [
    {"consumer_electronics", "permanent_magnets", "space_sensors"},
    {"machine_building", "climate_installations"},
    {"chemicals", "electrolysers"},
]


def test_distinct_sectors_have_distinct_keys(shipped):
    keys = shipped.sector_keys.pivot_table(index="sector", columns="region", values="share", fill_value=0.0)
    groups = keys.round(9).reset_index().groupby(list(keys.columns))["sector"].agg(set)
    assert sorted(map(sorted, groups[groups.map(len) > 1])) == sorted(map(sorted, SHARED_KEYS))


def test_states_differ_as_they_do(shipped):
    keys = shipped.sector_keys.set_index(["sector", "region"])["share"]
    assert keys["vehicles", "ESP"] > keys["vehicles", "FRA"]
    assert keys["health", "FRA"] > keys["health", "ESP"]
    assert keys["defence", "POL"] > 2 * keys["other", "POL"]  # defence by what is spent, other uses by gross domestic product
    fabs = shipped.sector_keys.loc[shipped.sector_keys["sector"] == "semiconductors", "region"]
    assert {"DEU", "FRA", "IRL", "ITA", "NLD"} < set(fabs)
    assert "LUX" not in set(fabs)


def test_keys_by_value_added_stand_near_the_structural_business_statistics(shipped):
    """Eurostat gives Germany 33.0 per cent of the value added of manufacturing in 2019; the keys of 2011 must not be far from it."""
    industry = ["agriculture_food", "chemicals", "glass_ceramics", "packaging", "consumer_electronics", "machine_building", "vehicles"]
    keys = shipped.sector_keys[(shipped.sector_keys["region"] == "DEU") & shipped.sector_keys["sector"].isin(industry)]
    assert keys["share"].mean() == pytest.approx(0.33, abs=0.05)


SECTORS = """aerospace agriculture_food basic_metals batteries chemicals climate_installations construction consumer_electronics defence
electrolysers energy_networks exports glass_ceramics health machine_building naval_ships other packaging permanent_magnets research
semiconductors solar space_sensors telecom vehicles wind"""


@pytest.mark.parametrize("name", ["nl-draft", "equal-cut"])
def test_every_sector_stands_in_a_tier_of_every_framework(shipped, name):
    framework = load_framework(FACTS.parent / "frameworks" / f"{name}.yaml")
    assert set(shipped.sectors["sector"]) == set(SECTORS.split())
    assert sorted(sector for tier in framework.tiers for sector in tier.sectors) == SECTORS.split()


def test_every_application_has_a_sector_or_a_chain(facts):
    placed = {(row["material"], row["application"]) for row in placed_applications(facts)}
    used = {(row["material"], row["application"]) for row in facts["applications"] if float(row["share_percent"])}
    assert used == placed
    sectors = {row["sector"] for row in facts["sectors"]}
    assert {row["sector"] for row in placed_applications(facts)} <= sectors | {""}
    assert {row["sector"] for row in facts["nace_sectors"]} <= sectors


def test_defence_claims_what_it_needs_and_shows_that_its_share_is_assumed(shipped):
    defence = shipped.demands[shipped.demands["sector"] == "defence"]
    assert {"aluminium_semi_finished", "ndfeb_magnet", "gallium_wafer", "helium_liquid", "helium_gas"} <= set(defence["commodity"])
    assert set(defence["basis"]) == {"assumed"}
    assert len(set(defence["region"])) == 27


def test_reserves_that_scenarios_name(shipped):
    reserves = shipped.reserves.set_index("reserve")
    assert reserves.loc["nld_helium", ["owner", "commodity"]].tolist() == ["NLD", "helium_liquid"]
    assert reserves.loc["nld_aluminium", ["owner", "commodity"]].tolist() == ["NLD", "aluminium_primary"]
    assert set(reserves["basis"]) == {"assumed"}
    assert reserves.loc["deu_helium_cavern", "loss_per_month"] == 0 < reserves.loc["nld_helium", "loss_per_month"]


def test_figures_of_balances_carry_twelve_digits_and_all_others_six(shipped):
    for name, frame in shipped.tables.items():
        for column in frame.select_dtypes("float"):
            digits = 12 if column in EXACT else 6
            assert all(float(f"{value:.{digits}g}") == value for value in frame[column]), (name, column)


def test_frames_of_the_package_are_reached_by_name(shipped):
    for name, frame in shipped.tables.items():
        assert getattr(shipped, name) is frame
    assert shipped.edition == "eu_crm_2026"
    assert len(shipped.sha256["demands.csv"]) == 64


def test_what_is_made_on_the_spot_is_made_where_it_is_used(shipped):
    """Helium gas comes from the state's own liquid, but for what Poland extracts; motors and packs are put together where claimed."""
    for technology in ("helium_vaporisation", "traction_motor_assembly", "traction_pack_assembly"):
        flows = shipped.technology_flows
        (output,) = flows.loc[(flows["technology"] == technology) & (flows["direction"] == "output"), "commodity"]
        claiming = set(shipped.demands.loc[shipped.demands["commodity"] == output, "region"])
        making = set(shipped.processes.loc[shipped.processes["technology"] == technology, "region"])
        assert claiming - making <= {"POL"}, technology


def test_an_import_is_no_better_founded_than_what_is_claimed(shipped):
    """A line is a share of what a state lacks: where a claim on the good is assumed, so is the line, and it cites their facts."""
    claims, lines = shipped.demands, shipped.supply_lines
    assumed = set(claims.loc[claims["basis"] == "assumed", "commodity"])
    assert {"gallium_metal", "helium_liquid", "vanadium"} <= assumed
    assert set(lines.loc[lines["commodity"].isin(assumed), "basis"]) == {"assumed"}
    assert lines.loc[lines["commodity"] == "gallium_metal", "source"].str.contains("mytilineos_2023").all()
