"""A finished run, made again to be asked: from what its manifest says it was asked for, and refused when the answer would be another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from allocator.case import resolve_case
from allocator.errors import Finding, InvalidInput, suggestion
from allocator.inputs import read_inputs
from allocator.output.text import csv_text
from allocator.run import Progress, Run, run_scenario
from allocator.scenario.files import is_path
from allocator.solve import Limits

MANIFEST = "manifest.json"
#: The file that says whether the answer is the same.
ANSWER = "allocation.csv"


def run_again(folder: Path, claims: Sequence[str] = (), progress: Progress = lambda _phase, _what: None) -> Run:
    """Return the run of a folder, made again, with limits tried for `claims` only.

    Raises:
        InvalidInput: the folder holds no run, a claim is none of its claims, its inputs are not here any more or say something else, or
            this version of the program, or a search that is limited in time, gives another answer.
        AllocatorError: as `run_scenario`.
    """
    manifest = _manifest(folder)
    asked = manifest["arguments"]
    figures, deliveries = (None if asked[name] is None else Path(asked[name]) for name in ("figures", "deliveries"))
    for name in (asked["scenario"], asked["framework"], asked["figures"], asked["deliveries"]):
        if name is not None and is_path(name) and not Path(name).exists():
            raise _changed(folder, f"'{name}', which this run was made from, is not here; start in the folder that holds it")
    inputs = read_inputs(asked["scenario"], asked["framework"], manifest["settings"], figures, deliveries)
    case = resolve_case(inputs.baseline, inputs.scenario, inputs.framework, inputs.deliveries)
    if case.sha256 != manifest["case_hash"]:
        was, now = str(manifest["case_hash"])[:8], case.sha256[:8]
        raise _changed(folder, f"its inputs have changed since (case {was}, now {now}); run the scenario again and ask the new run")
    known = sorted((case.claims["region"] + "/" + case.claims["sector"] + "/" + case.claims["commodity"]).tolist())
    for claim in claims:
        if claim not in known:
            message = f"there is no claim '{claim}'{suggestion(claim, known)}; allocation.csv lists region, sector and commodity of all"
            raise InvalidInput([Finding("--claim", 0, 0, "", message, "A708")])
    limits = Limits(**{name: value for name, value in manifest.get("solver", {}).items() if name in ("gap", "nodes", "seconds")})
    run = run_scenario(asked["scenario"], asked["framework"], manifest["settings"], progress, figures, deliveries, claims, limits=limits)
    recorded = {one["file"]: one["sha256"] for one in manifest.get("outputs", ())}
    if recorded.get(ANSWER, now := sha256(csv_text(run.allocation.allocation).encode()).hexdigest()) != now:
        why = "its search was limited in time and ended with" if run.may_differ else "this version of the program gives"
        raise _changed(folder, f"{why} another {ANSWER}; run the scenario again and ask the new run")
    return run


def _manifest(folder: Path) -> Mapping[str, Any]:
    try:
        manifest: Mapping[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        _ = manifest["arguments"]["scenario"], manifest["settings"], manifest["case_hash"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"no finished run that can be asked is here ({type(error).__name__}); name the folder that allocator run wrote"
        raise InvalidInput([Finding(str(folder), 0, 0, "", message, "A707")]) from None
    return manifest


def _changed(folder: Path, message: str) -> InvalidInput:
    return InvalidInput([Finding(str(folder), 0, 0, "", message, "A709")])
