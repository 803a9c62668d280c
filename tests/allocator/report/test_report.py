"""The report: one file that asks for nothing, in two languages, the same every time."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import plotly.graph_objects as go
import pytest

import allocator
from allocator.framework import Basis
from allocator.registry import RegistryError
from allocator.report import render_report
from allocator.report.charts import CHARTS
from allocator.report.figures import CONFIG, PLAIN
from allocator.report.language import CODES, Language
from allocator.report.sections import SECTIONS
from allocator.report.view import View

PACKAGE = Path(allocator.__file__).parent
TEMPLATES = PACKAGE / "report" / "templates"
LOADING = {"src", "href", "srcset", "poster", "data", "action", "formaction", "background", "ping", "manifest"}


class Page(HTMLParser):
    """Elements, ids, headings and text of a page, by language."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.headings, self.texts, self.scripts = [], {"en": [], "nl": []}, {"en": "", "nl": ""}, {}
        self.language, self.script = "", ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.elements.append((tag, given))
        if tag == "div" and given.get("class") == "body":
            self.language = given["lang"]
        if tag == "script":
            self.script = given.get("id") or f"data-{len(self.scripts)}"
            self.scripts[self.script] = ""
        if re.fullmatch("h[1-6]", tag) and self.language:
            self.headings[self.language].append(int(tag[1]))

    def handle_endtag(self, tag):
        if tag == "script":
            self.script = ""

    def handle_data(self, data):
        if self.script:
            self.scripts[self.script] += data
        elif self.language:
            self.texts[self.language] += f" {data.strip()}"  # cells of a row stay apart


@pytest.fixture(scope="module")
def html(finished):
    return render_report(finished, "nl")


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def without_plotly(html):
    start = html.index('<script id="plotly">')
    return html[:start] + html[html.index("</script>", start) :]


def test_nothing_is_loaded_from_anywhere(page, html):
    for tag, given in page.elements:
        assert not {name for name in LOADING & set(given) if not given[name].startswith("#")}, (tag, given)
        assert tag not in {"link", "iframe", "object", "embed", "form", "base", "img"}
    own = without_plotly(html)
    assert not re.search(r"https?:|//[a-z]|cdn|@import|url\(", own)


