"""What a run reads: a scenario, its framework and its baseline, with the faults of all three at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from allocator.baseline import Baseline, load_baseline
from allocator.case import known_ids
from allocator.deliveries import Deliveries, no_deliveries, read_deliveries
from allocator.errors import Finding, InvalidInput
from allocator.framework import Framework, load_framework
from allocator.overrides import apply_overrides
from allocator.scenario import NotFoundError, Scenario, baseline_path, find_framework, find_scenario, framework_path
from allocator.scenario.files import is_path
from allocator.scenario.load import scenario_of, scenario_source
from allocator.yaml_file import SourceFile, load_yaml

Read = TypeVar("Read")


@dataclass(frozen=True)
class Inputs:
    """A scenario, the framework it is run under, its baseline and an earlier round; whatever one names, the others know."""

    scenario: Scenario
    framework: Framework
    baseline: Baseline
    deliveries: Deliveries


def read_inputs(
    path: Path | str,
    framework: str | None = None,
    overrides: Sequence[str] = (),
    figures: Path | None = None,
    deliveries: Path | None = None,
    unmet_claims: bool = False,
) -> Inputs:
    """Read a scenario and what it names.

    Ids are looked up in the baseline although other things are wrong, as long as the baseline itself can be read.

    Args:
        path: the scenario file, or the id of a shipped scenario.
        framework: id or path of a framework that replaces the scenario's own.
        overrides: settings ``path=value`` laid over the scenario.
        figures: a folder of own figures, laid over the baseline.
        deliveries: a file of what an earlier round allocated and what arrived.
        unmet_claims: claims of own figures may ask for another quantity than comes in before the crisis.

    Raises:
        InvalidInput: with every fault of the scenario, then of the framework, then of the baseline, the own figures and the deliveries.
    """
    return inputs_of(apply_overrides(scenario_source(scenario_file(path)), overrides), framework, figures, deliveries, unmet_claims)


def inputs_of(
    source: SourceFile,
    framework: str | None = None,
    figures: Path | None = None,
    deliveries: Path | None = None,
    unmet_claims: bool = False,
) -> Inputs:
    """Return what a scenario file says and names, as `read_inputs` does. Raises `InvalidInput`."""
    baseline, of_baseline = _attempt(lambda: load_baseline(baseline_path(source), figures, unmet_claims))
    ids = None if baseline is None else known_ids(baseline)
    scenario, of_scenario = _attempt(lambda: scenario_of(source, ids))
    law, of_law = _attempt(lambda: load_framework(_framework_file(source, framework), ids))
    units = None if baseline is None else baseline.commodities.set_index("commodity")["unit"]
    earlier, of_earlier = (no_deliveries(), ()) if deliveries is None else _attempt(lambda: read_deliveries(deliveries, ids, units))
    findings = tuple(dict.fromkeys((*of_scenario, *of_law, *of_baseline, *of_earlier)))
    if findings or scenario is None or law is None or baseline is None or earlier is None:
        raise InvalidInput(findings)
    return Inputs(scenario, law, baseline, earlier)


def read_law(path: Path, baseline: Path, figures: Path | None = None) -> Framework:
    """Read a framework by itself as a scenario on a baseline does: sectors in no tier are found.

    Args:
        path: the framework file.
        baseline: the folder of a baseline.
        figures: a folder of own figures, laid over the baseline.

    Raises:
        InvalidInput: with every fault of the framework, then of the baseline and the own figures.
    """
    known, of_baseline = _attempt(lambda: load_baseline(baseline, figures))
    law, of_law = _attempt(lambda: load_framework(path, None if known is None else known_ids(known)))
    if law is None or known is None:
        raise InvalidInput((*of_law, *of_baseline))
    return law


def baseline_among(files: Sequence[Path]) -> Path | None:
    """Return the first baseline among files: a folder of one, or what a scenario names; None where there is neither."""
    for file in files:
        try:
            if file.is_dir() or not holds_framework(file):
                return file if file.is_dir() else baseline_path(scenario_source(file))
        except InvalidInput:
            continue  # told where the file is checked
    return None


def holds_framework(path: Path) -> bool:
    """Return whether a file holds a framework and no scenario. Raises `InvalidInput` if it cannot be read."""
    tree = load_yaml(path, "A3").tree
    return isinstance(tree, dict) and "framework" in tree and not {"scenario", "horizon"} & set(tree)


def scenario_file(name: Path | str) -> Path:
    """Return the file of a scenario given by path or by the id of a shipped one."""
    path = Path(name)
    if path.exists() or is_path(str(name)):
        return path
    try:
        return find_scenario(str(name), Path())
    except NotFoundError as error:
        raise InvalidInput([Finding(str(name), 0, 0, "", f"no such file, and {error}", "A300")]) from None


def _framework_file(source: SourceFile, name: str | None) -> Path:
    """Return the file of a framework given by path or id; of the scenario's own framework without a name."""
    if name is None:
        return framework_path(source)
    if is_path(name):
        return Path(name)
    try:
        return find_framework(name, Path(source.path).parent)
    except NotFoundError as error:
        raise InvalidInput([Finding("--framework", 0, 0, "", str(error), "A322")]) from None


def _attempt(read: Callable[[], Read]) -> tuple[Read | None, tuple[Finding, ...]]:
    """Return what was read, or None and why not."""
    try:
        return read(), ()
    except InvalidInput as error:
        return None, error.findings
