"""The sentences of explanations on random instances, confirmed from scratch: ``make evidence NAMES=reasons``, and the others `BY_NAME`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

from tests.allocator.explain import forced, worlds
from tests.allocator.explain.independent import TOLERANCE, Check, checks

#: Seeds of the instances; those with an odd one have tiers of other rules.
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


def of_reasons(seed: int) -> Iterator[Check]:
    """Yield the sentences of an explanation on one instance."""
    return checks(seed, horizon=2, regions=2, rules=seed % 2 == 1)


def of_rules(seed: int) -> Iterator[Check]:
    """Yield prices of two rules, and the least change, in one world with a law."""
    return worlds.checks(seed, rules=2)


def checked(sentences: Callable[[int], Iterator[Check]], seed: int) -> list[Check]:
    """Return every sentence on one instance beside its check."""
    return list(sentences(seed))


def figures(sentences: Callable[[int], Iterator[Check]], seeds: Iterable[int] = SEEDS) -> dict[str, Any]:
    """Return how many sentences of each kind were checked, how far off the worst is, and those that are wrong."""
    with ProcessPoolExecutor(2) as pool:
        return summed(list(pool.map(partial(checked, sentences), seeds)))


def summed(found: list[list[Check]]) -> dict[str, Any]:
    """Return the figures of the checks of some instances."""
    by_kind: dict[str, list[float]] = defaultdict(list)
    for check in (check for own in found for check in own):
        by_kind[check.kind].append(check.apart)
    wrong = [f"{check.what}: {check.apart:.1e}" for own in found for check in own if not check.apart <= TOLERANCE]
    return {
        "tolerance": TOLERANCE,
        "instances": len(found),
        "without_cut": sum(not own for own in found),
        "kinds": {kind: {"checked": len(by_kind[kind]), "largest": float(f"{max(by_kind[kind]):.1e}")} for kind in SAYS if kind in by_kind},
        "wrong": wrong,
    }


#: What is checked, by the name of its evidence.
BY_NAME: Mapping[str, Callable[[], dict[str, Any]]] = {
    "reasons": partial(figures, of_reasons),
    "reasons-ranges": partial(figures, forced.checks),
    "reasons-rules": partial(figures, of_rules),
}


def shown(found: Mapping[str, Any]) -> str:
    """Return the figures as the page shows them."""
    rows = [f"| {SAYS[kind]} | {one['checked']:,} | {one['largest']:.1e} |" for kind, one in found["kinds"].items()]
    total = sum(one["checked"] for one in found["kinds"].values())
    return "\n".join(
        [
            f"**{found['instances']} instances, {total:,} sentences, {len(found['wrong'])} wrong.** "
            f"Coverages may differ by {found['tolerance']:g}"
            + (f"; {found['without_cut']} instances cut nobody." if found["without_cut"] else "."),
            "",
            "| sentence | checked | largest difference |",
            "| --- | ---: | ---: |",
            *rows,
            *(f"\nWrong: {one}" for one in found["wrong"]),
        ]
    )
