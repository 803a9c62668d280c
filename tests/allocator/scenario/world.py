"""A folder with a baseline, in which scenario files can be written and their faults read."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.errors import InvalidInput
from allocator.scenario import Scenario, load_scenario

PLAIN = """\
scenario: plain
baseline: small
framework: equal_cut
horizon: {start: 2026-03, periods: 12, period: month}
"""


class World:
    """Writes files into one folder and reads them back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "baseline" / "small").mkdir(parents=True)
        (folder / "baseline" / "small" / "commodities.csv").write_text("commodity\n")

    def write(self, text: str, name: str = "s.yaml") -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def load(self, text: str, *overrides: str) -> Scenario:
        return load_scenario(self.write(text), overrides)

    def faults(self, text: str, *overrides: str) -> list[str]:
        with pytest.raises(InvalidInput) as error:
            self.load(text, *overrides)
        return [str(finding).replace(f"{self.folder}/", "") for finding in error.value.findings]

    def fault(self, text: str, *overrides: str) -> str:
        (only,) = self.faults(text, *overrides)
        return only
