"""Templates, drafts and signatures, and what the command writes."""

from __future__ import annotations

import shutil
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from allocator.errors import InvalidInput
from allocator.letter import Form, Reference, Signature, facts, read_template, render, sign
from allocator.output import Target, write_run
from allocator.report.language import Language
from allocator.report.view import View
from allocator.run import Run
from tests.program import call

REFERENCE = Reference("tiny-0", "c" * 64, "f" * 64)
HEAD = """\
---
authority: De minister van Proefzaken
address: |
  Postbus 1
  Den Haag
addressee: Aan wie {{ commodity }} vraagt voor {{ sector }}
objection: U kunt bij mij bezwaar maken.
roles: [directeur, plaatsvervangend directeur]
---
"""


def told(run: Run, claim: str, code: str = "nl") -> dict:
    view = View(run, Language(code, in_full=True))
    return facts(view, claim, run.explanation.reasons.get(claim), REFERENCE)


def written(run: Run, claim: str, path: Path | None = None, form: Form = Form.text, signature: Signature | None = None) -> str:
    return render(read_template(path, "nl"), told(run, claim), Language("nl", in_full=True), form, signature)


def cut_by(run: Run, rank: bool) -> str:
    return next(name for name, one in run.explanation.reasons.items() if (one.deciding_tier < one.tier) == rank and not one.capped)


def met(run: Run) -> str:
    rows = run.allocation.allocation[["region", "sector", "commodity"]].drop_duplicates()
    return next(name for name in map("/".join, rows.itertuples(index=False)) if name not in run.explanation.reasons)


def template(tmp_path: Path, body: str = "", head: str = HEAD) -> Path:
    path = tmp_path / "brief.md"
    path.write_text(head + body, encoding="utf-8")
    return path


def refused(code: str, path: Path, run: Run | None = None) -> str:
    with pytest.raises(InvalidInput) as error:
        read_template(path, "nl") if run is None else written(run, met(run), path)
    assert {finding.code for finding in error.value.findings} == {code}
    return str(error.value)


def test_a_letter_says_what_is_asked_for_granted_and_refused_and_why(finished: Run) -> None:
    claim = cut_by(finished, rank=True)
    reason, text = finished.explanation.reasons[claim], written(finished, claim)
    words = Language("nl")
    for figure in (reason.demand, reason.shortfall):
        assert words.quantity(figure, reason.unit) in text
    tier = {one.rank: one.name.nl for one in finished.framework.tiers}
    assert f"Uw aanspraak valt in klasse {reason.tier} ({tier[reason.tier]})." in text
    assert f"Klasse {reason.deciding_tier} ({tier[reason.deciding_tier]}) gaat voor." in text
    assert "Grondslag: example." in text
    assert REFERENCE.manifest in text
    assert REFERENCE.case_hash in text
    for period in finished.case.periods.loc[finished.case.periods["horizon"], "period"]:
        assert Language("nl", in_full=True).period(period) in text


def test_a_claim_that_is_met_is_granted_in_full(finished: Run) -> None:
    text = written(finished, met(finished))
    assert "Ik wijs uw aanvraag volledig toe." in text
    assert "gaat voor" not in text
    assert "Wat tot een ander besluit had geleid" not in text


def test_a_draft_says_so_whatever_its_template_says(finished: Run, tmp_path: Path) -> None:
    path = template(tmp_path, "Geachte heer,\n")
    assert finished.framework.status == "concept"
    assert written(finished, met(finished), path) == "CONCEPT, geen rechtskracht\n\nGeachte heer,\n"
    assert "CONCEPT, geen rechtskracht" in written(finished, met(finished), path, Form.html)


def test_a_head_alone_is_a_template(finished: Run, tmp_path: Path) -> None:
    text = written(finished, met(finished), template(tmp_path))
    row = told(finished, met(finished))
    assert "De minister van Proefzaken\nPostbus 1\nDen Haag\n" in text
    assert f"Aan wie {row['commodity']} vraagt voor {row['sector']}" in text
    assert "U kunt bij mij bezwaar maken." in text
    assert "[" not in text.replace("[datum]", "")


def test_one_block_can_be_another(finished: Run, tmp_path: Path) -> None:
    path = template(tmp_path, '{% extends "letter.nl.md" %}\n{% block opening %}Om {{ scenario }}.{% endblock %}\n')
    text = written(finished, met(finished), path)
    assert "Om Kleine crisis." in text
    assert "De aanvoer van grondstoffen is verstoord" not in text
    assert "Hoogachtend," in text


def test_a_folder_holds_a_template_for_each_language(tmp_path: Path, finished: Run) -> None:
    shutil.copy(template(tmp_path, "Hier {{ granted }}\n"), tmp_path / "letter.nl.md")
    assert f"Hier {told(finished, met(finished))['granted']}" in written(finished, met(finished), tmp_path)
    with pytest.raises(InvalidInput, match=r"letter\.en\.md.*A711"):
        read_template(tmp_path, "en")


