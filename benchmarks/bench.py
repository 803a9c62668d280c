"""One run of the benchmarks: what is measured, and ratios of what was measured side by side."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.measure import Measurement, measure

#: Phases that bring a model from tables in memory into the solver.
BUILD = ("build", "hand over")
#: Results that differ by more than this, relative to max(1, |value|), are not the same answer.
SAME = 1e-6
#: Whose values the others are compared with: every program of it is certified. Were it wrong, all others would show it.
REFERENCE = "allocator_ranked"


#: Peers whose answer is not meant to be the ranked one, and why.
OTHER_JOB = {"allocator": "does more", "plain_lp": "not ranked"}


@dataclass(frozen=True)
class Plan:
    """Peers measured one after the other on one instance, `repeats` times, each within `limit` seconds."""

    size: str
    peers: Sequence[str]
    repeats: int
    limit: float


@dataclass(frozen=True)
class Figure:
    """One row of the results.

    Attributes:
        name, size: what, and on which instance.
        ratio: median; None where it could not be measured.
        spread: least and greatest; None without a ratio.
        target: the ratio is met at or below it; None where there is no target.
        note: what to know when reading it, above all that a peer hit its time limit, so that the true ratio is lower.
    """

    name: str
    size: str
    ratio: float | None
    spread: tuple[float, float] | None
    target: float | None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without ratio or target."""
        return None if self.ratio is None or self.target is None else self.ratio <= self.target


@dataclass
class Bench:
    """Measurements of one run.

    Attributes:
        quick: only what fits in three minutes.
        measured: by size and peer, one entry per repeat.
        sessions: seconds and counts of the what-if session, by name.
        runs: seconds of whole runs by size and phase, one entry per repeat.
        claims: seconds of dividing among a million claimants, by rule.
        cancelled: seconds from cancelling a solve until it has stopped.
        page: seconds from a move to the redrawn page, in one browser and in the last of several.
    """

    quick: bool
    measured: dict[str, dict[str, list[Measurement]]] = field(default_factory=dict)
    sessions: dict[str, list[float]] = field(default_factory=dict)
    runs: dict[str, list[Mapping[str, float]]] = field(default_factory=dict)
    claims: dict[str, list[float]] = field(default_factory=dict)
    cancelled: dict[str, list[float]] = field(default_factory=dict)
    page: dict[str, list[float]] = field(default_factory=dict)

    def carry_out(self, plan: Plan) -> None:
        """Measure side by side; a peer that failed or hit its limit is not asked again."""
        done = self.measured.setdefault(plan.size, {})
        for repeat in range(plan.repeats):
            for peer in plan.peers:
                known = done.setdefault(peer, [])
                if known and known[-1].fault:
                    continue
                known.append(measure(peer, plan.size, plan.limit))
                last = known[-1]
                print(
                    f"{plan.size} {repeat + 1}/{plan.repeats} {peer}: {last.fault or 'done'} {last.of():.2f} s", file=sys.stderr, flush=True
                )

    def of(self, size: str, peer: str) -> list[Measurement]:
        """Return what was measured, empty when nothing was."""
        return self.measured.get(size, {}).get(peer, [])

    def ratios(
        self,
        name: str,
        sizes: Iterable[str],
        above: tuple[str, Callable[[Measurement], float]],
        below: tuple[str, Callable[[Measurement], float]],
        target: float | None,
    ) -> list[Figure]:
        """Return a figure per size: what one peer took over what another took, repeat by repeat.

        A phase that a peer below did not reach within its limit counts as the limit, which makes the ratio an upper bound and is noted.
        """
        return [self._ratio(name, size, above, below, target) for size in sizes if size in self.measured]

    def _ratio(self, name: str, size: str, above: Side, below: Side, target: float | None) -> Figure:
        pairs, note = [], ""
        for ours, theirs in zip(self.of(size, above[0]), _last_again(self.of(size, below[0]), self.of(size, above[0])), strict=False):
            try:
                top = above[1](ours)
            except KeyError:
                return Figure(name, size, None, None, target, f"{above[0]}: {ours.fault}")
            try:
                bottom = below[1](theirs)
            except KeyError:
                if theirs.fault != "time limit":
                    return Figure(name, size, None, None, target, f"{below[0]}: {theirs.fault}")
                bottom, note = theirs.limit, f"{below[0]} hit its limit of {theirs.limit:g} s: the ratio is lower than this"
            pairs.append(top / bottom)
        off = self.deviation(size, below[0])
        if off is not None and off > SAME and below[0] not in OTHER_JOB:
            note = f"{below[0]} gives another answer (off by {off:.0e}): the ratio means nothing"
        return figure(name, size, pairs, target, note)

    def deviation(self, size: str, peer: str) -> float | None:
        """Return how far a peer's stage values lie from the reference at most, relative to max(1, |value|); None without values."""
        reference = next((one.values for one in self.of(size, REFERENCE) if one.values), None)
        own = [one.values for one in self.of(size, peer) if one.values]
        if reference is None or not own:
            return None
        return max(abs(values[stage] - true) / max(1.0, abs(true)) for values in own for stage, true in reference.items())


Side = tuple[str, Callable[[Measurement], float]]


def _last_again(known: list[Measurement], like: list[Measurement]) -> list[Measurement]:
    """Return as many measurements as `like` has: one that was not repeated stands for all repeats."""
    return [*known, *known[-1:] * (len(like) - len(known))]


def figure(name: str, size: str, ratios: Sequence[float], target: float | None, note: str = "") -> Figure:
    """Return the figure of some ratios."""
    if not ratios:
        return Figure(name, size, None, None, target, note or "not measured in this run")
    return Figure(name, size, median(ratios), (min(ratios), max(ratios)), target, note)


def building(one: Measurement) -> float:
    """Return the seconds from tables in memory to a model in the solver."""
    return one.of(*BUILD)


def solving(one: Measurement) -> float:
    """Return the seconds of all stages, splitting in parts included; a peer that did not finish has none."""
    if one.fault:
        raise KeyError(one.fault)
    return one.of() - one.of(*(phase for phase in BUILD if phase in one.seconds))


def all_of(one: Measurement) -> float:
    """Return the seconds of everything."""
    if one.fault:
        raise KeyError(one.fault)
    return one.of()


def memory(one: Measurement) -> float:
    """Return the peak in GB when the model stands in the solver."""
    return one.peak["hand over"]
