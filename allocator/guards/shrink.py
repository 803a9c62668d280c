"""The smallest situation in which an oddity stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from allocator.guards.answer import Answers
from allocator.guards.features import FEATURES
from allocator.guards.kinds._base import Change, Find, Guard, Trial
from allocator.guards.situation import MEMBERS, Process, Situation, changed

#: Features that are members of a situation, or of how it is looked at: no terms of the law.
_OF_MEMBERS = ("lanes", "shared", "chain", "restraint", "complement", "by_product", "yields", "integer")
#: A step to a smaller situation; None where it can no longer be taken.
Step = Callable[[Situation], Situation | None]


@dataclass(frozen=True)
class Example:
    """An oddity: the trial in which it was seen, and who shows it."""

    trial: Trial
    find: Find

    @property
    def situation(self) -> Situation:
        """The situation."""
        return self.trial.situation

    @property
    def change(self) -> Change:
        """What is changed in it."""
        return self.trial.change


def examine(guard: Guard, situations: Sequence[Situation], answers: Answers, key: str | None = None) -> list[list[Example]]:
    """Return what a guard finds in each situation; by one change only when a key is given."""
    tried = [[one for one in guard.changes(situation) if key is None or one.key == key] for situation in situations]
    asked = [[situation, *(change.situation for change in changes)] for situation, changes in zip(situations, tried, strict=True)]
    flat = iter(answers.of([one for group in asked for one in group if one.claims]))
    found = []
    for situation, changes in zip(situations, tried, strict=True):
        before = next(flat) if situation.claims else None
        afters = [next(flat) if change.situation.claims else None for change in changes]
        examples = []
        for change, after in zip(changes, afters, strict=True):
            if before is not None and after is not None:
                trial = Trial(situation, change, before, after)
                examples += [Example(trial, find) for find in guard.finds(trial)]
        found.append(examples)
    return found


def shrink(guard: Guard, example: Example, answers: Answers) -> Example:
    """Return the example with nothing left that can be dropped, and no figure that can be simpler, while the guard still finds it.

    Greedily: all single steps are tried; of those after which the oddity stays as many as possible are taken together, then of the rest of
    these, and so on; until no step is left at all.
    """
    while kept := _still(guard, example, list(_steps(example.situation)), answers):
        while kept:
            example = _furthest(guard, example, kept, answers)
            kept = _still(guard, example, kept, answers)
    return example


def _still(guard: Guard, example: Example, steps: Sequence[Step], answers: Answers) -> list[Step]:
    """Return the steps that leave something smaller in which the oddity stays."""
    smaller = [(step, step(example.situation)) for step in steps]
    open_ = [(step, one) for step, one in smaller if one is not None and one.claims and one.size < example.situation.size]
    found = examine(guard, [one for _, one in open_], answers, example.change.key)
    return [step for (step, _), examples in zip(open_, found, strict=True) if examples]


def _furthest(guard: Guard, example: Example, steps: Sequence[Step], answers: Answers) -> Example:
    """Return the example after as many steps as can be taken together; one always can."""
    counts = sorted({max(1, len(steps) >> half) for half in range(len(steps).bit_length())}, reverse=True)
    reached = []
    for count in counts:
        one: Situation = example.situation
        for step in steps[:count]:
            one = step(one) or one
        if one.size < example.situation.size:
            reached.append(one)
    found = examine(guard, reached, answers, example.change.key)
    return next(max(examples, key=_size_of) for examples in found if examples)


def _size_of(example: Example) -> float:
    return abs(example.find.after - example.find.before)


def _steps(one: Situation) -> Iterator[Step]:
    """Yield every single step, those that drop most first."""
    for part in MEMBERS:
        yield from (_drop(part, name) for name in getattr(one, part))
    yield from (_market_instead(part, name) for part in ("processes", "reserves", "stores") for name in getattr(one, part))
    yield from (_joined(region, other) for region in one.regions for other in one.regions if region != other)
    if one.months > 1:
        yield from (_month(number) for number in range(one.months))
    yield from (_law(name) for name in FEATURES)
    yield from (_guarantee(number) for number in range(len(one.law.guarantees)))
    for name, step in one.processes.items():
        yield from (_flow(name, side, good) for side in ("uses", "makes") for good in getattr(step, side))
    yield from (_in_units(share, max) for share in OF_GREATEST)
    yield from (_in_units(share, min) for share in OF_LEAST)
    for simpler in (_to_one, _to_whole, _to_digit, _to_half):
        yield from _figures(one, simpler)


def _drop(part: str, name: str) -> Step:
    return lambda one: one.without(part, name) if name in getattr(one, part) else None


def _market_instead(part: str, name: str) -> Step:
    """Let the market bring at once what a process makes or a stock holds."""

    def step(one: Situation) -> Situation | None:
        members = getattr(one, part)
        if name not in members:
            return None
        member, supply = members[name], dict(one.supply)
        if part == "processes":
            brought = {f"{member.region}/{good}": member.runs * quantity for good, quantity in member.makes.items()}
        else:
            brought = {name: member} if part == "stores" else {f"{member.region}/{member.commodity}": member.quantity}
        for place, amount in brought.items():
            supply[place] = tuple(before + amount for before in supply.get(place, (0.0,) * one.months))
        return replace(one.without(part, name), supply=supply)

    return step


def _joined(region: str, other: str) -> Step:
    """Let everything in a region stand in another one; no lane is needed then between them."""

    def there(name: str) -> str:
        return "/".join(other if part == region else part for part in name.split("/"))

    def step(one: Situation) -> Situation | None:
        claims = {there(name): demand for name, demand in one.claims.items()}
        stores = {there(name): amount for name, amount in one.stores.items()}
        lanes = {there(name): room for name, room in one.lanes.items() if len(set(there(name).split("/"))) > 2}
        if (len(claims), len(stores)) < (len(one.claims), len(one.stores)) or region not in one.regions:
            return None
        supply: dict[str, tuple[float, ...]] = {}
        for name, months in one.supply.items():
            before = supply.get(there(name), (0.0,) * one.months)
            supply[there(name)] = tuple(map(sum, zip(before, months, strict=True)))
        reserves = {name: replace(stock, region=there(stock.region)) for name, stock in one.reserves.items()}
        processes = {name: replace(step, region=there(step.region)) for name, step in one.processes.items()}
        minimums = {there(name): share for name, share in one.minimums.items()}
        held = {"supply": supply, "stores": stores, "lanes": lanes, "reserves": reserves}
        return one.having(claims=claims, processes=processes, minimums=minimums, **held)

    return step


def _month(number: int) -> Step:
    def step(one: Situation) -> Situation | None:
        if one.months <= max(1, number):
            return None
        supply = {name: tuple(amount for place, amount in enumerate(months) if place != number) for name, months in one.supply.items()}
        return replace(one, supply=supply, months=one.months - 1)

    return step


def _law(name: str) -> Step:
    """Take a term of the law away; what concerns members is dropped elsewhere."""
    feature = FEATURES[name]
    return lambda one: feature.without(one) if feature.there(one) and name not in _OF_MEMBERS else None


def _guarantee(number: int) -> Step:
    def step(one: Situation) -> Situation | None:
        kept = tuple(guarantee for place, guarantee in enumerate(one.law.guarantees) if place != number)
        return replace(one, law=changed(one.law, guarantees=kept)) if len(kept) < len(one.law.guarantees) else None

    return step


def _flow(name: str, side: str, good: str) -> Step:
    def step(one: Situation) -> Situation | None:
        process = one.processes.get(name)
        flows = getattr(process, side, {})
        if process is None or good not in flows or len(flows) == 1:
            return None
        kept = {other: quantity for other, quantity in flows.items() if other != good}
        return replace(one, processes={**one.processes, name: _with_sides(process, {side: kept})})

    return step


# ---- figures -------------------------------------------------------------------------------------------------------------------------
def _to_one(figure: float) -> float:
    return 1.0 if figure > 0.0 else 0.0


def _to_whole(figure: float) -> float:
    return float(max(1, round(figure))) if figure > 0.0 else 0.0


def _to_digit(figure: float) -> float:
    return float(f"{figure:.1g}")


def _to_half(figure: float) -> float:
    return figure / 2.0


def _figures(one: Situation, simpler: Callable[[float], float]) -> Iterator[Step]:
    for part in ("claims", "stores", "lanes", "minimums"):
        yield from (_figure(part, name, simpler) for name in getattr(one, part))
    yield from (_figure("supply", name, lambda months: tuple(map(simpler, months))) for name in one.supply)
    yield from (_figure("reserves", name, lambda stock: replace(stock, quantity=simpler(stock.quantity))) for name in one.reserves)
    yield from (_figure("processes", name, lambda step: _simpler_step(step, simpler)) for name in one.processes)
    yield from (_figure("processes", name, lambda step: replace(step, runs=simpler(step.runs))) for name in one.processes)


#: Shares of the greatest quantity, and of the least, in which all may be measured in whole numbers.
OF_GREATEST, OF_LEAST = (1.0, 1 / 2, 1 / 3, 1 / 9, 1 / 99), (1.0, 1 / 10)


def _in_units(share: float, which: Callable[[list[float]], float]) -> Step:
    """Measure all quantities in another unit, in whole numbers: none is simpler alone where what counts is how they compare."""

    def step(one: Situation) -> Situation | None:
        quantities = [quantity for quantity in one.quantities() if quantity > 0.0]
        unit = share * which(quantities) if quantities else 1.0

        def whole(quantity: float) -> float:
            return _to_whole(quantity / unit)

        return one.having(
            claims={name: whole(demand) for name, demand in one.claims.items()},
            supply={name: tuple(map(whole, months)) for name, months in one.supply.items()},
            reserves={name: replace(stock, quantity=whole(stock.quantity)) for name, stock in one.reserves.items()},
            stores={name: whole(amount) for name, amount in one.stores.items()},
            lanes={name: whole(amount) for name, amount in one.lanes.items()},
            processes={name: replace(step, runs=whole(step.runs)) for name, step in one.processes.items()},
        )

    return step


def _figure(part: str, name: str, simpler: Callable[..., object]) -> Step:
    def step(one: Situation) -> Situation | None:
        members = getattr(one, part)
        return one.having(**{part: {**members, name: simpler(members[name])}}) if name in members else None

    return step


def _simpler_step(step: Process, simpler: Callable[[float], float]) -> Process:
    flows = {side: {good: simpler(quantity) for good, quantity in getattr(step, side).items()} for side in ("uses", "makes")}
    return _with_sides(step, flows)


def _with_sides(step: Process, sides: Mapping[str, Any]) -> Process:
    return replace(step, **sides)
