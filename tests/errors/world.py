"""A folder with the small package, its scenario and its framework, spoilt in one place and read by a command."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from allocator.baseline.layout import TABLES
from allocator.cli import build_program
from tests.allocator.conftest import CRISIS
from tests.tiny import write_tiny

RUNNER = CliRunner()
PROGRAM = build_program()

SCENARIO = "tiny.yaml"
LAW = "frameworks/tiny.yaml"
VALIDATE = ("validate", SCENARIO)
FIGURES = ("validate", SCENARIO, "--figures", "own")
Spoil = Callable[[Path], None]


def call(*arguments: str) -> Result:
    """Run a command in this process."""
    return RUNNER.invoke(PROGRAM, list(arguments))


def lines_of(result: Result) -> list[str]:
    """Return what a command says is wrong."""
    return result.stderr.splitlines()


def package(table: str) -> str:
    """Return the file of a table of the package."""
    return f"baseline/tiny/{TABLES[table].file}"


def write_world(folder: Path) -> Path:
    """Write the package, the crisis and the framework, all sound."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tiny(folder, CRISIS)
    return folder


def copy_world(world: Path, folder: Path) -> Path:
    """Copy it, which is faster than to write it."""
    return Path(shutil.copytree(world, folder))


# ---- ways to spoil a file --------------------------------------------------------------------------------------------------------
def put(file: str, content: str | bytes) -> Spoil:
    """Give the whole content of a file."""

    def spoil(folder: Path) -> None:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    return spoil


def swap(file: str, old: str, new: str) -> Spoil:
    """Replace the first `old`, which must be there."""

    def spoil(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r}"
        (folder / file).write_bytes(text.replace(old, new, 1).encode())

    return spoil


def cell(table: str, line: int, column: str, value: str) -> Spoil:
    """Replace one cell of a table of the package."""

    def spoil(folder: Path) -> None:
        path = folder / package(table)
        rows = [row.split(",") for row in path.read_text(encoding="utf-8").splitlines()]
        rows[line - 1][rows[0].index(column)] = value
        path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")

    return spoil


def add(table: str, *rows: str) -> Spoil:
    """Add rows to a table of the package."""

    def spoil(folder: Path) -> None:
        with (folder / package(table)).open("a", encoding="utf-8") as file:
            file.writelines(f"{row}\n" for row in rows)

    return spoil


def drop(file: str) -> Spoil:
    """Remove a file."""
    return lambda folder: (folder / file).unlink()


def own(table: str, *rows: str, name: str = "", label: str | None = "internal") -> Spoil:
    """Write a file of own figures, semicolons and all as the rows have it, and the classification."""

    def spoil(folder: Path) -> None:
        separator = ";" if any(";" in row for row in rows) else ","
        text = "\n".join([separator.join(TABLES[table].names), *rows, ""])
        put(f"own/{name or TABLES[table].file}", text)(folder)
        if label is not None:
            put("own/classification.txt", label + "\n")(folder)

    return spoil


@dataclass(frozen=True)
class Case:
    """One fault: what spoils the world, the command that meets it, and the line that it must say.

    Attributes:
        code: the code.
        spoil: what is done to the world, in order.
        says: the whole line, with paths as seen from the world's folder.
        command: the command.
        exit_code: how it must end.
        also: codes of what else is wrong then.
    """

    code: str
    spoil: tuple[Spoil, ...]
    says: str
    command: tuple[str, ...] = VALIDATE
    exit_code: int = 1
    also: tuple[str, ...] = ()
