"""The page of results."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from statistics import median

from benchmarks.bench import OTHER_JOB, REFERENCE, SAME, Bench, Figure, building, solving
from benchmarks.instances import SIZES
from benchmarks.measure import Measurement
from benchmarks.registry import FIGURES, PEERS

PACKAGES = ("stockpile-allocator", "highspy", "pyomo", "linopy", "pulp", "numpy", "pandas", "scipy")
OURS = "allocator_ranked"
#: Headings of the last two sections.
WHOLE_RUNS, SESSIONS = "## A whole run by phase", "## A what-if session"


def page(bench: Bench, figures: list[Figure], seconds: float) -> str:
    """Return the page of one run."""
    return "\n".join(_lines(bench, figures, seconds)) + "\n"


def _lines(bench: Bench, figures: list[Figure], seconds: float) -> Iterator[str]:
    yield "# Benchmark results"
    yield ""
    kind, target = ("quick", "bench-quick") if bench.quick else ("full", "bench")
    yield f"Written by one {kind} run of {seconds / 60:.0f} minutes (`make {target}`). Compare ratios, not seconds:"
    yield "all that is compared was measured side by side, each measurement in a process of its own after a tiny job off the record, with"
    yield "one HiGHS thread; `allocator` and `allocator_ranked` solve two connected parts at a time, as shipped."
    yield ""
    yield (
        f"Python {platform.python_version()}, {os.cpu_count()} processors, "
        + ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
        + "."
    )
    yield ""
    yield "## Figures"
    yield ""
    yield "A target is met at or below it. For absolute targets the ratio is measured over target. The spread is least to greatest."
    yield ""
    yield from _table(
        ("figure", "size", "ratio", "spread", "target", "met", "note"),
        map(cells_of, figures),
    )
    yield ""
    for name in sorted(FIGURES):
        yield f"- `{name}`: {about(FIGURES[name])}"
    yield ""
    yield from _peers(bench)
    yield from _growth(bench)
    yield from whole_runs(bench)
    yield from _sessions(bench)


def cells_of(one: Figure) -> list[str]:
    """Return the row of a figure on the page."""
    return [one.name, one.size, _number(one.ratio), _spread(one), _number(one.target), _verdict(one), one.note]


def _peers(bench: Bench) -> Iterator[str]:
    yield "## The same ranked job by peers"
    yield ""
    yield "Three tiers by total shortfall in shares of each commodity's yardstick, then cost. Ratios of the median to that of"
    yield "`allocator_ranked`; *off* is the largest relative difference of a stage's value, in the final plan, from that of"
    yield f"`{REFERENCE}`, whose every program is certified: an answer counts as the same up to {SAME:g}."
    yield ""
    for name in sorted(PEERS):
        yield f"- `{name}`: {about(PEERS[name])}"
    yield ""
    yield "![Seconds over columns](results.svg)"
    yield ""
    for size in bench.measured:
        own = [one for one in bench.of(size, OURS) if not one.fault]
        columns = f"{own[0].columns:,} columns, {own[0].rows:,} rows" if own else "not solved within the limit"
        yield f"### {size}: {SIZES[size].about} ({columns})"
        yield ""
        rows = ([peer, *_peer_row(bench, size, peer)] for peer in bench.measured[size])
        yield from _table(("peer", "build", "stages", "peak GB", "off", "same answer"), rows)
        yield ""


def _peer_row(bench: Bench, size: str, peer: str) -> list[str]:
    measured, ours = bench.of(size, peer), bench.of(size, OURS)
    last = measured[-1]
    fault = f"{last.fault} ({last.limit:g} s)" if last.fault == "time limit" else last.fault
    peak = f"{max(one.peak.get('hand over', one.peak.get('build', 0.0)) for one in measured):.2f}"
    off, verdict = bench.deviation(size, peer), OTHER_JOB.get(peer, "")
    if not verdict and off is not None:
        verdict = "yes" if off <= SAME else "**no**"
    if not last.says_optimal:
        verdict += ", the solver gave up on a stage"
    built = "" if peer == "allocator" else _ratio_of(measured, ours, building)
    solved = _ratio_of(measured, ours, solving)
    return [built, fault or solved, peak, "" if off is None or peer in OTHER_JOB else f"{off:.0e}", verdict]


def _ratio_of(measured: list[Measurement], ours: list[Measurement], seconds: Callable[[Measurement], float]) -> str:
    try:
        return _number(median(seconds(one) for one in measured) / median(seconds(one) for one in ours))
    except (KeyError, ZeroDivisionError):
        return ""


def _growth(bench: Bench) -> Iterator[str]:
    yield "## Growth"
    yield ""
    yield "`allocator_ranked`, medians; seconds only show where the time goes."
    yield ""
    phases = ("build", "hand over", "parts", "stages")
    rows = []
    for size in ("S", "M", "L", "XL"):
        done = [one for one in bench.of(size, OURS) if "build" in one.seconds]
        if done:
            shown = [_seconds(one.seconds.get(phase) for one in done) for phase in phases]
            rows.append(
                [size, f"{done[0].columns:,}" if done[0].columns else "", *shown, f"{max(max(one.peak.values()) for one in done):.2f}"]
            )
    yield from _table(("size", "columns", *phases, "peak GB"), rows)
    yield ""


def whole_runs(bench: Bench) -> Iterator[str]:
    """Yield the lines on whole runs, by phase and by stage."""
    yield WHOLE_RUNS
    yield ""
    yield "Seconds, medians: the command on the Hormuz scenario as a fresh process (`total` is by the clock, start of the program"
    yield "included), and the crisis of the benchmarks by size; `explain` includes decoding, done once more for its own figure, and the"
    yield "audit, `report` all files."
    yield ""
    phases = ("load", "compile", "build", "solve", "decode", "explain", "report", "total")
    rows = [[size, *(_seconds(run.get(phase) for run in runs) for phase in phases)] for size, runs in bench.runs.items() if runs]
    yield from _table(("run", *phases), rows)
    yield ""
    yield "Seconds of every stage, of both solving threads together, its proofs included."
    yield ""
    stages = dict.fromkeys(key for runs in bench.runs.values() for run in runs for key in run if key.startswith("stage "))
    by_stage = [[key.removeprefix("stage "), *(_seconds(run.get(key) for run in runs) for runs in bench.runs.values())] for key in stages]
    yield from _table(("stage", *bench.runs), by_stage)


def _sessions(bench: Bench) -> Iterator[str]:
    if bench.sessions:
        whole = median(bench.sessions["whole"])
        yield ""
        yield SESSIONS
        yield ""
        solved = bench.sessions["solve"]
        yield f"A slider moved {len(solved)} times, by two ways; solving {median(solved):.3g} s, from setting to decoded answer"
        yield f"{whole:.3g} s (medians)."


def _table(head: tuple[str, ...], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def about(entry: object) -> str:
    return " ".join((entry.__doc__ or "").split())


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def _seconds(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{median(known):.3g}" if known else ""


def _spread(one: Figure) -> str:
    return "" if one.spread is None else f"{one.spread[0]:.3g} to {one.spread[1]:.3g}"


def _verdict(one: Figure) -> str:
    return "" if one.met is None else "yes" if one.met else "**no**"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