def test_templates_stay_in_their_box(finished: Run, tmp_path: Path) -> None:
    assert "brief.md:10: access to attribute '__class__'" in refused("A713", template(tmp_path, "{{ ''.__class__.__mro__ }}\n"), finished)
    assert "brief.md:11: there is no 'grantd'; did you mean 'granted'?" in refused("A713", template(tmp_path, "\n{{ grantd }}\n"), finished)
    assert "brief.md:10:" in refused("A713", template(tmp_path, "{% if %}\n"), finished)
    assert "A713" in refused("A713", template(tmp_path, "{% include '../secrets' %}\n"), finished)
    assert "A713" in refused("A713", template(tmp_path, "{{ 1 / 0 }}\n"), finished)


def test_every_fault_of_a_head_is_told_with_its_line(tmp_path: Path) -> None:
    head = HEAD.replace("objection:", "objecton:").replace("[directeur, plaatsvervangend directeur]", "directeur")
    message = refused("A712", template(tmp_path, head=head))
    assert "brief.md:7: objecton: unknown key; did you mean 'objection'?" in message
    assert "brief.md:8: roles: a list of texts was expected" in message
    assert "objection: missing; write the objection clause" in message
    assert "begins with what the ministry fills in" in refused("A712", template(tmp_path, head="Geachte heer,\n"))
    assert "brief.md:3:" in refused("A712", template(tmp_path, head="---\nauthority: [\n---\n"))


def test_a_template_is_text_in_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "brief.md"
    path.write_bytes("---\nauthority: é".encode("latin-1"))
    assert "this is not UTF-8" in refused("A711", path)


def test_a_role_signs_and_the_letter_is_no_draft_any_more(finished: Run, tmp_path: Path) -> None:
    read = read_template(template(tmp_path), "nl")
    signature = sign(read, "directeur", date(2026, 3, 10), concept=False)
    adopted = {**told(finished, met(finished)), "concept": False}
    text = render(read, adopted, Language("nl", in_full=True), Form.text, signature)
    assert "Datum: 10 maart 2026" in text
    assert text.rstrip().endswith("namens deze,\n\ndirecteur")
    assert "concept" not in text.lower().replace("concept-prioriteringskader", "")


def test_nobody_signs_under_a_concept_or_with_gaps_or_without_the_power(tmp_path: Path) -> None:
    day = date(2026, 3, 10)
    for path, role, concept, says in (
        (template(tmp_path), "directeur", True, "the framework is a concept"),
        (None, "[functie van wie mag ondertekenen]", False, "authority, address, addressee, objection, roles still to be filled in"),
        (template(tmp_path), "directer", False, "'directer' may not sign; did you mean 'directeur'?"),
    ):
        with pytest.raises(InvalidInput, match="A714") as error:
            sign(read_template(path, "nl"), role, day, concept)
        assert says in str(error.value)


class Page(HTMLParser):
    """Notes every tag, and what would be loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href")]


def test_a_page_loads_nothing_and_shows_no_html_of_a_template(finished: Run, tmp_path: Path) -> None:
    path = template(tmp_path, head=HEAD.replace("De minister van Proefzaken", '"<script>alert(1)</script> & Zonen"'))
    page = Page()
    text = written(finished, cut_by(finished, rank=True), path, Form.html)
    page.feed(text)
    assert page.loads == []
    assert "script" not in page.tags
    assert {"table", "h1", "h2", "blockquote"} <= set(page.tags)
    assert "&lt;script&gt;" in text


def test_columns_of_a_table_stand_in_line_as_text(finished: Run) -> None:
    lines = written(finished, met(finished)).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("Periode "))
    table = lines[first : lines.index("", first)]
    assert len({len(line) for line in table}) == 1
    assert not any("|" in line or "#" in line for line in lines)


def test_the_command_writes_letters_into_the_folder_of_the_run(finished: Run, crisis: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(crisis.parent)
    write_run(finished, Target(tmp_path / "run", False))
    manifest = (tmp_path / "run" / "manifest.json").read_text(encoding="utf-8").replace(crisis.as_posix(), crisis.name)
    (tmp_path / "run" / "manifest.json").write_text(manifest, encoding="utf-8")
    claim, name = met(finished), met(finished).replace("/", "-")
    command = ("letter", tmp_path / "run", "--claim", claim, "--lang", "nl", "--form", "text")
    result = call(*command)
    assert (result.exit_code, result.stdout.strip()) == (0, str(tmp_path / "run" / "letters" / f"{name}.nl.txt"))
    text = (tmp_path / "run" / "letters" / f"{name}.nl.txt").read_text(encoding="utf-8")
    assert finished.case.sha256 in text
    assert "A705" in call(*command).stderr
    assert call(*command, "--overwrite").exit_code == 0
    assert call(*command, "--sign", "directeur").exit_code == 2
    (tmp_path / "run" / "manifest.json").write_text(manifest.replace('"sha256": "', '"sha256": "0'), encoding="utf-8")
    assert "gives another allocation.csv" in call(*command, "--overwrite").stderr
