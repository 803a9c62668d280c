"""Every code, made to appear: what is spoilt, and the line that says so."""

from __future__ import annotations

import json
from pathlib import Path

from allocator.case import resolve_case
from allocator.inputs import read_inputs
from allocator_api.audit_events.tables import AuditEvent
from allocator_api.database import Database
from tests.errors.world import FIGURES, LAW, SCENARIO, Case, Spoil, add, cell, drop, own, package, put, swap

CHECK = ("data", "check", "--baseline", "baseline/tiny")
TEMPLATE = ("data", "template", "reserves", "--baseline", "baseline/tiny", "--out")
OUT = ("run", SCENARIO, "--out", "out")
#: A row of own figures, and a basis of the framework.
RESERVE = "nld_liquid,NLD,NLD,liquid,6,0.5,2,15,2,0.1,6,6,project_assumption,2026,assumed,own count"
#: A file of claims, and the command that divides what is in it.
CLAIMS = "claimant,claim\nalpha,100\nbravo,200\n"
FIRMS = ("divide", "firms.csv", "--estate", "60", "--rule")
LETTER = ("letter", "done", "--claim", "NLD/health/liquid", "--lang", "nl")
#: What a ministry fills in at the head of its template.
HEAD = """\
---
authority: De minister
address: Postbus 1
addressee: Aan de aanvrager
objection: Bezwaar kan binnen zes weken.
roles: [directeur]
---
"""
BASIS = "basis: {status: none, note: example}"
WHOSE = "sector: health, commodity: liquid, region: NLD"
DEEP = "a: " + "[" * 40 + "]" * 40 + "\n"


def law(old: str, new: str) -> Spoil:
    """Replace something in the framework."""
    return swap(LAW, old, new)


def crisis(old: str, new: str) -> Spoil:
    """Replace something in the scenario."""
    return swap(SCENARIO, old, new)


def dividing(file: str = "firms.csv") -> tuple[str, ...]:
    """Return the command that divides a file of claims."""
    return ("divide", file, "--estate", "60", "--rule", "talmud")


def finished_run(folder: Path) -> None:
    """Write what is read of a run: three files, one row."""
    titles = {"scenario": {}, "framework": {}, "tiers": {}}
    summary = {"framework_status": "concept", "case_hash": "0", "titles": titles}
    row = "NLD,health,liquid,t,1,9,0"
    heads = "branch,period,region,sector,commodity,unit,tier,demand,restrained,allocated,shortfall,coverage"
    for name, text in {
        "summary.json": json.dumps(summary),
        "manifest.json": json.dumps({"run": "done-0", "classification": "internal"}),
        "allocation.csv": f"{heads}\nbase,2026-03,{row},6,3,0.6666\nbase,2026-04,{row},5,4,0.5555\n",
        "reserves.csv": "reserve,period,released,closing\n",
    }.items():
        put(f"done/{name}", text)(folder)


def asked_run(case: str | None = None) -> Spoil:
    """Write the manifest of a run of the scenario, whose case hash is `case`, or that of the scenario as it is."""

    def write(folder: Path) -> None:
        if case is None:
            inputs = read_inputs(folder / SCENARIO)
            known = resolve_case(inputs.baseline, inputs.scenario, inputs.framework, inputs.deliveries).sha256
        asked = {"scenario": SCENARIO, "framework": None, "figures": None, "deliveries": None}
        put("done/manifest.json", json.dumps({"arguments": asked, "settings": [], "case_hash": case or known}))(folder)

    return write


def broken_audit(folder: Path) -> None:
    """Write a database with an event that belongs to no chain."""
    database = Database(f"sqlite:///{folder / 'allocator.sqlite'}")
    database.migrate()
    with database.writing() as session:
        session.add(AuditEvent(number=1, at="2026-03-01", who="somebody", what="changed", subject="", before="0" * 64, hash="0" * 64))
    database.close()


