"""Files that people send: each wrong in its own way."""

from __future__ import annotations

from tests.errors.world import LAW, SCENARIO, Spoil, add, cell, drop, own, package, put, swap

_HEAD = "scenario: s\nbaseline: tiny\nframework: tiny\nhorizon: {start: 2026-03, periods: 3, period: month}\n"
_TIER = (
    "  - {rank: 1, name: {en: a, nl: b}, sectors: [defence, health, packaging, exports], rule: leximin, basis: {status: none, note: x}}\n"
)
_LAW = f"framework: tiny\nstatus: concept\nowner: me\ntiers:\n{_TIER}"
_CLOSED = "kind: chokepoint_closure, chokepoint: strait_of_hormuz, start: 2026-03"

_WHOLE: tuple[str | bytes, ...] = (
    *(b"", b"\n", b" \n \n", b"# only a remark\n", b"---\n", b"null\n", b"12\n", b"text\n", b"- a\n- b\n", b"[]\n", b"{}\n", b"true\n"),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\x07", b"PK\x03\x04", b"\x89PNG\r\n", b"a: \xe9\n", "a: 1\n".encode("utf-16")),
    *("a: b: c\n", "a: [\n", "a: {b\n", "a: 'x\n", 'a: "\\q"\n', "\ta: 1\n", "a: 1\n b: 2\n", "? a\n", "? [a, b]\n: 1\n", "a: *b\n"),
    *("a: &a [*a]\n", "&a : 1\n", "a: !!python/object:os.system x\n", "<<: {a: 1}\n", "a: 1\n---\nb: 2\n", "%YAML 1.1\n---\na: 1\n"),
    *("a: &x [1]\nb: &y [*x, *x]\nc: &z [*y, *y]\nd: [*z, *z]\n", "a: " + "[" * 500, "a: " + "{b: " * 100, "- " * 200, "a: " + "9" * 5000),
    *(
        "a: .nan\n",
        "a: -.inf\n",
        "1: 2\n",
        "2026-01-01: 1\n",
        "true: 1\n",
        "a: |\n  x\n",
        "a: >\n\n",
        "a: 'x\n\n  y'\n",
        ": 1\n",
        "- - - -\n",
    ),
    "".join(f"k{number}: {number}\n" for number in range(300)),
    "\n".join([f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else '1'] * 9)}]" for n in range(9)]),
)

_SCENARIOS: tuple[str, ...] = (
    *("horizon: 12\n", "scope: NLD\n", "scope: {regions: {}}\n", "scope: {regions: [NLD, XXX]}\n", "scope: {commodities: [Metal]}\n"),
    *("crisis_level: two\n", "crisis_level: -1\n", "crisis_level: 1e2\n", "crisis_level: [2]\n", "title: Crisis\n", "title: {en: a}\n"),
    *("title: {en: '', nl: ''}\n", "disruptions: {}\n", "disruptions: [[]]\n", "disruptions: [null]\n", "disruptions: [{}]\n"),
    *("disruptions: [{kind: null}]\n", "disruptions: [{kind: [a]}]\n", "disruptions: [{kind: 5}]\n", "disruptions: chokepoint_closure\n"),
    *(f"disruptions: [{{{_CLOSED}, months: {months}, closed: 1}}]\n" for months in ("0", "-1", "nan", ".nan", "six", "'6'", "1e9", "[6]")),
    *(f"disruptions: [{{{_CLOSED}, months: 6, closed: {closed}}}]\n" for closed in ("95%", "0,95", "1.01", "-0.5", "true", "null", "{}")),
    *(
        f"disruptions: [{{{_CLOSED.replace('2026-03', start)}, months: 6, closed: 1}}]\n"
        for start in ("march", "2026", "2026-3", "2026-W99")
    ),
    *("levers: reserve_release\n", "levers: [{kind: reserve_release}]\n", "levers: [{kind: magic, authority: minister}]\n"),
    *("extends: nothing\n", "extends: ../nothing.yaml\n", "extends: 5\n", "extends: [hormuz_closure]\n", "framework: 7\n", "futures: 1\n"),
)

_FRAMEWORKS: tuple[tuple[str, str], ...] = (
    *(("rank: 1", rank) for rank in ("rank: 0", "rank: -1", "rank: one", "rank: 1.5", "rank: 100", "rank: null", "rank: [1]")),
    *(("name: {en: a, nl: b}", name) for name in ("name: a", "name: {}", "name: {en: 1, nl: 2}", "nam: {en: a, nl: b}")),
    *(("rule: leximin", rule) for rule in ("rule: fair", "rule:", "rule: [leximin]", "rule: leximin, cap: 2", "rule: leximin, cap: {}")),
    *(("rule: leximin", f"rule: leximin, cap: {{{day}: 0.5}}") for day in ("soon", "2026-13-01", "2026", "'2026-02-30'")),
    *(
        ("status: none, note: x", status)
        for status in ("status: none", "status: maybe", "status: in_force", "note: x", "status: none, act: crma")
    ),
    *(("owner: me", owner) for owner in ("owner:", "owner: A B", "owner: 12", "onwer: me")),
    *(("status: concept", status) for status in ("status: law", "status: 1", "")),
    *((_TIER, tiers) for tiers in ("  []\n", "  - 1\n", f"{_TIER}{_TIER}", "  - {}\n")),
)

