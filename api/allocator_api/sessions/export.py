"""A state as a scenario file: `allocator run` turns it into the figures of the screen."""

from __future__ import annotations

import json
from typing import Any

from allocator.scenario import Scenario
from allocator_api.sessions.state import KINDS, State

_HEAD = """\
# {marks}What-if session{about}: scenario '{scenario}' with the changes that were made on the page.
# allocator run {file}
"""
EXERCISE = "EXERCISE / OEFENING. "


def scenario_text(state: State, opened: Scenario, exercise: bool, name: str = "") -> str:
    """Return the text of a scenario file of a state.

    Args:
        state: what is written.
        opened: the scenario as it was opened; what a state cannot change is taken from it.
        exercise: whether the file says that it is of an exercise.
        name: under which the state is known; goes into the remark and the title.
    """
    tree = opened.source.tree
    assert isinstance(tree, dict)  # noqa: S101 - it was read as a scenario
    mark = {"en": "EXERCISE: ", "nl": "OEFENING: "} if exercise else {"en": "", "nl": ""}
    about = {"en": f" ({name or 'what-if'})", "nl": f" ({name or 'wat-als'})"}
    title = {code: f"{mark[code]}{getattr(opened.title, code)}{about[code]}" for code in ("en", "nl")}
    written: dict[str, Any] = {
        "scenario": state.scenario,
        "title": title,
        "baseline": opened.baseline,
        "framework": state.framework,
        "horizon": {**_plain(tree["horizon"]), "periods": state.periods},
        **({"scope": _plain(tree["scope"])} if "scope" in tree else {}),
        "crisis_level": state.crisis_level,
    }
    lines = [f"{key}: {_flow(value)}" for key, value in written.items()]
    for part in KINDS:
        items = [item.values for item in state.part(part) if item.on]
        lines += [f"{part}:", *(f"  - {_flow(dict(item))}" for item in items)] if items else [f"{part}: []"]
    head = _HEAD.format(
        marks=EXERCISE if exercise else "", about=f" '{name}'" if name else "", scenario=opened.scenario, file=file_name(state, exercise)
    )
    return head + "\n".join(lines) + "\n"


def file_name(state: State, exercise: bool) -> str:
    """Return the name of the file."""
    return f"{'exercise-oefening-' if exercise else ''}{state.scenario.replace('_', '-')}-what-if.yaml"


def _flow(value: Any) -> str:
    """Write a value on one line; JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    return [_plain(value) for value in data] if isinstance(data, tuple) else data
