"""What confirms the search for whole numbers: ``make evidence NAMES=integers`` tries every way, ``NAMES=integers-cbc`` another solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.reference import cbc, integers
from tests.reference.integers import Tried

#: What is compared of the ways, by the first words of stages.
COMPARED: Mapping[str, tuple[str, ...]] = {
    "guarantee": ("guarantee",),
    "coverage": ("rule", "harm", "coverage"),
    "restraint": ("restraint",),
    "draw": ("draw",),
    "cost": ("cost",),
    "steadiness": ("steadiness",),
}


def of_ways() -> dict[str, Any]:
    """Return what trying every way finds, by kind of instance."""
    kinds = []
    for kind, (what, count, _) in integers.KINDS.items():
        found = list(integers.drawn(kind, integers.FIRST, count))
        kinds.append({"kind": kind, "what": what, **_tried(found)})
    return {"tolerance": integers.CLOSE, "kinds": kinds}


def _tried(found: Sequence[Tried]) -> dict[str, Any]:
    apart = {
        name: [far for one in found for stage, far in one.apart.items() if stage.split()[0] in words] for name, words in COMPARED.items()
    }
    return {
        "instances": len(found),
        "seeds": [found[0].seed, found[-1].seed],
        "ways": {"all": sum(one.ways for one in found), "possible": sum(one.possible for one in found)},
        "most": max(one.possible for one in found),
        "whole": {
            kind: {"cases": sum(kind in one.kinds for one in found), "chosen": sum(one.kinds.get(kind, False) for one in found)}
            for kind in integers.WHOLE
        },
        "compared": {name: len(every) for name, every in apart.items()},
        "largest": {name: float(f"{max(every, default=0.0):.1e}") for name, every in apart.items()},
        "slack": {str(slack): count for slack, count in Counter(one.slack for one in found).items()},
        "behind": [f"seed {one.seed}: {one.behind}" for one in found if one.behind],
    }


def of_cbc() -> dict[str, Any]:
    """Return what CBC finds in each search of shipped scenarios with minimums laid over them."""
    found = {name: cbc.of_shipped(name) for name in cbc.SHIPPED}
    return {"tolerance": cbc.CLOSE, "scenarios": {name: [_stage(one) for one in stages] for name, stages in found.items()}}


def _stage(stage: cbc.Stage) -> dict[str, Any]:
    figures = {name: float(f"{getattr(stage, name):.9g}") for name in ("engine", "cbc")}
    apart = float(f"{stage.apart:.1e}")
    return {"stage": stage.name, "columns": stage.columns, "whole": stage.whole, **figures, "apart": apart, "proven": stage.proven}


#: What is compared, by the name of its evidence.
BY_NAME: Mapping[str, Callable[[], dict[str, Any]]] = {"integers": of_ways, "integers-cbc": of_cbc}


def page(found: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the blocks of the page, by their marks, from the figures by name of the evidence."""
    return {"found": _ways_shown(found["integers"]), "cbc": _cbc_shown(found["integers-cbc"])}


def _ways_shown(found: Mapping[str, Any]) -> str:
    kinds = found["kinds"]
    total, behind = sum(row["instances"] for row in kinds), [one for row in kinds for one in row["behind"]]
    same = sum(row["slack"].get(str(integers.SLACKS[0]), 0) for row in kinds)
    sizes = [
        (row["kind"], row["what"], str(row["instances"]), *(f"{row['ways'][name]:,}" for name in ("all", "possible")), str(row["most"]))
        for row in kinds
    ]
    counts = {name: sum(row["compared"][name] for row in kinds) for name in COMPARED}
    wholes = [(kind, *(str(sum(row["whole"][kind][what] for row in kinds)) for what in ("cases", "chosen"))) for kind in integers.WHOLE]
    apart = [(name, str(count), *(f"{row['largest'][name]:.1e}" for row in kinds)) for name, count in counts.items()]
    return "\n".join(
        [
            f"**{total} cases, {total - len(behind)} agree.** Values may differ by {found['tolerance']:g}; {same} cases were compared with "
            "the slack of the engine, the others with another.",
            "",
            *_table(("cases", "what they are", "number", "ways", "with a plan", "most in a case"), sizes, words=2),
            "",
            "In how many cases ways with a plan differ in what comes in whole numbers, and how many of them choose some of it:",
            "",
            *_table(("whole numbers", "cases", "chosen"), wholes),
            "",
            "The largest difference of each kind of stage:",
            "",
            *_table(("stage", "compared", *(row["kind"] for row in kinds)), apart),
            *(f"\nBehind: {one}" for one in behind),
        ]
    )


def _cbc_shown(found: Mapping[str, Any]) -> str:
    scenarios = found["scenarios"]
    stages = [stage for own in scenarios.values() for stage in own]
    agree = sum(stage["apart"] <= found["tolerance"] for stage in stages)
    lines = [f"**{len(scenarios)} scenarios, {len(stages)} searches, {agree} agree.** Values may differ by {found['tolerance']:g}."]
    for name, own in scenarios.items():
        lines += ["", f"`{name}`, with {'; '.join(_laid(*one) for one in cbc.SHIPPED[name])}:", ""]
        lines += _table(("search", "columns", "whole", "engine", "CBC", "apart"), [_row(stage) for stage in own])
    return "\n".join(lines)


def _row(stage: Mapping[str, Any]) -> tuple[str, ...]:
    name, values = stage["stage"].removeprefix("integers, "), (f"{stage[solver]:.6g}" for solver in ("engine", "cbc"))
    return (name, f"{stage['columns']:,}", str(stage["whole"]), *values, f"{stage['apart']:.1e}")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> list[str]:
    """Return a table whose first columns are words, the others figures."""
    line = ["---"] * words + ["---:"] * (len(heads) - words)
    return [f"| {' | '.join(cells)} |" for cells in (heads, line, *rows)]


def _laid(sector: str, good: str, share: float, regions: str, days: int) -> str:
    where = "everywhere" if regions == "all" else f"in {regions.strip('[]')}"
    still = f", {days} days still once stopped" if days else ""
    return f"at least {share:.0%} for `{sector}` of `{good}` {where}{still}"
