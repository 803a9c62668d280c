"""Measurements that need a whole scenario, or none: a what-if session, runs by phase, rules of division; each in a process of its own.

python -m benchmarks.session whatif M 20
python -m benchmarks.session phases M
python -m benchmarks.session claims 5
python -m benchmarks.session slider 20
python -m benchmarks.session cancel 20
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Timer
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.instances import ROOT, SCENARIO, SIZES

#: Makes the part that the slider touches about 25,000 columns large; in a quick run S has to do.
SETTINGS = {"M": ("horizon.periods=6",), "S": SIZES["S"].settings}
SLIDER = "disruptions.2.share"


def started(*arguments: str, limit: float) -> dict[str, Any]:
    """Return what one of the measurements of this file prints, in a fresh process; empty when it fails or takes too long."""
    command = [sys.executable, "-m", "benchmarks.session", *arguments]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit, check=True)  # noqa: S603 - our own module
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as failed:
        print(f"{' '.join(arguments)}: {failed}", file=sys.stderr)
        return {}
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def whatif(size: str, positions: str) -> dict[str, list[float]]:
    """Move a slider over `positions` places in two orders.

    Return seconds of solving, of solving per stage, from setting to decoded answer, how many columns the touched part has and how many
    answers differ between the orders.
    """
    from allocator.whatif import WhatIf

    shares = np.round(np.linspace(0.05, 0.95, int(positions)), 3)
    there = np.random.default_rng(1).permutation(shares)
    solve, stage, whole, columns, answers = [], [], [], 0, []
    for order in (there, there[::-1]):
        session = WhatIf(SCENARIO, overrides=SETTINGS[size])
        found = {}
        for share in order:
            began = perf_counter()
            answer = session.change([f"{SLIDER}={share}"])
            whole.append(perf_counter() - began)
            if answer.touched != 1 or answer.rebuilt:
                raise RuntimeError(f"the slider touches {answer.touched} parts and rebuilds {answer.rebuilt}; one and none are meant")
            solve.append(answer.seconds["solve"])
            stage.append(answer.seconds["solve"] / len(answer.solution.stages))
            found[float(share)] = answer.allocation.allocation
        answers.append(found)
        columns = _touched_columns(answer.instance)
    differing = sum(not one.equals(answers[1][share]) for share, one in answers[0].items())
    return {"solve": solve, "stage": stage, "whole": whole, "columns": [columns], "differing": [differing]}


def _touched_columns(instance: Any) -> int:
    from allocator.solve.parts import Partition
    from allocator_models import formulate, lower

    return max(len(part.columns) for part in Partition(lower(formulate(instance)), instance))


def phases(size: str) -> dict[str, float]:
    """Run the crisis at a size and write its files; return seconds by phase, and by stage of both solving threads together."""
    from allocator.allocation import decode
    from allocator.output.folder import choose_target
    from allocator.output.write import write_run
    from allocator.run import run_scenario

    run = run_scenario(SCENARIO, overrides=SIZES[size].settings)
    began = perf_counter()
    decode(run.case, run.inquiry.instance, run.solution)
    decoded = perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        began = perf_counter()
        write_run(run, choose_target(Path(folder) / "out", overwrite=False))
        report = perf_counter() - began
    stages = {f"{stage_of(stage.name, stage.tier)}": stage.seconds for stage in run.solution.stages}
    return {**run.seconds, "decode": decoded, "report": report, "columns": run.solution.columns, **stages}


def stage_of(name: str, tier: int | None) -> str:
    """Return the key of a stage among phases."""
    return f"stage {name}" if tier is None else f"stage {name} {tier}"


def hormuz() -> dict[str, float]:
    """Run the command on the shipped Hormuz scenario in a fresh process; return seconds of solving and in total."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = [sys.executable, "-m", "allocator", "run", "scenarios/hormuz-closure.yaml", "--out", str(out)]
        began = perf_counter()
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - our own program
        total = perf_counter() - began
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    stages = {stage_of(stage["name"], stage["tier"]): stage["seconds"] for stage in summary["stages"]}
    return {**summary["seconds"], "total": total, **stages}


def cancel(moments: str) -> dict[str, list[float]]:
    """Cancel the solve of M at random moments of its first seconds; return the seconds until it has stopped."""
    from allocator.case import resolve_case
    from allocator.compile import compile_instance
    from allocator.errors import Cancelled
    from allocator.inputs import read_inputs
    from allocator.solve import Control, solve_stages
    from allocator_models import formulate, lower

    inputs = read_inputs(SCENARIO, overrides=SIZES["M"].settings)
    instance = compile_instance(resolve_case(inputs.baseline, inputs.scenario, inputs.framework))
    matrix, seconds = lower(formulate(instance)), []
    for moment in np.random.default_rng(1).uniform(0.05, 4.0, int(moments)):
        control = Control()
        clock = Timer(moment, control.cancel)
        clock.start()
        began = perf_counter()
        with suppress(Cancelled):
            solve_stages(matrix, instance, control)
            raise RuntimeError("the solve ended before it was cancelled")
        seconds.append(perf_counter() - began - moment)
    return {"stopped": seconds}


def claims(repeats: str) -> dict[str, list[float]]:
    """Divide among a million claimants by every rule that takes so many, at a tenth, half and nine tenths of the claims.

    Return the seconds of the slowest estate by rule; the treaty is measured where it applies, at losses of a tenth and three tenths.
    """
    from allocator.divide import RULES, divide, needs

    random = np.random.default_rng(1)
    count = 1_000_000
    claimed = random.lognormal(0.0, 2.0, count)
    about = {
        "weight": random.uniform(0.1, 5.0, count),
        "priority": random.normal(0.0, 3.0, count),
        "net_imports": claimed / 2.0,
        "width": 1.0,
    }
    found = {}
    for rule in sorted(set(RULES) - {"random_arrival"}):
        needed: dict[str, Any] = {name: about[name] for name in needs(rule)}
        shares = (0.7, 0.9) if rule == "treaty" else (0.1, 0.5, 0.9)
        estates = [share * float(claimed.sum()) for share in shares]
        divide(rule, claimed, estates[0], **needed)
        seconds = []
        for _ in range(int(repeats)):
            took = []
            for estate in estates:
                began = perf_counter()
                divide(rule, claimed, estate, **needed)
                took.append(perf_counter() - began)
            seconds.append(max(took))
        found[rule] = seconds
    return found


if __name__ == "__main__":
    from benchmarks.slider import measure

    wanted: dict[str, Callable[..., Any]] = {
        "slider": lambda positions: measure(int(positions)),
        "whatif": whatif,
        "phases": phases,
        "hormuz": hormuz,
        "claims": claims,
        "cancel": cancel,
    }
    print(json.dumps(wanted[sys.argv[1]](*sys.argv[2:])))
