"""What a session is about at one moment: a scenario with the changes that were made to it, as plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from allocator.closed import ClosedModel, CrisisLevel, KnownIds, read_model
from allocator.errors import Finding, InvalidInput
from allocator.periods import MAX_PERIODS
from allocator.registry import Registry
from allocator.scenario import Scenario
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.levers import LEVERS
from allocator.yaml_file import parse_yaml

Part = Literal["disruptions", "levers"]
#: Parts of a scenario that are lists, and what may stand in them.
KINDS: Mapping[Part, Registry[Any]] = {"disruptions": DISRUPTIONS, "levers": LEVERS}
#: Settings of the whole scenario, by their path in its file.
WHOLE = {"framework": "framework", "crisis_level": "crisis_level", "horizon.periods": "periods"}
#: What these may be, as in a scenario file.
_EXPECTED: Mapping[str, tuple[str, TypeAdapter[Any]]] = {
    "framework": ("the id of a framework", TypeAdapter(str)),
    "crisis_level": ("a level from 0 to 3", TypeAdapter(CrisisLevel)),
    "horizon.periods": (f"a whole number from 1 to {MAX_PERIODS}", TypeAdapter(Annotated[int, Field(ge=1, le=MAX_PERIODS)])),
}
#: Where a guarantee of the framework is set: ``guarantees.0``, numbered as in its file.
GUARANTEES = "guarantees"
#: Disruptions and levers that one scenario may hold on this page.
MOST_ITEMS = 40


@dataclass(frozen=True)
class Item:
    """A disruption or lever.

    Attributes:
        values: its keys as they stand in a scenario file.
        on: whether it holds; one that is off keeps its place and its values.
        number: what it is told by among those of its list, whatever comes or goes.
    """

    values: Mapping[str, Any]
    on: bool = True
    number: int = 0


@dataclass(frozen=True)
class State:
    """A scenario as it stands.

    Attributes:
        scenario: id of the scenario that was opened.
        framework: id of the framework it is run under.
        crisis_level, periods: as in a scenario file.
        disruptions, levers: of both lists, what is on and what is off.
        guarantees: shares that were moved, by the number of the guarantee in the framework, in order.
    """

    scenario: str
    framework: str
    crisis_level: int
    periods: int
    disruptions: tuple[Item, ...]
    levers: tuple[Item, ...]
    guarantees: tuple[tuple[int, float], ...] = ()

    def part(self, name: Part) -> tuple[Item, ...]:
        """Return one of the two lists."""
        return self.disruptions if name == "disruptions" else self.levers

    def as_json(self) -> dict[str, Any]:
        """Return it as the page reads it."""
        lists = {
            str(part): [{"number": item.number, "on": item.on, "values": dict(item.values)} for item in self.part(part)] for part in KINDS
        }
        whole = {path: getattr(self, name) for path, name in WHOLE.items()}
        whole |= {f"{GUARANTEES}.{number}": share for number, share in self.guarantees}
        return {"scenario": self.scenario, "whole": whole, **lists}


def state_of(scenario: Scenario) -> State:
    """Return the state of a scenario as it was written."""
    tree: Any = scenario.source.tree
    disruptions, levers = (
        tuple(Item(_plain(item), number=number) for number, item in enumerate(tree.get(part) or ())) for part in ("disruptions", "levers")
    )
    return State(scenario.scenario, scenario.framework, scenario.crisis_level, scenario.horizon.periods, disruptions, levers)


def settings(state: State, opened: State) -> tuple[str, ...]:
    """Return settings ``path=value`` that make the opened scenario that of the state, its framework aside; the way leaves no trace."""
    told = [f"{path}={getattr(state, name)}" for path, name in WHOLE.items() if name != "framework" and _differs(state, opened, name)]
    lists = {part: _in_force(state, part) for part in KINDS}
    told += [f"{part}={json.dumps(items, ensure_ascii=False)}" for part, items in lists.items() if items != _in_force(opened, part)]
    return tuple(told)


def law_settings(state: State) -> tuple[str, ...]:
    """Return settings ``path=value`` that make the state's framework what was made of it."""
    return tuple(f"{GUARANTEES}.{number}.share={share}" for number, share in state.guarantees)


def _differs(state: State, opened: State, name: str) -> bool:
    return bool(getattr(state, name) != getattr(opened, name))


def _in_force(state: State, part: Part) -> list[dict[str, Any]]:
    return [dict(item.values) for item in state.part(part) if item.on]


