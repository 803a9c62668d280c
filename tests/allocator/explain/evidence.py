"""The sentences of explanations on random instances, confirmed from scratch: ``make evidence NAMES=reasons``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from tests.allocator.explain import forced, worlds
from tests.allocator.explain.independent import TOLERANCE, Check, checks

#: Seeds of the instances; those with an odd one have tiers of other rules. The worlds with laws have the same numbers.
SEEDS = range(20_000, 20_200)
SAYS = {
    "moved": "a step of a limit does this, to everybody",
    "supply": "so much more supply suffices",
    "none supply": "no supply that was tried suffices",
    "guarantee": "this guarantee suffices",
    "none guarantee": "no guarantee suffices",
    "cap": "this cap suffices",
    "none cap": "no cap suffices",
    "rank": "this class suffices",
    "none rank": "no class suffices",
    "claim": "no plan gives this claim more and no other less",
    "open": "a flow can be this, and no more or less, with nobody the worse",
    "settled": "a flow can be nothing else",
    "rule": "this rule gives and takes this, of everybody",
    "change": "this change of the framework suffices",
}
#: Rules of each world whose price is checked.
RULES = 2


def checked(seed: int) -> list[Check]:
    """Return every sentence on one instance, and on the world with a law of the same number, beside its check."""
    return [
        *checks(seed, horizon=2, regions=2, rules=seed % 2 == 1),
        *forced.checks(seed),
        *worlds.checks(seed, rules=RULES),
    ]


def figures(seeds: Iterable[int] = SEEDS) -> dict[str, Any]:
    """Return how many sentences of each kind were checked, how far off the worst is, and those that are wrong."""
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(checked, seeds))
    by_kind: dict[str, list[float]] = defaultdict(list)
    for check in (check for own in found for check in own):
        by_kind[check.kind].append(check.apart)
    wrong = [f"{check.what}: {check.apart:.1e}" for own in found for check in own if not check.apart <= TOLERANCE]
    return {
        "tolerance": TOLERANCE,
        "instances": len(found),
        "without_cut": sum(not any(check.kind == "moved" for check in own) for own in found),
        "kinds": {kind: {"checked": len(by_kind[kind]), "largest": float(f"{max(by_kind[kind]):.1e}")} for kind in SAYS if kind in by_kind},
        "wrong": wrong,
    }


def shown(found: Mapping[str, Any]) -> str:
    """Return the figures as the page shows them."""
    rows = [f"| {SAYS[kind]} | {one['checked']:,} | {one['largest']:.1e} |" for kind, one in found["kinds"].items()]
    total = sum(one["checked"] for one in found["kinds"].values())
    return "\n".join(
        [
            f"**{found['instances']} instances, {total:,} sentences, {len(found['wrong'])} wrong.** "
            f"Coverages may differ by {found['tolerance']:g}; "
            f"{found['without_cut']} instances cut nobody.",
            "",
            "| sentence | checked | largest difference |",
            "| --- | ---: | ---: |",
            *rows,
            *(f"\nWrong: {one}" for one in found["wrong"]),
        ]
    )
