"""What keeps the house in order and no other tool checks."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {"allocator": "allocator", "allocator_models": "models/allocator_models", "allocator_api": "api/allocator_api"}
#: Hosts of package registries: a lock or a page that names one sends users where their own index should.
REGISTRIES = re.compile("|".join(("py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.", r"deb\." + r"debian\.org")))


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.fail("the house is checked in a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_every_package_is_installed() -> None:
    found = {"allocator_scenarios"}
    for package, folder in SOURCES.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            found.add(".".join((package, *init.parent.relative_to(ROOT / folder).parts)))
    assert set(project()["tool"]["setuptools"]["packages"]) == found


def test_nothing_names_a_package_registry() -> None:
    named = [
        path.name for path in tracked() if path.suffix not in {".png", ".xlsx"} and REGISTRIES.search(path.read_text(encoding="utf-8"))
    ]
    assert named == []


def pinned(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z0-9])", text) if "==" in block)
    return {name.replace(".", "-"): pin for name, pin in re.findall(r"^([a-z0-9.\-]+)==(\S+)", text, flags=re.MULTILINE)}


@pytest.mark.parametrize(
    ("lock", "extra"),
    [
        ("requirements.lock", "dev"),
        ("requirements-bench.lock", "bench"),
        ("requirements-browser.lock", "browser"),
        ("requirements-docs.lock", "docs"),
    ],
)
def test_the_lock_pins_every_requirement_with_hashes(lock: str, extra: str) -> None:
    declared = project()["project"]
    wanted = [*declared["dependencies"], *declared["optional-dependencies"][extra]]
    names = {re.match(r"[A-Za-z0-9.\-]+", requirement)[0].lower().replace(".", "-") for requirement in wanted}
    assert names <= set(pinned(lock))


@pytest.mark.parametrize("lock", ["requirements-bench.lock", "requirements-browser.lock"])
def test_a_further_lock_adds_to_the_pinned_versions_and_changes_none(lock: str) -> None:
    main, more = pinned("requirements.lock"), pinned(lock)
    assert {name: pin for name, pin in more.items() if name in main} == {name: pin for name, pin in main.items() if name in more}


def test_every_decision_says_what_was_rejected() -> None:
    for page in sorted((ROOT / "docs/decisions").glob("0*.md")):
        assert re.search("rejected", page.read_text(encoding="utf-8"), re.IGNORECASE), page.name


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in tracked():
        if page.suffix != ".md":
            continue
        targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        local = [target for target in targets if not re.match(r"[a-z]+:", target)]
        broken += [f"{page.relative_to(ROOT)}: {target}" for target in local if not (page.parent / target).exists()]
    assert broken == []


def test_every_lint_and_type_ignore_has_a_reason() -> None:
    bare = re.compile(r"#\s*(noqa|type: ignore)(:\s*[A-Z0-9, ]+|\[[a-z\-, ]+\])?\s*$")
    found = []
    for path in tracked():
        if path.suffix == ".py":
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [f"{path.relative_to(ROOT)}:{number}" for number, line in enumerate(lines, 1) if bare.search(line)]
    assert found == []


def test_nothing_in_the_program_needs_posix() -> None:
    alone = {"crypt", "curses", "fcntl", "grp", "posix", "pty", "pwd", "resource", "termios", "tty"}
    text_files = {"read_text": 1, "write_text": 2}  # the encoding's place among the arguments
    found = []
    for package in ("allocator", "models", "api", "scenarios"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                found += [f"{path.name}: imports {module}" for module in modules if module.split(".")[0] in alone]
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in text_files:
                    named = any(keyword.arg == "encoding" for keyword in node.keywords)
                    if not named and len(node.args) < text_files[node.func.attr]:
                        found.append(f"{path.name}:{node.lineno}: {node.func.attr} without an encoding")
    assert found == []
