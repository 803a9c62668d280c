"""What lies on the table: the state, the way to it, and states that were pinned or named; made of moves alone, so a log rebuilds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from allocator.closed import KnownIds
from allocator_api.sessions.state import State, refused, with_item, with_value, without_item

#: Steps that can be undone, and states that can be named; the oldest steps are forgotten first.
MOST_STEPS, MOST_NAMED = 200, 20

What = Literal["set", "add", "remove", "undo", "redo", "reset", "preset", "pin", "name", "recall", "forget"]


class Move(BaseModel):
    """What somebody does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    do: What = Field(description="what is done")
    path: str = Field(default="", max_length=200, description="setting, part or named state that it is done to")
    value: Any = Field(default=None, description="new value, id of a scenario, or name")
    more: bool = Field(default=False, description="a slider that still moves: its next place replaces this one")


class Logged(Move):
    """A move that was made: its place in the log, by whom, and when."""

    number: int
    who: str
    at: str
    #: what it was done to and what was chosen, in English and Dutch as it was called then; and the scale of a slider
    label: tuple[str, str] | None = None
    said: tuple[str, str] | None = None
    scale: dict[str, Any] | None = None
    #: given by the browser, so that a move sent again after a lost line is made once
    id: str = Field(default="", max_length=60)


@dataclass(frozen=True)
class Desk:
    """The table after some moves.

    Attributes:
        steps: states in the order of their moves; those after `at` were undone.
        at: number of the state that is shown.
        pins: by scenario, what its states are compared with, and the name of that; empty means the scenario as opened.
        named: states under their names.
        moving: who moves which slider just now: who, path.
    """

    steps: tuple[State, ...]
    at: int
    pins: Mapping[str, tuple[str, State]]
    named: Mapping[str, State]
    moving: tuple[str, str] = ("", "")

    @property
    def state(self) -> State:
        """The state that is shown."""
        return self.steps[self.at]

    @property
    def pinned(self) -> tuple[str, State]:
        """What the shown state is compared with, and its name."""
        return self.pins[self.state.scenario]

    def as_json(self) -> dict[str, Any]:
        """Return it as the page reads it."""
        name, state = self.pinned
        return {
            "state": self.state.as_json(),
            "undo": self.at > 0,
            "redo": self.at + 1 < len(self.steps),
            "pinned": {"name": name, "state": state.as_json()},
            "named": list(self.named),
        }


@dataclass(frozen=True)
class Shelf:
    """What moves may refer to.

    Attributes:
        opened: the state of a shipped scenario as written, by its id; raises `InvalidInput` where there is none.
        guarantees: how many guarantees each framework has, by its id.
        ids: that a scenario's baseline knows, by the id of the scenario.
    """

    opened: Callable[[str], State]
    guarantees: Mapping[str, int]
    ids: Callable[[str], KnownIds]


def first_desk(state: State) -> Desk:
    """Return the table of a scenario just opened: it is its own comparison."""
    return Desk((state,), 0, {state.scenario: ("", state)}, {})


def after(desk: Desk, move: Move, who: str, shelf: Shelf) -> Desk:
    """Return the table after a move.

    Raises:
        InvalidInput: the move cannot be made; the table stays as it is.
    """
    return _DOES[move.do](desk, move, who, shelf)


def _set(desk: Desk, move: Move, who: str, shelf: Shelf) -> Desk:
    if move.path == "framework" and str(move.value) not in shelf.guarantees:
        raise refused(move.path, f"there is no framework '{move.value}'; there are {', '.join(shelf.guarantees)}", "A322")
    state = with_value(desk.state, move.path, move.value, shelf.ids(desk.state.scenario))
    if any(number >= shelf.guarantees[state.framework] for number, _ in state.guarantees):
        raise refused(move.path, f"the framework has {shelf.guarantees[state.framework]} guarantees, numbered from 0")
    further = desk.moving == (who, move.path)
    stepped = _replaced(desk, state) if further else _stepped(desk, state)
    return replace(stepped, moving=(who, move.path) if move.more else ("", ""))


