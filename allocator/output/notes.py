"""Notes beside CSV files, whose columns are fixed: the classification of own figures, and that the answer may differ."""

from __future__ import annotations

from allocator.output.folder import LABEL, MAY_DIFFER
from allocator.report.language import CODES, Language
from allocator.report.sections._plants import limited


def notes(classification: str, may_differ: bool) -> dict[str, bytes]:
    """Return the notes by name of their file: none without a classification, none for an answer that is the same every time."""
    label = {LABEL: f"{classification}\n".encode()} if classification else {}
    return label | ({MAY_DIFFER: f"{in_both_languages()}\n".encode()} if may_differ else {})


def in_both_languages() -> str:
    """Return that the search was limited in time, in English and Dutch, a line each."""
    return "\n".join(limited(Language(code)) for code in CODES)
