"""Every kind has its place in the pages, and what the pages print can be read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from allocator.scenario import DISRUPTIONS, LEVERS
from tests.allocator.scenario.world import PLAIN, World

ROOT = Path(__file__).parents[2]
HOW_TO = ROOT / "docs" / "how-to"


def blocks(name: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (HOW_TO / name).read_text(encoding="utf-8"), flags=re.DOTALL)


def page_of(kind: str) -> str:
    return f"levers/{kind.replace('_', '-')}.md" if kind in LEVERS else "scenario-file.md"


@pytest.mark.parametrize("kind", [*DISRUPTIONS, *LEVERS])
def test_every_kind_has_its_place_with_an_example_that_loads(kind: str, world: World) -> None:
    assert kind in LEVERS or f"### {kind}\n" in (HOW_TO / page_of(kind)).read_text(encoding="utf-8")
    (example,) = [block for block in blocks(page_of(kind)) if block.startswith(f"{{kind: {kind},")]
    key = "levers" if kind in LEVERS else "disruptions"
    scenario = world.load(f"{PLAIN}{key}:\n  - {example}")
    (read,) = getattr(scenario, key)
    assert {"kind": kind, **read.EXAMPLE} == json.loads(read.model_dump_json(exclude_unset=True))