CASES = [
    Case(
        "A101",
        (drop(package("lanes")),),
        "baseline/tiny/lanes.csv: no such file; a package holds one file for every table, even without rows  [A101]",
    ),
    Case(
        "A102",
        (put(package("sectors"), "sector,name_en\nné,x\n".encode("latin-1")),),
        "baseline/tiny/sectors.csv:2:2: byte 0xe9 is not UTF-8; save the file again as UTF-8 (it may be Latin-1 or Windows-1252)  [A102]",
    ),
    Case(
        "A103",
        (put(package("sectors"), "sector;name_en;name_nl;nace;source;year;basis;note\n"),),
        "baseline/tiny/sectors.csv:1: cells are parted by semicolons; save the file with commas and decimal points  [A103]",
    ),
    Case(
        "A104",
        (swap(package("sectors"), "name_en", "nam_en"),),
        "baseline/tiny/sectors.csv:1:8: nam_en: unknown column; did you mean 'name_en'?  [A104]",
    ),
    Case(
        "A105",
        (swap(package("sectors"), "health,health,", "health,health,and care,"),),
        "baseline/tiny/sectors.csv:3: 9 cells where the header has 8; quote cells that hold a comma  [A105]",
    ),
    Case(
        "A106",
        (cell("demands", 2, "annual_quantity", "48 t"),),
        "baseline/tiny/demands.csv:2:19: annual_quantity: '48 t' is not a number; write digits with a decimal "
        "point and no thousands separator  [A106]",
    ),
    Case(
        "A107",
        (cell("demands", 2, "annual_quantity", "-48"),),
        "baseline/tiny/demands.csv:2:19: annual_quantity: -48 is out of range; expected at least 0 and at most "
        "1e+12 (quantity in a year)  [A107]",
    ),
    Case(
        "A108",
        (cell("demands", 2, "unit", "ton"),),
        "baseline/tiny/demands.csv:2:24: unit: 'ton' is not known; one of MW, MWh, piece, t  [A108]",
    ),
    Case(
        "A109",
        (cell("demands", 2, "year", "20x6"),),
        "baseline/tiny/demands.csv:2:55: year: '20x6' is not a year; write it as 2024 or 2016-2020, several as 2011; 2024  [A109]",
    ),
    Case(
        "A110",
        (add("sectors", "health,health,health,health,project_assumption,2026,assumed,example"),),
        "baseline/tiny/sectors.csv:6:1: sector: health stands in line 3 already; keep one row  [A110]",
    ),
    Case(
        "A111",
        (cell("demands", 2, "commodity", "metl"),),
        "baseline/tiny/demands.csv:2:13: commodity: 'metl' is not in commodities.csv; did you mean 'metal'? Else add a row there  [A111]",
    ),
    Case(
        "A112",
        (cell("regions", 2, "gdp_share", "0.5"),),
        "baseline/tiny/regions.csv:2:26: gdp_share: the shares add up to 1.25, expected 1; correct one of them  [A112]",
    ),
    Case(
        "A113",
        (cell("demands", 2, "unit", "MW"),),
        "baseline/tiny/demands.csv:2:24: unit: 'MW', but metal is measured in 't'; convert the quantity  [A113]",
    ),
    Case(
        "A114",
        (cell("demands", 2, "low", "50"),),
        "baseline/tiny/demands.csv:2:19: annual_quantity: 48 is not between low 50 and high 48; correct one of the three  [A114]",
    ),
    Case(
        "A115",
        (cell("demands", 2, "source", "eurostat"),),
        "baseline/tiny/demands.csv:2:36: source: 'eurostat' is not in sources.csv; cite it there  [A115]",
    ),
    Case(
        "A116",
        (add("lists", "eu_critical,2024,2024-05-23,2020-01-01,metal,project_assumption,2026,assumed,example"),),
        "baseline/tiny/lists.csv:2:29: until: 2020-01-01 is not after 2024-05-23; correct one of both  [A116]",
    ),
    Case(
        "A117",
        (
            cell("technology_flows", 3, "quantity_per_run", "0"),
            cell("technology_flows", 3, "low", "0"),
        ),
        "baseline/tiny/technology_flows.csv:3:23: quantity_per_run: a flow of 0; write what one run takes or gives, or remove it  [A117]",
    ),
    Case(
        "A118",
        (cell("inventories", 2, "working_stock", "9"),),
        "baseline/tiny/inventories.csv:2:15: working_stock: 9 is more than the stock of 8; correct one of both  [A118]",
    ),
    Case(
        "A119",
        (
            cell("demands", 2, "annual_quantity", "50"),
            cell("demands", 2, "high", "50"),
        ),
        "baseline/tiny/commodities.csv:3:1: commodity: metal in NLD: 192 comes in and 194 is used in a year "
        "before any crisis; change a supply line, process, lane or claim by 2 until both agree  [A119]",
    ),
    Case(
        "A120",
        (drop("baseline/tiny/datapackage.json"),),
        "baseline/tiny/datapackage.json: no such file; copy the file from the shipped baseline  [A120]",
    ),
    Case(
        "A121",
        (add("published", "metal,import_reliance,EU,,0.9,project_assumption,2026,assumed,example"),),
        "baseline/tiny/published.csv:2:27: share: import reliance of metal, EU: 44.4% in this baseline, 90.0% "
        "published; correct the baseline, or say in deviations.csv why they differ  [A121]",
        command=CHECK,
    ),
    Case(
        "A122",
        (
            add("published", "metal,import_reliance,EU,,0.333,project_assumption,2026,assumed,example"),
            add("deviations", "metal,import_reliance,EU,counted otherwise,project_assumption,2026,assumed,example"),
        ),
        "baseline/tiny/deviations.csv:2:1: commodity: metal/import_reliance/EU does not deviate from what is "
        "published, or is not compared; remove the row  [A122]",
        command=CHECK,
    ),
    Case(
        "A130",
        (own("reserves", RESERVE, label=None),),
        "own/classification.txt: no such file; write the classification of these figures on one line, such "
        "as 'confidential', into classification.txt; it marks every output  [A130]",
        command=FIGURES,
    ),
    Case(
        "A131",
        (own("reserves", RESERVE, name="reserve.csv"),),
        "own/reserve.csv: there is no table 'reserve'; did you mean 'reserves'?  [A131]",
        command=FIGURES,
    ),
    Case(
        "A132",
        (own("reserves", RESERVE.replace(",", ";").replace(";6;0.5", ";1.234;0.5")),),
        "own/reserves.csv:2:27: quantity: '1.234' may be 1234 or 1,234; write 1234, or 1.2340 if the point is a decimal mark  [A132]",
        command=FIGURES,
    ),
    Case(
        "A140",
        (
            put(
                "arrived.csv",
                "region,sector,commodity,unit,demand,restrained,allocated,delivered\n"
                "NLD,defense,metal,t,4,0,4,4\nNLD,packaging,metal,MW,7,0,7,7\nDEU,packaging,metal,t,4,1,4,3\n",
            ),
        ),
        "arrived.csv:2:5: sector: the baseline has no sector 'defense'; did you mean 'defence'?  [A140]",
        command=("run", "tiny.yaml", "--deliveries", "arrived.csv"),
        also=(
            "arrived.csv:3:21: unit: metal is measured in t, not in MW; convert it  [A140]",
            "arrived.csv:4:27: allocated: more was allocated and given up than was asked for; correct one of the three  [A140]",
        ),
    ),
    Case(
        "A133",
        (own("reserves", RESERVE, name="reserves.xlsx"),),
        "own/reserves.xlsx: not a workbook that can be read (damaged, protected by a password, or an old "
        "XLS); save it again as XLSX or CSV  [A133]",
        command=FIGURES,
    ),
    Case(
        "A200",
        (),
        "frameworks/nope.yaml: there is no such file; check the path  [A200]",
        command=("run", SCENARIO, "--framework", "frameworks/nope.yaml"),
    ),
    Case("A201", (law("rank: 1", "rnk: 1"),), "frameworks/tiny.yaml:5:6: tiers.0.rnk: unknown key; did you mean 'rank'?  [A201]"),
    Case(
        "A202",
        (law("owner: ministry\n", ""),),
        "frameworks/tiny.yaml:1:1: owner: this key is missing (who is responsible for the framework); add it  [A202]",
    ),
    Case(
        "A203",
        (law("{2026-01-01: 0.8}", "{2027-01-01: 0.8}"),),
        "frameworks/tiny.yaml:10:41: guarantees.0.share: no value in force on 2026-03-01; date the scenario on or after 2027-01-01  [A203]",
    ),
    Case(
        "A204",
        (law("{2026-01-01: 0.8}", '"0.8"'),),
        "frameworks/tiny.yaml:10:41: guarantees.0.share: a share, or shares by date such as {2026-01-01: "
        "0.8}, was expected, but '0.8' was given  [A204]",
    ),
    Case(
        "A205",
        (law("{2026-01-01: 0.8}", "80"),),
        "frameworks/tiny.yaml:10:41: guarantees.0.share: must be at most 1, but 80 was given; a share is written as 0.8  [A205]",
    ),
    Case(
        "A206",
        (law("reserves:", "sharing: {mode: rights}\nreserves:"),),
        "frameworks/tiny.yaml:11:11: sharing.mode: 'rights' is not supported yet; supported: pooled or standalone  [A206]",
    ),
    Case(
        "A207",
        (law("status: concept", "status: draft"),),
        "frameworks/tiny.yaml:2:1: status: 'draft' is not one of concept, adopted  [A207]",
    ),
    Case(
        "A208",
        (law("reserves: {", "reserves: {{"),),
        "frameworks/tiny.yaml:12:1: not valid YAML: expected ',' or '}', but got '<scalar>'; check brackets, "
        "quotes, commas and indentation here and on the line above  [A208]",
    ),
    Case(
        "A209",
        (law("owner: ministry\n", "owner: ministry\nowner: ministry\n"),),
        "frameworks/tiny.yaml:4:1: owner: duplicate key; it is already on line 3, keep one of them  [A209]",
    ),
    Case(
        "A210",
        (put(LAW, "framework: tiny\n" + DEEP),),
        "frameworks/tiny.yaml:2:33: more than 30 levels of nesting; write it flatter  [A210]",
    ),
    Case(
        "A211",
        (law("{2026-01-01: 0.8}", ".nan"),),
        "frameworks/tiny.yaml:10:41: guarantees.0.share: .nan is not a number that can be used; write a finite number  [A211]",
    ),
    Case(
        "A212",
        (law("owner: ministry", "owner: The Ministry"),),
        "frameworks/tiny.yaml:3:1: owner: 'The Ministry' is not an id: lower case letters and digits joined "
        "by _, such as helium_liquid  [A212]",
    ),
    Case(
        "A213",
        (law("[packaging]", "[]"),),
        "frameworks/tiny.yaml:6:47: tiers.1.sectors: must not be empty; name at least one  [A213]",
        also=("A221",),
    ),
    Case(
        "A214",
        (law("guarantees:\n", f"overrides:\n  - {{{WHOSE}, reason: x, owner: o, until: 2026-06-01, {BASIS}}}\nguarantees:\n"),),
        "frameworks/tiny.yaml:10:5: overrides.0.tier: an override is a share, a minimum that comes before all tiers, or a tier; "
        "write one of them  [A214]",
    ),
    Case(
        "A215",
        (law("[packaging]", "[packaging, packaging]"),),
        "frameworks/tiny.yaml:6:47: tiers.1.sectors: 'packaging' is named 2 times; name it once  [A215]",
    ),
    Case(
        "A220",
        (law("[packaging]", "[packaging, health]"),),
        "frameworks/tiny.yaml:6:68: tiers.1.sectors.1: the sector 'health' is already in tier 1 (line 5); keep it in one  [A220]",
    ),
    Case(
        "A221",
        (law("[defence, health]", "[health]"),),
        "frameworks/tiny.yaml:4:1: tiers: the sector 'defence' is in no tier; add it to the sectors of one  [A221]",
    ),
    Case(
        "A222",
        (law("rank: 3", "rank: 4"),),
        "frameworks/tiny.yaml:8:6: tiers.2.rank: rank 4 among 3 tiers; number them 1 to 3 without a gap  [A222]",
    ),
    Case(
        "A223",
        (law(BASIS, "basis: {status: in_force, act: crma, article: 99}"),),
        "frameworks/tiny.yaml:5:125: tiers.0.basis.article: legal.csv lists no article '99' of crma; there "
        "is 20, 21, 22, 23, 24, 25, 5; never cite what is not listed  [A223]",
    ),
    Case(
        "A224",
        (law(BASIS, "basis: {status: none}"),),
        "frameworks/tiny.yaml:5:96: tiers.0.basis.status: say in a note why there is no act, or what the rule is modelled on  [A224]",
    ),
    Case(
        "A225",
        (law("guarantees:\n", "guarantees:\n  - {sector: health, commodity: liquid, share: 0.5, basis: {status: none, note: example}}\n"),),
        "frameworks/tiny.yaml:11:5: guarantees.1: health already has a guarantee for liquid (line 10); keep "
        "one, with dated shares if it changes  [A225]",
    ),
    Case(
        "A226",
        (law("default: 1", "default: 7"),),
        "frameworks/tiny.yaml:11:19: reserves.draw.default: reserves without a line of their own would be "
        "open down to rank 7, but the lowest tier has rank 3; name a rank up to that  [A226]",
    ),
    Case(
        "A227",
        (put("legal.csv", "id,act\n"),),
        "legal.csv:1: the columns are id, act; expected id, act, title, article, says, jurisdiction, "
        "in_force_from, status, source, citable, note  [A227]",
    ),
    Case(
        "A228",
        (law("rule: leximin", "rule: weighted"),),
        "frameworks/tiny.yaml:5:73: tiers.0.rule: harm.csv has no curve for defence and metal, health and liquid; "
        "add them to harm.csv by --figures, or share by leximin  [A228]",
    ),
    Case(
        "A232",
        (law("guarantees:\n", f"overrides:\n  - {{{WHOSE}, tier: 7, reason: x, owner: o, until: 2026-06-01, {BASIS}}}\nguarantees:\n"),),
        "frameworks/tiny.yaml:10:54: overrides.0.tier: there is no tier 7; name a rank up to 3  [A232]",
    ),
    Case(
        "A230",
        (law("[packaging]", "[packagin]"),),
        "frameworks/tiny.yaml:6:57: tiers.1.sectors.0: the baseline has no sector 'packagin'; did you mean 'packaging'?  [A230]",
    ),
    Case("A300", (), "tinny.yaml: there is no such file; did you mean 'tiny.yaml'?  [A300]", command=("validate", "tinny.yaml")),
    Case("A301", (crisis("closed:", "closd:"),), "tiny.yaml:8:89: disruptions.0.closd: unknown key; did you mean 'closed'?  [A301]"),
    Case(
        "A302",
        (crisis(", months: 3, closed", ", closed"),),
        "tiny.yaml:8:5: disruptions.0.months: this key is missing (how long it lasts at full depth, in months of 30 days); add it  [A302]",
    ),
    Case(
        "A303",
        (crisis("start: 2026-03, periods", "start: 2026-13, periods"),),
        "tiny.yaml:4:11: horizon.start: '2026-13' is not a month: months run from 01 to 12  [A303]",
    ),
    Case(
        "A304",
        (crisis("months: 3, closed", "months: 3 months, closed"),),
        "tiny.yaml:8:78: disruptions.0.months: a plain number was expected (decimal point, no unit, no "
        "quotes), but '3 months' was given  [A304]",
    ),
    Case(
        "A305",
        (crisis("closed: 0.9", "closed: 90"),),
        "tiny.yaml:8:89: disruptions.0.closed: must be at most 1, but 90 was given; a share is written as 0.9  [A305]",
    ),
    Case(
        "A306",
        (crisis("levers:", "futures: []\nlevers:"),),
        "tiny.yaml:10:1: futures: not supported yet; leave it out: the course of the crisis is taken as known  [A306]",
    ),
    Case(
        "A307",
        (crisis("supplier_outage", "suplier_outage"),),
        "tiny.yaml:9:6: disruptions.1.kind: unknown kind 'suplier_outage'; did you mean 'supplier_outage'?  [A307]",
    ),
    Case(
        "A308",
        (crisis("levers:", "\tlevers:"),),
        "tiny.yaml:10:1: not valid YAML: found character '\\t' that cannot start any token; indent with spaces, not tabs  [A308]",
    ),
    Case(
        "A309",
        (crisis("crisis_level: 2", "crisis_level: 2\ncrisis_level: 3"),),
        "tiny.yaml:7:1: crisis_level: duplicate key; it is already on line 6, keep one of them  [A309]",
    ),
    Case("A310", (put(SCENARIO, DEEP),), "tiny.yaml:1:33: more than 30 levels of nesting; write it flatter  [A310]"),
    Case(
        "A311",
        (crisis("closed: 0.9", "closed: 1e999"),),
        "tiny.yaml:8:89: disruptions.0.closed: 1e999 is too large or too long for a number; write a number "
        "of at most 40 characters  [A311]",
    ),
    Case(
        "A312",
        (crisis("origin: NOR", "origin: Norway"),),
        "tiny.yaml:9:29: disruptions.1.origin: 'Norway' is not a country code of three capitals, such as NLD  [A312]",
    ),
    Case(
        "A313",
        (crisis("commodities: [liquid]", "commodities: []"),),
        "tiny.yaml:11:41: levers.0.commodities: must not be empty; name at least one  [A313]",
    ),
    Case(
        "A314",
        (crisis("origin: NOR", "origin: NOR, line: nor_nld_metal"),),
        "tiny.yaml:9:5: disruptions.1: name either origin or line; both are there  [A314]",
    ),
    Case(
        "A315",
        (crisis("[packaging]", "[packaging, packaging]"),),
        "tiny.yaml:12:30: levers.1.sectors: 'packaging' is named 2 times; name it once  [A315]",
    ),
    Case(
        "A320",
        (crisis("scenario: tiny", "scenario: mine\nextends: tinny"),),
        "tiny.yaml:2:1: extends: there is no scenario 'tinny'; there is cobalt_quota, *, two_front_crisis  [A320]",
    ),
    Case(
        "A321",
        (crisis("scenario: tiny", "scenario: tiny\nextends: tiny"),),
        "tiny.yaml:2:1: extends: a scenario cannot extend itself; name another one  [A321]",
    ),
    Case(
        "A322",
        (crisis("framework: tiny", "framework: tinny"),),
        "tiny.yaml:3:1: framework: there is no framework 'tinny'; did you mean 'tiny'?  [A322]",
    ),
    Case(
        "A323",
        (crisis("start: 2026-03, months: 3, closed", "start: 2027-03, months: 3, closed"),),
        "tiny.yaml:8:62: disruptions.0.start: '2027-03' is after the horizon, which ends with 2026-05; begin "
        "earlier or add periods  [A323]",
    ),
    Case(
        "A323",
        (crisis("disruptions:", "sales: [{region: NLD, commodity: metal, monthly: 1, value_eur: {2027-03: 5}, source: a}]\ndisruptions:"),),
        "tiny.yaml:*: sales.0.value_eur.2027-03: '2027-03' is after the horizon, which ends with 2026-05; begin "
        "earlier or add periods  [A323]",
    ),
    Case(
        "A325",
        (),
        "--set: 'crisis_level' is not a setting; write path=value, such as disruptions.0.months=3  [A325]",
        command=("run", SCENARIO, "--set", "crisis_level"),
    ),
    Case(
        "A330",
        (crisis("strait_of_hormuz", "strait_of_hormus"),),
        "tiny.yaml:8:32: disruptions.0.chokepoint: the baseline has no chokepoint 'strait_of_hormus'; did "
        "you mean 'strait_of_hormuz'?  [A330]",
    ),
    Case(
        "A331",
        (crisis("crisis_level: 2", "crisis_level: 2\nscope: {regions: [POL], commodities: [liquid]}"),),
        "tiny.yaml:7:1: scope: nothing in this scope asks for anything; name regions and commodities with demand  [A331]",
    ),
    Case(
        "A240",
        (),
        "*: *; this breaks a law of formulation 9 and is a defect of the program; report it with the situation below  [A240]",
        command=("check-framework", LAW, "--baseline", "baseline/tiny", "--crises", "4"),
        exit_code=4,
    ),
    Case(
        "A501",
        (),
        "the solver stopped without an answer: *; ask for fewer periods or regions, or report the scenario  [A501]",
        command=OUT,
        exit_code=5,
    ),
    Case(
        "A502",
        (),
        "stage guarantee of tier 1: primal_residual is *, allowed is -1; no result is shown, report the scenario  [A502]",
        command=OUT,
        exit_code=4,
    ),
    Case(
        "A503",
        (law("share: {2026-01-01: 0.8}, basis", "share: {2026-01-01: 0.8}, hard: true, basis"),),
        "NLD/health/liquid: 56.0% can be met in 2026-04, 80.0% is guaranteed and hard; lower the guarantee, "
        "make it soft, or open more supply  [A503]",
        command=OUT,
        exit_code=3,
    ),
    Case("A504", (), "audit: *: NLD health liquid *; no result is shown, report the scenario  [A504]", command=OUT, exit_code=4),
    Case(
        "A601",
        (),
        "ALLOCATOR_DATABSE: there is no such setting; did you mean 'ALLOCATOR_DATABASE'?  [A601]",
        command=("admin", "list-keys"),
    ),
    Case(
        "A602",
        (),
        "database: this is no URL of a database; write sqlite:///FILE or postgresql://USER@HOST/NAME in ALLOCATOR_DATABASE  [A602]",
        command=("admin", "list-keys"),
    ),
    Case(
        "A603",
        (),
        "agency: the role partner needs --partner, the region whose figures it owns; write both or neither  [A603]",
        command=("admin", "create-key", "agency", "--role", "partner"),
    ),
    Case(
        "A604",
        (broken_audit,),
        "audit: the chain of events breaks at number 1: an event was changed, removed or put in between; "
        "compare the database with a backup from before  [A604]",
        command=("admin", "verify-audit"),
        exit_code=4,
    ),
    Case(
        "A701",
        (put("notes.txt", "mine"),),
        "notes.txt: this is a file; name a folder  [A701]",
        command=("run", SCENARIO, "--out", "notes.txt"),
    ),
    Case("A702", (put("out/mine.txt", "mine"),), "out: the folder is not empty; name another one, or add --overwrite  [A702]", command=OUT),
    Case("A703", (), "out: cannot write in '*' (No space left on device); name another folder with --out  [A703]", command=OUT),
    Case(
        "A704",
        (put("notes.txt", "mine"),),
        "notes.txt: File exists; correct the name or the permission  [A704]",
        command=(*TEMPLATE, "notes.txt/reserves.csv"),
    ),
    Case(
        "A705",
        (put("reserves.csv", "mine"),),
        "reserves.csv: there is such a file already; name another one with --out, or remove it  [A705]",
        command=(*TEMPLATE, "reserves.csv"),
    ),
    Case(
        "A706",
        (put("out/mine.txt", "mine"),),
        "out: no finished run is here: summary.json is missing; name the folder of a run, a scenario or a framework  [A706]",
        command=("compare", "out", "out"),
    ),
    Case(
        "A707",
        (put("out/mine.txt", "mine"),),
        "out: no finished run that can be asked is here (FileNotFoundError); name the folder that allocator run wrote  [A707]",
        command=("explain", "out", "--claim", "NLD/health/liquid"),
    ),
    Case(
        "A708",
        (asked_run(),),
        "--claim: there is no claim 'NLD/helth/liquid'; did you mean 'NLD/health/liquid'?; allocation.csv lists region, sector and "
        "commodity of all  [A708]",
        command=("explain", "done", "--claim", "NLD/helth/liquid"),
    ),
    Case(
        "A709",
        (asked_run("0"),),
        "done: its inputs have changed since (case 0, now *); run the scenario again and ask the new run  [A709]",
        command=("explain", "done", "--claim", "NLD/health/liquid"),
    ),
    Case(
        "A710",
        (),
        "--pdf: the add-on pdf is not installed; run: pip install *, or print report.html from a browser  [A710]",
        command=(*OUT, "--pdf"),
    ),
    Case(
        "A711",
        (),
        "brief.md: no template can be read here (No such file or directory); name a file in UTF-8, or a folder with letter.nl.md  [A711]",
        command=(*LETTER, "--template", "brief.md"),
    ),
    Case(
        "A712",
        (put("brief.md", HEAD.replace("address:", "adress:") + "Geachte heer,\n"),),
        "brief.md:3: adress: unknown key; did you mean 'address'?  [A712]",
        command=(*LETTER, "--template", "brief.md"),
    ),
    Case(
        "A713",
        (asked_run(), put("brief.md", HEAD + "U ontvangt\n{{ grantd }}.\n")),
        "brief.md:9: there is no 'grantd'; did you mean 'granted'?; docs/how-to/letters.md lists what a template may use  [A713]",
        command=(*LETTER, "--template", "brief.md"),
    ),
    Case(
        "A714",
        (asked_run(), law("status: concept", "status: adopted"), put("brief.md", HEAD), asked_run()),
        "brief.md: 'directer' may not sign; did you mean 'directeur'?; one of the roles of the template was expected: directeur  [A714]",
        command=(*LETTER, "--template", "brief.md", "--sign", "directer", "--date", "2026-03-10"),
    ),
    Case("A801", (put("firms.csv", CLAIMS),), "firm.csv: no such file; did you mean 'firms.csv'?  [A801]", command=dividing("firm.csv")),
    Case(
        "A802",
        (put("firms.csv", "claimant,claim\nBé,1\n".encode("latin-1")),),
        "firms.csv:2:2: byte 0xe9 is not UTF-8; save the file again as UTF-8 (it may be Latin-1 or Windows-1252)  [A802]",
        command=dividing(),
    ),
    Case(
        "A803",
        (put("firms.csv", CLAIMS.replace(",", "\t")),),
        "firms.csv:1: cells are parted by tabs; save the file with commas, or with semicolons and decimal commas  [A803]",
        command=dividing(),
    ),
    Case(
        "A804",
        (put("firms.csv", CLAIMS.replace("claim\n", "clam\n")),),
        "firms.csv:1:10: clam: unknown column; did you mean 'claim'?  [A804]",
        command=dividing(),
    ),
    Case(
        "A805",
        (put("firms.csv", CLAIMS.replace("bravo", "bravo, Delft")),),
        "firms.csv:3: 3 cells where the header has 2; quote cells that hold a comma  [A805]",
        command=dividing(),
    ),
    Case(
        "A806",
        (put("firms.csv", CLAIMS.replace("200", "NaN")),),
        "firms.csv:3:7: claim: 'NaN' is not a number; write digits such as 1234.5, without unit, sign of thousands or text  [A806]",
        command=dividing(),
    ),
    Case(
        "A807",
        (put("firms.csv", CLAIMS.replace("200", "-200")),),
        "firms.csv:3:7: claim: -200 is out of range; expected at least 0 and at most 1e+15 (what is claimed)  [A807]",
        command=dividing(),
    ),
    Case(
        "A809",
        (put("firms.csv", CLAIMS.replace("bravo", "")),),
        "firms.csv:3:1: claimant: the name is missing; give every claimant one  [A809]",
        command=dividing(),
    ),
    Case(
        "A810",
        (put("firms.csv", CLAIMS.replace("bravo", "alpha")),),
        "firms.csv:3:1: claimant: 'alpha' stands in line 2 already; keep one row, or add the claims up in one  [A810]",
        command=dividing(),
    ),
    Case(
        "A811",
        (put("firms.csv", "claimant,claim\n"),),
        "firms.csv:1: there are no claimants below the headings; expected a row for each, such as: firm_a,120  [A811]",
        command=dividing(),
    ),
    Case(
        "A820",
        (put("firms.csv", CLAIMS),),
        "--estate: -5 cannot be divided; expected a number of at least 0 and at most 1e+15  [A820]",
        command=("divide", "firms.csv", "--estate", "-5", "--rule", "talmud"),
    ),
    Case(
        "A821",
        (put("firms.csv", CLAIMS),),
        "firms.csv:1: weight: column missing (weight against other claimants); the rule weighted-max-min needs it; add it, or choose "
        "another rule  [A821]",
        command=(*FIRMS, "weighted-max-min"),
    ),
    Case(
        "A822",
        (put("firms.csv", "claimant,claim\n" + "".join(f"firm_{n},{n}\n" for n in range(1, 22))),),
        "firms.csv: 21 claimants; random arrival is worked out exactly for at most 20, *: group those who are alike, or choose another "
        "rule, such as talmud, which shares its symmetry  [A822]",
        command=(*FIRMS, "random-arrival"),
    ),
    Case(
        "A823",
        (put("firms.csv", CLAIMS),),
        "firms.csv: a parcel has more than 1 decimals, so rounding would go below it; expected a larger --decimals  [A823]",
        command=(*FIRMS, "talmud", "--parcel", "0.25", "--decimals", "1"),
    ),
    Case(
        "A824",
        (put("firms.csv", CLAIMS), finished_run),
        "--claim: the run has no sector 'helth' with what stands before it; did you mean 'health'?  [A824]",
        command=("divide", "firms.csv", "--run", "done", "--claim", "NLD/helth/liquid", "--rule", "talmud"),
    ),
    Case(
        "A825",
        (put("firms.csv", "claimant,claim,net_imports\nNLD,10,5\nDEU,20,8\n"),),
        "firms.csv: 5 per cent of the claims is lost; expected at least 7, from which the treaty shares; choose another rule  [A825]",
        command=("divide", "firms.csv", "--estate", "28.5", "--rule", "treaty"),
    ),
    Case(
        "A832",
        (put("firms.csv", CLAIMS.replace(",", ";").replace("200", "1.234")),),
        "firms.csv:3:7: claim: '1.234' may be 1234 or 1,234; write 1234, or 1.2340 if the point is a decimal mark  [A832]",
        command=dividing(),
    ),
    Case(
        "A840",
        (put("firms.csv", "claimant,claim\n" + "".join(f"firm_{n},x\n" for n in range(30))),),
        "firms.csv: 10 more faults; correct these first  [A840]",
        command=dividing(),
        also=("A806",),
    ),
]