def with_value(state: State, path: str, value: Any, ids: KnownIds) -> State:
    """Return the state with one value set: ``crisis_level``, ``disruptions.0.closed``, or ``levers.1.on``.

    Raises:
        InvalidInput: there is no such path, or the value cannot stand there.
    """
    if path in WHOLE:
        expected, kind = _EXPECTED[path]
        try:
            kind.validate_python(value, strict=True)
        except ValidationError:
            raise refused(path, f"expected {expected}") from None
        changes: dict[str, Any] = {WHOLE[path]: value}
        if path == "framework" and value != state.framework:
            changes["guarantees"] = ()  # they were those of the other framework
        return replace(state, **changes)
    if path.startswith(f"{GUARANTEES}."):
        return _with_guarantee(state, path, value)
    part, number, key = _place(state, path)
    item = state.part(part)[number]
    if key == "on":
        if not isinstance(value, bool):
            raise refused(path, "expected true or false")
        changed = replace(item, on=value)
    else:
        changed = replace(item, values=checked(part, {**item.values, key: value}, ids, key))
    items = list(state.part(part))
    items[number] = changed
    return _with_part(state, part, items)


def _with_guarantee(state: State, path: str, value: Any) -> State:
    number = path.removeprefix(f"{GUARANTEES}.")
    if not number.isdecimal() or len(number) > len(str(MOST_ITEMS)):
        raise refused(path, f"there is no such setting; a guarantee is {GUARANTEES}.0, numbered as in the framework")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= 1.0:
        raise refused(path, "expected a share between 0 and 1")
    return replace(state, guarantees=tuple(sorted({**dict(state.guarantees), int(number): float(value)}.items())))


def with_item(state: State, path: str, values: Any, ids: KnownIds) -> State:
    """Return the state with a disruption or lever more. Raises `InvalidInput`."""
    part = _part(path)
    if len(state.part(part)) >= MOST_ITEMS:
        raise refused(path, f"there are {MOST_ITEMS} already; remove one first")
    if not isinstance(values, Mapping):
        raise refused(path, "expected the keys of a disruption or lever")
    number = 1 + max((item.number for item in state.part(part)), default=-1)
    return _with_part(state, part, [*state.part(part), Item(checked(part, values, ids), number=number)])


def without_item(state: State, path: str) -> State:
    """Return the state without a disruption or lever, such as ``levers.1``. Raises `InvalidInput`."""
    part, number, _ = _place(state, f"{path}.")
    return _with_part(state, part, [item for at, item in enumerate(state.part(part)) if at != number])


def checked(part: Part, values: Mapping[str, Any], ids: KnownIds, key: str = "") -> Mapping[str, Any]:
    """Return the keys of a disruption or lever as they were given. Raises `InvalidInput` with what a scenario file would be told."""
    kind = values.get("kind")
    if not isinstance(kind, str) or kind not in KINDS[part]:
        raise refused(f"{part}.kind", f"there is no '{kind}'; there are {', '.join(KINDS[part])}")
    source = parse_yaml(json.dumps(dict(values), ensure_ascii=False).encode(), "move", "A3")
    model: type[ClosedModel] = KINDS[part][kind]
    _, findings = read_model(model, source, ids)
    if findings:
        raise InvalidInput([Finding("move", 0, 0, finding.path or key, finding.message, finding.code) for finding in findings])
    return dict(values)


def refused(path: str, message: str, code: str = "A325") -> InvalidInput:
    """Return the fault of a move that cannot be made, under the code of a setting that cannot be."""
    return InvalidInput([Finding("move", 0, 0, path, message, code)])


def _part(name: str) -> Part:
    for part in KINDS:
        if name == part:
            return part
    raise refused(name, f"there is no such setting; there are {', '.join([*WHOLE, *KINDS])}")


def _place(state: State, path: str) -> tuple[Part, int, str]:
    name, _, rest = path.partition(".")
    number, _, key = rest.partition(".")
    part = _part(name)
    if not number.isdecimal() or int(number) >= len(state.part(part)):
        raise refused(path, f"'{number}' is none of the {len(state.part(part))} {part}, which are numbered from 0")
    return part, int(number), key


def _with_part(state: State, part: Part, items: list[Item]) -> State:
    changes: dict[str, Any] = {part: tuple(items)}
    return replace(state, **changes)


def _plain(data: Any) -> Any:
    """Return data of a file with lists where it has tuples, as JSON gives them back."""
    if isinstance(data, Mapping):
        return {str(key): _plain(value) for key, value in data.items()}
    return [_plain(value) for value in data] if isinstance(data, tuple) else data
