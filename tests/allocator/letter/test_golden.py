"""Letters and explanations in the docs are those of the Hormuz run, and letters hold no figure of another claim.

``pytest tests/allocator/letter --write-golden`` writes them anew.
"""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from allocator.again import run_again
from allocator.case.standing import standing_of
from allocator.explain import asked, given_back
from allocator.letter import Form, Reference, facts, read_template, render
from allocator.output import Target, write_run
from allocator.report.language import Code, Language
from allocator.report.reasons import Teller
from allocator.report.view import View
from allocator.run import Run, run_scenario
from tests.allocator.letter.test_secrets import NUMBER, allowed

DOCS = Path(__file__).parents[3] / "docs"
LETTERS: list[tuple[str, Code, Form]] = [
    ("NLD/other/helium_gas", "nl", Form.html),
    ("NLD/other/helium_gas", "nl", Form.text),
    ("NLD/research/helium_liquid", "nl", Form.html),
    ("NLD/defence/combat_aircraft", "en", Form.html),
]
EXPLAINED: list[tuple[str, Code]] = [("NLD/other/helium_gas", "nl"), ("NLD/defence/combat_aircraft", "en")]
#: Facts that are names with digits in them.
FREE = {"run": "", "case_hash": "", "manifest": ""}
#: The manifest names the versions of the packages, and so does its hash.
MANIFEST = re.compile(r"(manifest \(SHA-256\):) [0-9a-f]{64}")


def explanation(run: Run, claim: str, code: Code) -> str:
    """Return what ``allocator explain`` says of a claim, as a page."""
    view = View(run, Language(code))
    teller = Teller(view)
    parts = teller.tell(given_back(run.explanation.reasons[claim], run.case, run.inquiry))
    told = [line for heading, paragraphs in parts for line in (f"## {heading}", *paragraphs)]
    return "\n\n".join([f"# {teller.claim(claim)}", f"{view.title}, `{run.name}`.", *told, ""]).replace("\n\n\n", "\n\n").rstrip() + "\n"


def test_letters_and_explanations_in_the_docs_are_those_of_the_run(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = write_run(run_scenario("hormuz_closure"), Target(tmp_path / "run", False)).folder
    manifest = sha256((folder / "manifest.json").read_bytes()).hexdigest()
    run = run_again(folder, sorted({claim for claim, _, _ in LETTERS}))
    reference = Reference(run.name, run.case.sha256, manifest)
    reasons = {
        claim: asked(run.explanation.reasons[claim], run.inquiry, standing_of(run.case, run.framework))
        for claim in sorted({claim for claim, _, _ in LETTERS})
    }
    run = replace(run, explanation=replace(run.explanation, reasons=reasons))
    for claim, code, form in LETTERS:
        view = View(run, Language(code, in_full=True))
        told = facts(view, claim, reasons[claim], reference)
        text = render(read_template(None, code), told, view.language, form)
        plain = render(read_template(None, code), {**told, **FREE}, view.language, Form.text)
        assert set(NUMBER.findall(plain)) - allowed(run, claim, code) == set()
        file = DOCS / "letters" / f"{claim.replace('/', '-')}.{code}.{form.suffix}"
        assert MANIFEST.search(text)
        shown = file.read_text(encoding="utf-8") if file.exists() else ""
        if request.config.getoption("--write-golden") and MANIFEST.sub(r"\1", shown) != MANIFEST.sub(r"\1", text):
            file.write_text(shown := text, encoding="utf-8")
        assert MANIFEST.sub(r"\1", shown) == MANIFEST.sub(r"\1", text), f"{file.name}: write it anew with --write-golden, and read it"
    for claim, code in EXPLAINED:
        file = DOCS / "explanations" / f"{claim.replace('/', '-')}.{code}.md"
        text = explanation(run, claim, code)
        if request.config.getoption("--write-golden"):
            file.write_text(text, encoding="utf-8")
        assert file.read_text(encoding="utf-8") == text, f"{file.name}: write it anew with --write-golden, and read it"
