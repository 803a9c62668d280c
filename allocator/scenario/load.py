"""From a scenario file to a `Scenario`: read, extended, overridden, checked; all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from allocator.closed import KnownIds, read_model, require
from allocator.errors import Finding, InvalidInput
from allocator.overrides import apply_overrides, laid_over
from allocator.periods import Horizon, PeriodError, offset_days, period_days, period_names
from allocator.scenario.files import NotFoundError, find_baseline, find_framework, find_scenario
from allocator.scenario.model import Scenario
from allocator.yaml_file import Data, PathTuple, SourceFile, load_yaml

MAX_EXTENDS = 20


def load_scenario(path: Path | str, overrides: Sequence[str] = (), ids: KnownIds | None = None) -> Scenario:
    """Read a scenario file.

    Args:
        path: the file.
        overrides: settings ``path=value`` laid over it, as from ``--set``.
        ids: ids of the baseline; when given, unknown ones are found as well.

    Raises:
        InvalidInput: with every fault, in the order of the file.
    """
    return scenario_of(apply_overrides(scenario_source(path), overrides), ids)


def scenario_of(source: SourceFile, ids: KnownIds | None = None) -> Scenario:
    """Return the scenario that a file, extended and overridden, holds. Raises `InvalidInput` with every fault."""
    scenario, findings = read_model(Scenario, source, ids)
    findings += _outside(source)
    for find in (framework_path, baseline_path):
        try:
            find(source)
        except InvalidInput as error:
            findings += error.findings
    require(source, findings)
    assert scenario is not None  # noqa: S101 - no findings means that it was read
    scenario._source = source
    return scenario


def scenario_source(path: Path | str) -> SourceFile:
    """Read a scenario file and lay it over the ones it extends. Raises `InvalidInput`."""
    source = load_yaml(path, "A3")
    if isinstance(source.tree, dict) and "framework" in source.tree and "tiers" in source.tree and "scenario" not in source.tree:
        message = "this is a framework and no scenario; name a scenario, and this file with --framework"
        raise InvalidInput([Finding(source.path, 0, 0, "", message, "A300")])
    return extended(source)


def extended(source: SourceFile) -> SourceFile:
    """Return the content of a scenario file laid over the files it extends. Raises `InvalidInput`."""
    return _extended(source, ())


def framework_path(source: SourceFile) -> Path:
    """Return the file of the framework that a scenario file names. Raises `InvalidInput` with the line that names it."""
    return _named(source, "framework", find_framework)


def baseline_path(source: SourceFile) -> Path:
    """Return the folder of the baseline that a scenario file names. Raises `InvalidInput` with the line that names it."""
    return _named(source, "baseline", find_baseline)


def _named(source: SourceFile, key: str, find: Callable[[str, Path], Path]) -> Path:
    name = source.tree.get(key) if isinstance(source.tree, dict) else None
    if not isinstance(name, str) or not name:
        raise InvalidInput(())  # the model asks for the name
    try:
        return find(name, _folder(source, key))
    except NotFoundError as error:
        raise InvalidInput([source.finding((key,), str(error), "22")]) from None


def _folder(source: SourceFile, key: str) -> Path:
    """Return the folder from which a name is sought: of the scenario file, or of the file it extends when that one wrote the name."""
    file = source.place((key,)).file
    return Path(source.path if file.startswith("--set") else file).parent


def _extended(source: SourceFile, seen: tuple[tuple[str, Path], ...]) -> SourceFile:
    tree = source.tree if isinstance(source.tree, dict) else {}
    name, own = tree.get("extends"), tree.get("scenario")
    if not isinstance(name, str):
        return source
    here = (str(own), Path(source.path).resolve())
    try:
        path = find_scenario(name, Path(source.path).parent)
    except NotFoundError as error:
        raise InvalidInput([source.finding(("extends",), str(error), "20")]) from None
    if name == own or path.resolve() == here[1]:
        raise InvalidInput([source.finding(("extends",), "a scenario cannot extend itself; name another one", "21")])
    chain = (*seen, here)
    if path.resolve() in [file for _, file in chain] or len(chain) > MAX_EXTENDS:
        ring = " extends ".join([label for label, _ in chain] + [name])
        raise InvalidInput([source.finding(("extends",), f"this goes round in a circle ({ring}); break it", "21")])
    parent = _extended(load_yaml(path, source.area), chain)
    written = parent.tree.get("scenario") if isinstance(parent.tree, dict) else None
    if written == own:
        message = f"{path.name} has the same id '{own}', so it extends itself; give this scenario an id of its own"
        raise InvalidInput([source.finding(("extends",), message, "21")])
    return laid_over(parent, source)


#: Keys of items that name a period, which lies in the horizon or before it.
PERIODS = (("disruptions", "start"), ("levers", "start"), ("levers", "return_by"))
#: Keys of items that hold a figure for each period that they name.
BY_PERIOD = (("prices", "premium_eur"), ("sales", "value_eur"), ("holding", "cost_eur"))


def _outside(source: SourceFile) -> Iterator[Finding]:
    """Find what begins after the horizon, or in a period of another kind, whatever else is wrong in the file."""
    tree = source.tree if isinstance(source.tree, dict) else {}
    try:
        horizon = Horizon.model_validate(tree.get("horizon"))
    except ValidationError:
        return
    for listed, key in (*PERIODS, *BY_PERIOD):
        items: Data = tree.get(listed)
        for number, item in enumerate(items if isinstance(items, tuple) else ()):
            named = item.get(key) if isinstance(item, dict) else None
            if isinstance(named, str):
                yield from _not_in(horizon, named, source, (listed, number, key))
            for name in named if isinstance(named, dict) else ():
                yield from _not_in(horizon, str(name), source, (listed, number, key, str(name)))


def _not_in(horizon: Horizon, name: str, source: SourceFile, where: PathTuple) -> Iterator[Finding]:
    try:
        if offset_days(horizon, name) >= horizon.periods * period_days(horizon):
            last = period_names(horizon)[-1]
            yield source.finding(where, f"'{name}' is after the horizon, which ends with {last}; begin earlier or add periods", "23")
    except PeriodError as error:
        if "horizon" in str(error):  # a text that is no period at all is found by its field
            yield source.finding(where, str(error), "23")