def test_the_browser_is_told_to_refuse_every_request(page):
    policy = next(
        given["content"] for tag, given in page.elements if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["form-action"] == rules["base-uri"] == "'none'"
    assert "connect-src" not in rules  # so default-src holds
    assert not re.search(r"http|\*", policy)


def test_plotly_stands_in_the_page_once_and_cannot_upload(html, page):
    assert html.count('<script id="plotly">') == 1
    charts = [json.loads(text) for name, text in page.scripts.items() if name.startswith("data-")]
    assert charts
    for chart in charts:
        assert chart["config"] == CONFIG
    assert (CONFIG["showSendToCloud"], CONFIG["displaylogo"], CONFIG["plotlyServerURL"]) == (False, False, "")


def test_only_one_file_turns_charts_into_html():
    users = [
        path.name
        for path in sorted(PACKAGE.rglob("*.py"))
        if re.search(r"plotly\.(offline|io)|to_html|write_html|\.show\(|get_plotlyjs", path.read_text())
    ]
    assert users == ["figures.py"]


def test_both_languages_are_inside_and_the_asked_one_is_shown(page, html):
    assert '<html lang="nl" data-lang="nl">' in html
    assert [given["lang"] for tag, given in page.elements if tag == "div" and given.get("class") == "body"] == ["en", "nl"]
    assert "Tiny crisis" in page.texts["en"]
    assert "Kleine crisis" in page.texts["nl"]
    assert "Concept, no legal force" in page.texts["en"]
    assert "Concept, geen rechtskracht" in page.texts["nl"]
    assert "The run knows when the crisis ends" in page.texts["en"]
    assert "De berekening weet wanneer de crisis eindigt" in page.texts["nl"]


def test_dutch_text_has_no_english_numbers(page):
    assert not re.search(r"\d\.\d%", page.texts["nl"])
    assert re.search(r"\d,\d%", page.texts["nl"])


def test_an_adopted_framework_is_not_called_a_concept(finished):
    adopted = finished.framework.model_copy(update={"status": "adopted"})
    text = Page(render_report(replace(finished, framework=adopted))).texts["en"]
    assert "no legal force" not in text
    assert "The priority framework is adopted. But no act in force underlies rank 1, 2, 3." in text


def test_an_adopted_framework_that_rests_on_acts_is_not_doubted(finished):
    in_force = Basis.model_construct(status="in_force", act="x", article="1", in_force=None, note=None)
    tiers = tuple(tier.model_copy(update={"basis": in_force}) for tier in finished.framework.tiers)
    adopted = finished.framework.model_copy(update={"status": "adopted", "tiers": tiers})
    assert "underlies" not in render_report(replace(finished, framework=adopted))


def test_headings_are_in_order(page):
    for levels in page.headings.values():
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_fixed(page, finished, html):
    ids = [given["id"] for _, given in page.elements if "id" in given]
    assert len(ids) == len(set(ids))
    assert render_report(finished, "nl") == html


def test_every_chart_has_a_name_and_a_table_under_it(page, html):
    charts = [given for tag, given in page.elements if tag == "div" and given.get("class") == "chart"]
    assert all(given["role"] == "img" and given["aria-label"] for given in charts)
    assert html.count('<table class="under titled">') == len(charts) >= 8


def test_every_link_leads_to_a_place_in_the_same_language(page):
    places = {given["id"] for _, given in page.elements if "id" in given}
    links = [given["href"] for tag, given in page.elements if tag == "a"]
    assert len(links) >= 20
    assert {link[1:] for link in links} <= places


def test_the_contents_name_every_section_that_has_something_to_say(page):
    """The small package holds nothing strategic, nothing goes round or needs a minimum, nobody is guarded, and all was read as written."""
    there = set(SECTIONS) - {"summary", "dependency", "detours", "plants", "reading", "sharing"}
    linked = [given["href"][1:] for tag, given in page.elements if tag == "a"]
    for code in CODES:
        sections = [given["id"] for tag, given in page.elements if given.get("class") == "part" and given["id"].endswith(f"-{code}")]
        assert set(sections) == {f"{name}-{code}" for name in there}
        assert [name for name in linked if name in sections][-len(sections) :] == sections


def test_a_heatmap_says_its_figures_and_does_not_need_its_grounds(page):
    cells = [given for tag, given in page.elements if tag == "td" and "cover" in given.get("class", "")]
    assert len(cells) > 40
    assert re.search(r"defence \(1\) +\d+%", page.texts["en"])


def test_no_missing_figure_shows(page):
    for text in page.texts.values():
        assert not re.search(r"\bnan\b|\bNaN\b|\bNone\b|\binf\b|\{\}", text)


def test_what_a_file_says_cannot_become_code(finished):
    title = finished.scenario.title.model_copy(update={"en": "</script><script>alert(1)</script>", "nl": "<b>x</b>"})
    html = render_report(replace(finished, scenario=finished.scenario.model_copy(update={"title": title})))
    assert "<script>alert" not in html
    assert "<b>x</b>" not in html


def test_every_section_has_a_template_of_its_name_and_an_order_of_its_own():
    templates = {path.stem for path in (TEMPLATES / "sections").glob("*.html")}
    assert templates == set(SECTIONS)
    assert len({section.order for section in SECTIONS.values()}) == len(SECTIONS)


def test_a_chart_without_docstring_is_refused():
    with pytest.raises(RegistryError, match="docstring"):
        CHARTS.register("nameless")(lambda _view: [])


def luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ink, paper):
    dark, light = sorted((luminance(ink), luminance(paper)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_enough_for_everybody():
    style = (TEMPLATES / "style.css").read_text()
    names = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", style))
    pairs = [
        (names["ink"], names["ground"]),
        (names["soft"], names["ground"]),
        (names["soft"], names["paper"]),
        (names["brand"], names["paper"]),
    ]
    pairs.append((names["warn"], "#fff3d9"))
    pairs += [(ink, paper) for paper, ink in re.findall(r"\.cover\.\w+ \{ background: (#[0-9a-f]{6}); color: (#[0-9a-f]{6});", style)]
    assert len(pairs) >= 8
    for ink, paper in pairs:
        assert contrast(ink, paper) >= 4.5, (ink, paper)


def with_rates(finished, rates):
    stages = tuple(replace(stage, rates=rates if (stage.name, stage.tier) == ("rule", 2) else {}) for stage in finished.solution.stages)
    return Page(render_report(replace(finished, solution=replace(finished.solution, stages=stages)), "en")).texts


def test_exchange_rates_stand_in_words_a_reader_can_follow(finished):
    some, none = with_rates(finished, {("rule", 1): 0.25}), with_rates(finished, {})
    assert re.search(r"\b1 +2 +0\.25\b", some["en"])
    assert re.search(r"\b1 +2 +0,25\b", some["nl"])
    assert "No lower class would gain" in none["en"]
    assert "No lower class would gain" not in some["en"]


def test_what_has_no_source_is_grade_d_in_both_languages(page, finished):
    grades = View(finished, Language("en")).grades
    assert list(grades.columns) == ["A", "B", "C", "D"]
    assert int(grades.loc["demands"].sum()) == len(View(finished, Language("en")).in_scope("demands"))
    assert re.search("A: reported +B: derived or transcribed +C: assumed in part or second hand +D: assumed", page.texts["en"])
    assert re.search(
        "A: gerapporteerd +B: afgeleid of overgeschreven +C: deels aangenomen of uit tweede hand +D: aangenomen", page.texts["nl"]
    )
    assert "rest on none (grade D)" in page.texts["en"]


def test_many_materials_without_a_shortage_are_counted_and_their_names_folded_away(finished, monkeypatch):
    monkeypatch.setattr(View, "short", [])
    named = Page(render_report(finished))
    assert re.search("In full: (metal and liquid|liquid and metal)", named.texts["en"])
    assert not [given for tag, given in named.elements if tag == "details" and not given.get("class")]
    monkeypatch.setattr("allocator.report.sections.coverage.MOST_NAMED", 1)
    folded = Page(render_report(finished))
    assert [given for tag, given in folded.elements if tag == "details" and not given.get("class")] == [{}] * 2  # closed, one a language
    assert re.search("In full: 2 materials +(metal and liquid|liquid and metal)", folded.texts["en"])
    assert re.search("Volledig: 2 materialen +(metal en liquid|liquid en metal)", folded.texts["nl"])
    style, script = (TEMPLATES / "style.css").read_text(), (TEMPLATES / "page.js").read_text()
    assert "details::details-content" in style[style.index("@media print") :]
    assert "beforeprint" in script  # for browsers that cannot open them by style


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", list(CHARTS))
def test_plotly_knows_every_word_of_a_chart(name, code, finished):
    """Charts are plain data; plotly's own objects say whether each setting exists and would write it the same."""
    for chart in CHARTS[name](View(finished, Language(code))):
        known = go.Figure(data=chart.figure.data, layout={**chart.figure.layout, "template": "none"})
        assert json.loads(known.to_json(engine="json")) == {"data": chart.figure.data, "layout": {**chart.figure.layout, "template": PLAIN}}
