"""Searching crises for oddities: what is found, its smallest example, and its cause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from allocator.guards.answer import Answers
from allocator.guards.features import FEATURES, features_of
from allocator.guards.kinds import GUARDS
from allocator.guards.kinds._base import Guard, Trial
from allocator.guards.shrink import Example, examine, shrink
from allocator.guards.situation import Situation

#: Crises that are looked at together.
CHUNK = 25
#: Examples shrunk for one guard, each of another cause if there is one: what is left then is only counted.
MOST_CAUSES = 5
#: Told how many crises are done, of how many, and what is being done.
Tell = Callable[[int, int, str], None]


def quiet(_done: int, _of: int, _what: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Fact:
    """One kind of oddity with one cause.

    Attributes:
        guard: name of the guard.
        causes: names of the features of which each must be there; none when no single one is to blame.
        crises: numbers of the crises in which it was found with this cause.
        example: the smallest that was found.
        forbidden: it breaks a law of formulation 9, which is a defect of the program.
    """

    guard: str
    causes: tuple[str, ...]
    crises: tuple[int, ...]
    example: Example
    forbidden: bool


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        crises: how many were looked at.
        comparisons: by guard, how many changes were tried.
        odd: by guard, in how many crises something was found.
        facts: the smallest example of each kind and cause; those that break a law first.
        refused: crises to which the engine refused to show an answer.
        solved: how many different problems were solved.
    """

    crises: int
    comparisons: dict[str, int]
    odd: dict[str, int]
    facts: tuple[Fact, ...]
    refused: tuple[int, ...]
    solved: int

    @property
    def failures(self) -> tuple[Fact, ...]:
        """What breaks a law."""
        return tuple(fact for fact in self.facts if fact.forbidden)


def search(situations: Sequence[Situation], tell: Tell = quiet, answers: Answers | None = None) -> Found:
    """Look through crises with every guard, and find the smallest example of each kind of oddity with its cause."""
    known = answers or Answers()
    guards = {name: kind() for name, kind in GUARDS.items()}
    comparisons = dict.fromkeys(guards, 0)
    examples: dict[str, dict[int, list[Example]]] = {name: {} for name in guards}
    for begin in range(0, len(situations), CHUNK):
        tell(begin, len(situations), "")
        chunk = situations[begin : begin + CHUNK]
        tried = [change.situation for guard in guards.values() for one in chunk for change in guard.changes(one)]
        known.of([one for one in (*chunk, *tried) if one.claims])  # all at once, then by guard from memory
        for name, guard in guards.items():
            comparisons[name] += sum(1 for one in chunk for _ in guard.changes(one))
            for number, found in enumerate(examine(guard, chunk, known), begin):
                if found:
                    examples[name][number] = found
    refused = tuple(number for number, answer in enumerate(known.of(situations)) if answer is None)
    facts: list[Fact] = []
    for name, guard in guards.items():
        tell(len(situations), len(situations), guard.says().en)
        facts += _facts(name, guard, examples[name], known)
    facts.sort(key=lambda fact: not fact.forbidden)
    return Found(len(situations), comparisons, {name: len(own) for name, own in examples.items()}, tuple(facts), refused, known.solved)


def _facts(name: str, guard: Guard, found: dict[int, list[Example]], answers: Answers) -> list[Fact]:
    """Return the smallest example of each cause: the smallest find is shrunk, its cause found, and what that explains set aside."""
    open_, facts = dict(found), list[Fact]()
    for _ in range(MOST_CAUSES):
        if not open_:
            break
        number, first = min(
            ((number, example) for number, examples in open_.items() for example in examples),
            key=lambda one: (not guard.forbidden(one[1].situation, one[1].change), one[1].situation.size, one[0]),
        )
        example = shrink(guard, first, answers)
        causes = causes_of(guard, example, answers)
        left = _unexplained(guard, open_, causes, answers)
        left[number] = [one for one in left.get(number, ()) if one is not first]
        crises = {other for other, examples in open_.items() if len(left.get(other, ())) < len(examples)}
        same = next((fact for fact in facts if fact.causes == causes), None)
        if same is None:
            facts.append(Fact(name, causes, tuple(sorted(crises)), example, guard.forbidden(example.situation, example.change)))
        else:
            facts[facts.index(same)] = replace(same, crises=tuple(sorted({*same.crises, *crises})))
        open_ = {other: examples for other, examples in left.items() if examples}
    return facts


def causes_of(guard: Guard, example: Example, answers: Answers) -> tuple[str, ...]:
    """Return the features without which, one at a time, the oddity is gone; general ones only where no other is one."""
    there = [name for name in FEATURES if name in features_of(example.situation)]
    stays = stays_without(guard, [(example, (name,)) for name in there], answers)
    needed = [name for name, stayed in zip(there, stays, strict=True) if not stayed]
    least = min((FEATURES[name].general for name in needed), default=0)
    return tuple(name for name in needed if FEATURES[name].general == least)


def stays_without(guard: Guard, cases: Sequence[tuple[Example, Sequence[str]]], answers: Answers) -> list[bool]:
    """Return for each example whether the guard still finds something when features are taken away, with the change and without it.

    Where there are several ways to take one away, whether it finds something by any of them.
    """
    pairs = [
        (place, *pair)
        for place, (example, names) in enumerate(cases)
        for pair in zip(_bare(example.situation, names), _bare(example.change.situation, names), strict=True)
    ]
    known = iter(answers.of([one for _, *pair in pairs for one in pair]))
    stays = [False] * len(cases)
    for (place, one, other), before, after in zip(pairs, known, known, strict=True):
        change = replace(cases[place][0].change, situation=other)
        stays[place] |= before is not None and after is not None and any(guard.finds(Trial(one, change, before, after)))
    return stays


def _bare(one: Situation, names: Sequence[str]) -> list[Situation]:
    """Return the situation without features, by each combination of ways to take them away."""
    bare = [one]
    for name in names:
        bare = [way(one) for one in bare for way in FEATURES[name].ways]
    return bare


def _unexplained(guard: Guard, found: dict[int, list[Example]], causes: Sequence[str], answers: Answers) -> dict[int, list[Example]]:
    """Return what is still found once all causes are taken away; everything where there is no cause.

    What a general cause explains stays when one kind of it explains it alone: that is told by itself.
    """
    if not causes:
        return dict(found)
    cases = [(number, example) for number, examples in found.items() for example in examples]
    stays = stays_without(guard, [(example, causes) for _, example in cases], answers)
    kinds = [name for name, feature in FEATURES.items() if feature.kind_of in causes]
    alone = [
        (place, name)
        for place, (_, example) in enumerate(cases)
        for name in kinds
        if not stays[place] and FEATURES[name].there(example.situation)
    ]
    gone = stays_without(guard, [(cases[place][1], (name,)) for place, name in alone], answers)
    particular = {place for (place, _), stayed in zip(alone, gone, strict=True) if not stayed}
    left: dict[int, list[Example]] = {}
    for place, (number, example) in enumerate(cases):
        if stays[place] or place in particular:
            left.setdefault(number, []).append(example)
    return left
