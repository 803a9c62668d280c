"""What goes round is said where it happens, in both languages, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from allocator_scenarios import ROOT

from allocator.explain.orders import Orders
from allocator.report import render_report
from allocator.report.language import Language
from allocator.report.sections._detours import _WAYS, MOST_GOODS, Detour, detour_sentences, detours, longer_by
from allocator.report.view import View
from allocator.run import Run
from tests.allocator.test_detours import CLOSED, two_ways
from tests.allocator.test_disrupted_case import audited
from tests.tiny import tiny_baseline, tiny_case, tiny_inputs

CANAL = CLOSED % ("canal", "2026-03", 2, 1)


def closed(finished: Run, folder: Path, text: str = CANAL, **tables: pd.DataFrame) -> Run:
    """The finished run, with the plan for a closure on the package with two ways."""
    crisis, tables = f"disruptions:\n  - {{{text}}}\n", {**two_ways(), **tables}
    tables["chokepoints"] = tables["chokepoints"].assign(name_en=["Strait", "Canal"], name_nl=["Straat", "Kanaal"])
    case = tiny_case(folder, crisis, **tables)
    scenario, _ = tiny_inputs(folder, crisis)
    none = Orders(finished.orders.orders.iloc[:0], finished.orders.without.iloc[:0], finished.orders.instead.iloc[:0])
    return replace(finished, case=case, allocation=audited(case), baseline=tiny_baseline(**tables), scenario=scenario, orders=none)


def said(run: Run) -> list[str]:
    return [sentence for code in ("en", "nl") for sentence in detour_sentences(View(run, Language(code)))]


def test_goods_their_way_and_days_are_said_on_the_first_screen_and_in_a_table(finished: Run, tmp_path: Path) -> None:
    run = closed(finished, tmp_path, **demanding())
    english = "Ships avoid Canal: liquid goes round the Cape of Good Hope, 30 days longer on its way"
    dutch = "Schepen mijden de doorgang Kanaal: liquid gaat om Kaap de Goede Hoop, 30 dagen langer onderweg"
    assert said(run) == [english, dutch]
    html = render_report(run)
    assert f"<li>{english}.</li>" in html
    assert f"<li>{dutch}.</li>" in html
    assert "Goods that this plan sends round" in html
    (one,) = detours(View(run, Language("en")))
    assert (one.days, one.periods) == ((30.0, 30.0), ("2026-03", "2026-04"))


def demanding() -> dict[str, pd.DataFrame]:
    """Demand that the line round the cape cannot meet out of its own."""
    demands = tiny_baseline().demands
    return {"demands": demands.assign(annual_quantity=demands["annual_quantity"].where(demands["commodity"] != "liquid", 96.0))}


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        (CLOSED % ("strait_of_hormuz", "2026-03", 2, 1), demanding()),  # both ways pass it
        (CLOSED % ("canal", "2026-03", 2, 0), demanding()),  # closed in name only
        ("kind: supplier_outage, line: qat_nld_liquid, start: 2026-03, months: 2, share: 1", demanding()),
        (CANAL, {}),  # what the cape sends of its own is enough
    ],
)
def test_nothing_is_said_where_nothing_goes_round(finished: Run, tmp_path: Path, text: str, tables: dict[str, pd.DataFrame]) -> None:
    run = closed(finished, tmp_path, text, **tables)
    assert said(run) == []
    assert "Goods that this plan sends round" not in render_report(run)


def test_many_goods_are_named_up_to_a_number(finished: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    view = View(finished, Language("en"))
    many = [Detour("metal", "Canal", "by air", (0.0, 0.0), ("2026-03", "2026-03"))] * (MOST_GOODS + 3)
    monkeypatch.setattr("allocator.report.sections._detours.detours", lambda _view: many)
    (sentence,) = detour_sentences(view)
    assert sentence == f"Ships avoid Canal: {', '.join(['metal'] * MOST_GOODS)} and 3 more materials go by air, as long on their way"


@pytest.mark.parametrize(
    ("days", "english", "dutch"),
    [
        ((9.6, 13.0), "10 to 13 days longer", "10 tot 13 dagen langer"),
        ((1.0, 1.0), "1 day longer", "1 dag langer"),
        ((-3.0, 4.0), "0 to 4 days longer", "0 tot 4 dagen langer"),
        ((-3.0, 0.0), "as long", "even lang"),
    ],
)
def test_days_in_words(finished: Run, days: tuple[float, float], english: str, dutch: str) -> None:
    assert longer_by(View(finished, Language("en")), *days) == english
    assert longer_by(View(finished, Language("nl")), *days) == dutch


def test_every_way_of_the_shipped_baseline_has_words() -> None:
    lines = pd.read_csv(ROOT / "baseline" / "eu_crm_2026" / "supply_lines.csv", keep_default_na=False)
    ways = lines.drop_duplicates(["commodity", "origin", "region", "route"])
    several = ways[ways.duplicated(["commodity", "origin", "region"], keep=False)]
    assert {route.rsplit("_", 1)[-1] for route in several["route"]} <= set(_WAYS)
