"""A state as a scenario file: `allocator run` turns it into the figures of the screen.

Where guarantees were moved a framework file goes with it, and both stand in a ZIP as they belong beside each other.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import Any

from allocator.framework import Framework
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
        "framework": framework_id(state),
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


def framework_id(state: State) -> str:
    """Return the id of the framework that the scenario file names: another one where guarantees were moved."""
    return f"{state.framework}_what_if" if state.guarantees else state.framework


def framework_text(state: State, law: Framework, exercise: bool) -> str:
    """Return the text of a framework file: that of the state, whose guarantees were moved."""
    tree: Any = _plain(law.source.tree)
    marks = {"en": "EXERCISE: ", "nl": "OEFENING: "} if exercise else {"en": "", "nl": ""}
    title = {code: f"{marks[code]}{getattr(law.title, code)} ({word})" for code, word in (("en", "what-if"), ("nl", "wat-als"))}
    moved = ", ".join(f"{number} ({law.guarantees[number].named})" for number, _ in state.guarantees)
    head = f"# {EXERCISE if exercise else ''}Framework '{state.framework}' with guarantees that were moved in a what-if session: {moved}.\n"
    return head + "".join(f"{key}: {_flow(value)}\n" for key, value in {**tree, "framework": framework_id(state), "title": title}.items())


def packed(state: State, opened: Scenario, law: Framework, exercise: bool, name: str = "") -> tuple[str, str, bytes]:
    """Return name, media type and content of what a state is exported as: a scenario file, or a ZIP of it and its framework."""
    file, text = file_name(state, exercise), scenario_text(state, opened, exercise, name)
    if not state.guarantees:
        return file, "application/yaml", text.encode()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(file), text)
        archive.writestr(zipfile.ZipInfo(f"frameworks/{framework_id(state)}.yaml"), framework_text(state, law, exercise))
    return file.removesuffix(".yaml") + ".zip", "application/zip", content.getvalue()


def file_name(state: State, exercise: bool) -> str:
    """Return the name of the scenario file."""
    return f"{'exercise-oefening-' if exercise else ''}{state.scenario.replace('_', '-')}-what-if.yaml"


def _flow(value: Any) -> str:
    """Write a value on one line; JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {key.isoformat() if isinstance(key, date) else key: _plain(value) for key, value in data.items()}
    return [_plain(value) for value in data] if isinstance(data, tuple) else data
