"""What a user is told when something is wrong: a finding says what, where and what to do, under a code that never changes meaning.

Codes: A1xx baseline, A2xx framework, A3xx scenario, A4xx model, A5xx solve, A6xx service, A7xx files written, A8xx claims to
divide. ``docs/errors.md`` lists them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in one place.

    Attributes:
        file: path of the file as the user gave it.
        line: 1-based line, 0 when the fault concerns the whole file.
        column: 1-based column, 0 when unknown.
        path: path into the file (``disruptions.0.closed``) or table column; may be empty.
        message: what is wrong, what was expected and what to do.
        code: ``A`` and three digits.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    code: str

    def __str__(self) -> str:
        place = ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])
        subject = f"{self.path}: " if self.path else ""
        return _in_one_line(f"{place}: {subject}{self.message}  [{self.code}]")


def _in_one_line(text: str) -> str:
    """Return a text whose line ends and other characters that do not print are written as escapes."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


class AllocatorError(Exception):
    """Base of every error that is shown without a traceback; `exit_code` is the command's exit code."""

    exit_code = 1


class InvalidInput(AllocatorError):
    """Input that cannot be used; carries every finding, in the order of the files."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class HardGuaranteeUnmet(AllocatorError):
    """Guarantees that the framework makes hard cannot all hold."""

    exit_code = 3


class NotCertified(AllocatorError):
    """A certificate or the audit failed, so no result is shown."""

    exit_code = 4


class SolverStopped(AllocatorError):
    """The solver stopped without an answer."""

    exit_code = 5


class Cancelled(AllocatorError):
    """The work was stopped before it was done."""

    exit_code = 130


def closest(word: str, known: Sequence[str]) -> str | None:
    """Return the one of `known` that `word` may be a misspelling of, or None."""
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), None)


def suggestion(word: str, known: Sequence[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the closest of `known`, or ``""``."""
    close = closest(word, known)
    return f"; did you mean '{close}'?" if close else ""
