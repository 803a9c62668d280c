"""A framework file that can be written and its faults read."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.closed import KnownIds
from allocator.errors import InvalidInput
from allocator.framework import Framework, load_framework

PLAIN = """\
framework: plain
status: concept
owner: somebody
tiers:
  - rank: 1
    name: {en: First, nl: Eerste}
    sectors: [defence, health]
    rule: leximin
    basis: {status: none, note: none yet}
  - rank: 2
    name: {en: Second, nl: Tweede}
    sectors: [packaging]
    rule: leximin
    basis: {status: none, note: none yet}
"""


class Laws:
    """Writes a framework into a folder and reads it back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, text: str, ids: KnownIds | None = None) -> Framework:
        path = self.folder / "f.yaml"
        path.write_text(text, encoding="utf-8")
        return load_framework(path, ids)

    def faults(self, text: str, ids: KnownIds | None = None) -> list[str]:
        with pytest.raises(InvalidInput) as error:
            self.load(text, ids)
        return [str(finding).replace(f"{self.folder}/", "") for finding in error.value.findings]

    def fault(self, text: str) -> str:
        (only,) = self.faults(text)
        return only