_CELLS: tuple[tuple[str, int, str, str], ...] = (
    *(
        ("demands", 2, "annual_quantity", number)
        for number in ("", "NaN", "inf", "-inf", "1e999", "-1", "1e13", "12 t", "0x10", "1_0", "٤٨a")
    ),
    *(("demands", 3, column, "") for column in ("region", "sector", "commodity", "unit", "source", "year", "basis", "low", "high")),
    *(("demands", 3, "year", year) for year in ("2026.0", "26", "x", "2016 - 2020")),
    *(("reserves", 2, "floor_share", share) for share in ("1.5", "50%", "-0.1")),
    *(("reserves", 2, "owner", owner) for owner in ("XXX", "N D", "")),
    *(("regions", 2, "region", region) for region in ("NL", "nld", "")),
    *(("lanes", 2, column, value) for column, value in (("origin", "DEU"), ("lead_days", "9999"), ("trade_per_month", "99"))),
    *(("supply_lines", 2, column, value) for column, value in (("origin", "XX"), ("route", "moon"), ("spare_share", "2"), ("unit", "kg"))),
)

_TABLES: tuple[str | bytes, ...] = (
    *(
        b"",
        b"\n",
        b"\xff",
        b"\x00",
        b"sector\n",
        b"a,b\n1,2\n",
        b'"',
        b'sector,name_en,name_nl,nace,source,year,basis,note\n"' + b"x" * 140_000,
    ),
    *(
        "sector;name_en\n",
        "sector\tname_en\n",
        "sector,sector\n",
        "Sector,Name_en,Name_nl,Nace,Source,Year,Basis,Note\n",
        "<html></html>\n",
    ),
    "sector,name_en,name_nl,nace,source,year,basis,note\n" + "," * 7 + "\n",
    "sector,name_en,name_nl,nace,source,year,basis,note\n" + "health\n" * 50,
)

_ROW = "nld_liquid,NLD,NLD,liquid,6,0.5,2,15,2,0.1,6,6,project_assumption,2026,assumed,own"
_OWN: tuple[tuple[str, ...], ...] = (
    *((_ROW.replace(",6,0.5,", f",{number},0.5,"),) for number in ("", "x", "NaN", '"1,5"', '"1,234.5"', "1 000", "1e999", "six")),
    *(
        (_ROW.replace(",", ";").replace(";6;0.5;", f";{number};0,5;"),)
        for number in ("1.234", "1.234,5", "1,2,3", "1.5", "€ 6", "6 t", "1'000")
    ),
    *(
        (),
        ("",),
        ("#" + _ROW,),
        (_ROW, _ROW),
        (_ROW + ",more",),
        (_ROW.replace("NLD,liquid", "NLD,lquid"),),
        (_ROW.replace("0.5", "0.5;"),),
    ),
)

#: What is spoilt, by a name that says so.
MALFORMED: dict[str, tuple[str, tuple[Spoil, ...]]] = {
    **{f"scenario file {number}": (SCENARIO, (put(SCENARIO, text),)) for number, text in enumerate(_WHOLE)},
    **{f"framework file {number}": (LAW, (put(LAW, text),)) for number, text in enumerate(_WHOLE)},
    **{f"scenario {text.strip()[:60]}": (SCENARIO, (put(SCENARIO, _HEAD + text),)) for text in _SCENARIOS},
    **{f"framework {old[:12]} -> {new[:40]}": (LAW, (put(LAW, _LAW), swap(LAW, old, new))) for old, new in _FRAMEWORKS},
    **{f"cell {table} {column} = {value}": ("csv", (cell(table, line, column, value),)) for table, line, column, value in _CELLS},
    **{f"table {number}": ("csv", (put(package("sectors"), text),)) for number, text in enumerate(_TABLES)},
    **{f"own figures {number}": ("own", (own("reserves", *rows),)) for number, rows in enumerate(_OWN)},
    "a folder in the place of a file": ("own", (put("own/reserves.csv/x", ""), put("own/classification.txt", "x\n"))),
    "no classification": ("own", (own("reserves", _ROW, label=None),)),
    "a long classification": ("own", (own("reserves", _ROW, label="x" * 100),)),
    "two lines of classification": ("own", (own("reserves", _ROW, label="a\nb"),)),
    "a row too short": ("csv", (add("sectors", "a,b"),)),
    "a doubled row": ("csv", (add("demands", "NLD,defence,metal,0,t,0,0,project_assumption,2026,assumed,example"),)),
    **{f"without {name}": ("csv", (drop(package(name)),)) for name in ("commodities", "regions", "sources", "routes")},
}
