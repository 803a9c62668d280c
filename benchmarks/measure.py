"""One measurement: a peer on an instance, in a process of its own, with a time limit.

python -m benchmarks.measure bare M
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, field
from io import StringIO
from time import perf_counter
from typing import Any

from allocator.errors import NotCertified
from benchmarks.instances import ROOT, kept, make_kept, read_kept
from benchmarks.job import Clock, Job, peak_memory
from benchmarks.peers import PEERS

WARM_UP = "tiny"


@dataclass(frozen=True)
class Measurement:
    """What one peer did on one instance.

    Attributes:
        peer, size: who and on what.
        seconds: by phase; phases after a time limit are missing.
        peak: largest memory in GB when the phase ended, what was loaded before included.
        values: of the stages' objectives in its final plan.
        columns, rows: of its model.
        says_optimal: whether its solver called every stage optimal.
        fault: empty, or why it did not finish: ``time limit``, ``not installed``, or its error.
        limit: seconds it was given.
    """

    peer: str
    size: str
    limit: float
    seconds: Mapping[str, float] = field(default_factory=dict)
    peak: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    columns: int = 0
    rows: int = 0
    says_optimal: bool = True
    fault: str = ""

    def of(self, *phases: str) -> float:
        """Return the seconds of some phases together, or of all when none is named."""
        return sum(self.seconds[phase] for phase in phases or self.seconds)


def measure(peer: str, size: str, limit: float) -> Measurement:
    """Return what a peer does on an instance within `limit` seconds."""
    command = [sys.executable, "-m", "benchmarks.measure", peer, size]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit, check=False)  # noqa: S603 - our own module
        output, fault = done.stdout, "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["no message"])[-1]
    except subprocess.TimeoutExpired as expired:
        output = expired.stdout.decode() if isinstance(expired.stdout, bytes) else expired.stdout or ""
        fault = "time limit"
    if "ModuleNotFoundError" in fault:
        fault = "not installed"
    notes = [json.loads(line) for line in output.splitlines() if line.startswith("{") and line.endswith("}")]
    phases = [note for note in notes if "phase" in note]
    nothing = {"values": {}, "columns": 0, "rows": 0, "says_optimal": True}
    answer: dict[str, Any] = next((note for note in notes if "values" in note), nothing)
    return Measurement(
        peer,
        size,
        limit,
        {note["phase"]: note["seconds"] for note in phases},
        {note["phase"]: note["peak"] for note in phases},
        answer["values"],
        answer["columns"],
        answer["rows"],
        answer["says_optimal"],
        fault,
    )


def main(peer: str, size: str) -> None:
    """Measure in this process and write phases and answer as lines of JSON.

    First the peer does a tiny job, off the record: what a tool loads when it is first used is no part of a model's cost.
    """
    for name in (WARM_UP, size):
        if not kept(name).exists():
            make_kept(name)
    with suppress(NotCertified), redirect_stdout(StringIO()):
        PEERS[peer](Job(read_kept(WARM_UP)), Clock())
    job = Job(read_kept(size))
    job.stages  # noqa: B018 - worked out before the clock starts, for every peer alike
    loaded, began = peak_memory(), perf_counter()
    answer = PEERS[peer](job, Clock())
    content = {"values": dict(answer.values), "columns": answer.columns, "rows": answer.rows, "says_optimal": answer.says_optimal}
    print(json.dumps(content | {"loaded": loaded, "total": perf_counter() - began}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