def _add(desk: Desk, move: Move, who: str, shelf: Shelf) -> Desk:
    del who
    return _stepped(desk, with_item(desk.state, move.path, move.value, shelf.ids(desk.state.scenario)))


def _remove(desk: Desk, move: Move, who: str, shelf: Shelf) -> Desk:
    del who, shelf
    return _stepped(desk, without_item(desk.state, move.path))


def _undo(desk: Desk, move: Move, who: str, shelf: Shelf) -> Desk:
    del who, shelf
    return _at(desk, move, desk.at - 1)


def _redo(desk: Desk, move: Move, who: str, shelf: Shelf) -> Desk:
    del who, shelf
    return _at(desk, move, desk.at + 1)


def _reset(desk: Desk, move: Move, who: str, shelf: Shelf) -> Desk:
    del who, move
    return _stepped(desk, shelf.opened(desk.state.scenario))


def _preset(desk: Desk, move: Move, who: str, shelf: Shelf) -> Desk:
    """Open another scenario: it is compared with itself as opened, since two crises have little in common."""
    del who
    state = shelf.opened(str(move.value))
    return _pinned(_stepped(desk, state), "", state)


def _pin(desk: Desk, move: Move, who: str, shelf: Shelf) -> Desk:
    """Compare with the state as it stands, with a named one, or, without a name, with the scenario as opened."""
    del who
    if move.path:
        return _pinned(desk, move.path, _named(desk, move))
    if move.value is None:
        return _pinned(desk, "", shelf.opened(desk.state.scenario))
    return _pinned(desk, _name(move), desk.state)


def _keep(desk: Desk, move: Move, who: str, shelf: Shelf) -> Desk:
    del who, shelf
    name = _name(move)
    if name not in desk.named and len(desk.named) >= MOST_NAMED:
        raise refused(name, f"{MOST_NAMED} states have names already; forget one first")
    return replace(desk, named={**desk.named, name: desk.state}, moving=("", ""))


def _recall(desk: Desk, move: Move, who: str, shelf: Shelf) -> Desk:
    """Show a named state again; one of another scenario is compared as that was last."""
    del who
    shown = _stepped(desk, _named(desk, move))
    scenario = shown.state.scenario
    return shown if scenario in shown.pins else _pinned(shown, "", shelf.opened(scenario))


def _forget(desk: Desk, move: Move, who: str, shelf: Shelf) -> Desk:
    del who, shelf
    _named(desk, move)
    return replace(desk, named={name: state for name, state in desk.named.items() if name != move.path})


_DOES: Mapping[What, Callable[[Desk, Move, str, Shelf], Desk]] = {
    "set": _set,
    "add": _add,
    "remove": _remove,
    "undo": _undo,
    "redo": _redo,
    "reset": _reset,
    "preset": _preset,
    "pin": _pin,
    "name": _keep,
    "recall": _recall,
    "forget": _forget,
}


def _name(move: Move) -> str:
    name = " ".join(str(move.value or "").split())
    if not 0 < len(name) <= 60 or not name.isprintable():
        raise refused("name", "expected a name of 1 to 60 characters")
    return name


def _named(desk: Desk, move: Move) -> State:
    if move.path not in desk.named:
        raise refused(move.path, f"no state has this name; names: {', '.join(desk.named) or 'none yet'}")
    return desk.named[move.path]


def _at(desk: Desk, move: Move, at: int) -> Desk:
    if not 0 <= at < len(desk.steps):
        raise refused(move.do, f"there is nothing to {move.do}")
    return replace(desk, at=at, moving=("", ""))


def _pinned(desk: Desk, name: str, state: State) -> Desk:
    return replace(desk, pins={**desk.pins, desk.state.scenario: (name, state)}, moving=("", ""))


def _stepped(desk: Desk, state: State) -> Desk:
    if state == desk.state:
        return replace(desk, moving=("", ""))
    steps = (*desk.steps[: desk.at + 1], state)[-MOST_STEPS:]
    return replace(desk, steps=steps, at=len(steps) - 1, moving=("", ""))


def _replaced(desk: Desk, state: State) -> Desk:
    return replace(desk, steps=(*desk.steps[: desk.at], state), at=desk.at)
