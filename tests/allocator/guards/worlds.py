"""Small worlds with one planted oddity each, and laws to put them under."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from allocator.framework import Framework, load_framework
from allocator.guards import Situation
from allocator.guards.situation import Process, Reserve

BASIS = {"status": "none", "note": "a test"}


def law(folder: Path, tiers: Sequence[dict[str, Any]], **parts: Any) -> Framework:
    """Read a framework with these tiers, ranked in their order."""
    written = [
        {"rank": rank, "name": {"en": f"Tier {rank}", "nl": f"Klasse {rank}"}, "rule": "leximin", "basis": BASIS} | tier
        for rank, tier in enumerate(tiers, 1)
    ]
    for guarantee in parts.get("guarantees", ()):
        guarantee["basis"] = BASIS
    content = {"framework": "law", "status": "concept", "owner": "ministry", "tiers": written, "reserves": {"draw": {"default": 1}}} | parts
    path = folder / "law.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return load_framework(path)


def planted(folder: Path) -> dict[str, tuple[str, set[str], Situation]]:
    """Return by name the guard that must find something in a world, the causes that it must name, and the world, with bystanders."""
    one = law(folder, [{"sectors": ["a", "b", "c"]}])
    three = law(folder, [{"sectors": ["a"]}, {"sectors": ["b"]}, {"sectors": ["c"]}])
    bystanders = {"NLD/a/gas": 2.0, "NLD/b/gas": 3.0}
    gas = {"NLD/gas": (4.0,)}
    joint = Process("NLD", 1.0, {"boron": 1.0, "oxide": 1.0}, {"magnet": 1.0})
    bayer = Process("NLD", 1.0, {"bauxite": 1.0}, {"alumina": 1.0, "gallium": 0.5})
    press = {"press": Process("NLD", 3.0, {"metal": 1.0}, {"part": 1.0})}
    hub = {"NLD/BEL/metal": 1.0, "NLD/DEU/metal": 0.8}
    return {
        "complement": (
            "crisis_deepens",
            {"complement"},
            Situation(
                one,
                {"NLD/a/magnet": 1.0, "NLD/b/boron": 1.0, **bystanders},
                {"NLD/oxide": (1.0,), "NLD/boron": (1.0,), **gas},
                processes={"sintering": joint},
            ),
        ),
        "route": ("crisis_deepens", {"lanes"}, Situation(one, {"BEL/a/metal": 1.0, "DEU/a/metal": 1.0}, {"NLD/metal": (1.0,)}, lanes=hub)),
        "by_product": (
            "claim_withdrawn",
            {"by_product"},
            Situation(
                three,
                {"NLD/a/alumina": 1.0, "NLD/b/bauxite": 1.0, "NLD/c/gallium": 1.0, **bystanders},
                {"NLD/bauxite": (1.0,), **gas},
                processes={"bayer": bayer},
            ),
        ),
        "narrow_reserves": (
            "claim_withdrawn",
            {"narrow_reserve"},
            Situation(
                law(folder, [{"sectors": ["a"]}, {"sectors": ["b"]}], reserves={"draw": {"wide": 2, "default": 1}}),
                {"DEU/a/metal": 1.0, "NLD/b/metal": 1.0, "NLD/b/gas": 3.0},
                gas,
                reserves={"deu": Reserve("DEU", "metal", 1.0), "nld": Reserve("NLD", "metal", 1.0), "wide": Reserve("DEU", "metal", 1.0)},
            ),
        ),
        "stopped": (
            "crisis_deepens",
            {"chain"},
            Situation(one, {"NLD/a/metal": 1.0, "NLD/b/part": 3.0}, {"NLD/metal": (2.0,)}, processes=press),
        ),
        "inflation_in_a_chain": (
            "claim_inflated",
            {"chain", "shared"},
            Situation(one, {"NLD/a/metal": 3.0, "NLD/b/part": 3.0, "NLD/b/gas": 2.0}, {"NLD/metal": (2.0,), **gas}, processes=press),
        ),
        "inflation": ("claim_inflated", {"shared"}, Situation(one, {"NLD/a/metal": 100.0, "NLD/b/metal": 100.0}, {"NLD/metal": (100.0,)})),
        "restraint": (
            "restraint_hidden",
            {"restraint"},
            Situation(one, {"NLD/a/metal": 4.0, "NLD/b/metal": 4.0}, {"NLD/metal": (4.0,)}, restraint={"a/metal": 0.2}),
        ),
        "guarantee": (
            "rank_reversed",
            {"guarantee"},
            Situation(
                law(folder, [{"sectors": ["a"]}, {"sectors": ["b"]}], guarantees=[{"sector": "b", "commodity": "metal", "share": 0.5}]),
                {"NLD/a/metal": 4.0, "NLD/b/metal": 4.0, "NLD/b/gas": 1.0},
                {"NLD/metal": (4.0,), **gas},
            ),
        ),
        "lower_guarantee": (
            "lower_ranks_matter",
            {"guarantee"},
            Situation(
                law(folder, [{"sectors": ["a"]}, {"sectors": ["b"]}], guarantees=[{"sector": "b", "commodity": "metal", "share": 0.5}]),
                {"NLD/a/metal": 4.0, "NLD/b/metal": 4.0},
                {"NLD/metal": (4.0,)},
            ),
        ),
        "cap": (
            "rank_reversed",
            {"cap"},
            Situation(
                law(folder, [{"sectors": ["a"], "cap": 0.5}, {"sectors": ["b"]}]),
                {"NLD/a/metal": 4.0, "NLD/b/metal": 4.0},
                {"NLD/metal": (4.0,)},
            ),
        ),
        "cap_of_a_sector": (
            "rank_reversed",
            {"cap"},
            Situation(
                law(folder, [{"sectors": ["a"]}, {"sectors": ["b"]}], caps=[{"sector": "a", "share": 0.5, "basis": BASIS}]),
                {"NLD/a/metal": 4.0, "NLD/b/metal": 4.0, "NLD/b/gas": 1.0},
                {"NLD/metal": (4.0,), **gas},
            ),
        ),
        "satisfied": (
            "rank_reversed",
            {"satisfied"},
            Situation(
                law(folder, [{"sectors": ["a"], "satisfied_at": 0.5}, {"sectors": ["b"]}]),
                {"NLD/a/metal": 4.0, "NLD/b/metal": 4.0},
                {"NLD/metal": (4.0,)},
            ),
        ),
        "whole_numbers": (
            "equals_unequal",
            {"integer"},
            Situation(
                one,
                {"NLD/a/metal": 4.0, "NLD/b/metal": 4.0, **bystanders},
                {"NLD/metal": (4.0,), **gas},
                minimums={"NLD/a/metal": 0.75, "NLD/b/metal": 0.75, "NLD/a/gas": 0.5},
            ),
        ),
        "plant_stands_still": (
            "crisis_deepens",
            {"integer"},
            Situation(
                law(folder, [{"sectors": ["a"]}, {"sectors": ["b"]}]),
                {"NLD/a/metal": 4.0, "NLD/b/metal": 4.0, "NLD/b/gas": 1.0},
                {"NLD/metal": (4.0,), **gas},
                minimums={"NLD/a/metal": 0.75},
            ),
        ),
        "guard": (
            "lower_ranks_matter",
            {"guard"},
            Situation(
                law(folder, [{"sectors": ["a"]}, {"sectors": ["b"]}], sharing={"no_member_worse_off": True}),
                {"DEU/a/metal": 4.0, "NLD/b/metal": 4.0, "NLD/b/gas": 1.0},
                {"NLD/metal": (4.0,), **gas},
                lanes={"NLD/DEU/metal": 4.0},
            ),
        ),
        "soft_priorities": (
            "equals_unequal",
            {"soft_priorities"},
            Situation(
                law(folder, [{"sectors": ["a", "b"], "rule": "soft_priorities", "width": 2, "priorities": {"a": 1, "b": 0}}]),
                {"NLD/a/metal": 4.0, "NLD/b/metal": 4.0},
                {"NLD/metal": (4.0,)},
            ),
        ),
        "weighted": (
            "equals_unequal",
            {"weighted"},
            Situation(
                law(folder, [{"sectors": ["a", "b"], "rule": "weighted"}]),
                {"NLD/a/metal": 4.0, "NLD/b/metal": 4.0},
                {"NLD/metal": (4.0,)},
                harm={"a/metal": {1.0: 2.0}, "b/metal": {1.0: 1.0}},
            ),
        ),
        "delegated": (
            "equals_unequal",
            {"delegated"},
            Situation(
                law(folder, [{"sectors": ["a", "b"], "delegated": "region", "orders": {"NLD": [["b"], ["a"]]}}]),
                {"NLD/a/metal": 4.0, "NLD/b/metal": 4.0},
                {"NLD/metal": (4.0,)},
            ),
        ),
    }
