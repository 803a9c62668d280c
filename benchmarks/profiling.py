"""Where the time goes: shares of processor time by what was being done, of the jobs whose targets are not met.

python -m benchmarks.profiling          # all jobs, ten minutes; writes benchmarks/PROFILE.md
python -m benchmarks.profiling build/S whatif
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from functools import wraps
from importlib import import_module
from io import StringIO
from pathlib import Path
from threading import Lock, local
from time import thread_time
from typing import Any
from unittest.mock import patch

from benchmarks.instances import ROOT, SCENARIO, kept, make_kept, read_kept
from benchmarks.job import Clock, Job
from benchmarks.measure import WARM_UP
from benchmarks.peers import PEERS
from benchmarks.session import SETTINGS, SLIDER

PAGE = Path(__file__).parent / "PROFILE.md"
#: Share of the whole below which a row is left out and counted under the rest.
SMALL = 0.01


@dataclass
class Profile:
    """Processor seconds and calls by label; what a function calls under another label is counted there alone."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._open, self._lock = local(), Lock()

    @contextmanager
    def span(self, label: str) -> Iterator[None]:
        """Count the time inside under `label`."""
        inside: list[float] = getattr(self._open, "inside", [])
        self._open.inside = inside
        began = thread_time()
        inside.append(0.0)
        try:
            yield
        finally:
            took = thread_time() - began
            own = took - inside.pop()
            if inside:
                inside[-1] += took
            with self._lock:
                self.seconds[label] += own
                self.calls[label] += 1

    def watched(self, function: Callable[..., Any], label: Callable[..., str]) -> Callable[..., Any]:
        """Return the function, its calls counted under what `label` makes of their arguments."""

        @wraps(function)
        def watching(*arguments: Any, **named: Any) -> Any:
            with self.span(label(*arguments)):
                return function(*arguments, **named)

        return watching

    @property
    def shares(self) -> dict[str, float]:
        """Share of all time by label, the largest first."""
        whole = sum(self.seconds.values())
        return {label: seconds / whole for label, seconds in sorted(self.seconds.items(), key=lambda one: -one[1])}


#: What is counted under which label, by the place where it is called: module, attribute.
BUILDING = {
    ("benchmarks.peers.allocator_ranked", "formulate"): "declaring sets, columns and rules in Pyomo",
    ("allocator.whatif", "formulate"): "declaring sets, columns and rules in Pyomo",
    ("allocator_models.matrix", "templatize_rule"): "templatizing the rules",
    ("allocator_models.matrix", "_Lowering.matrix_form"): "walking the templates over whole tables",
    ("allocator_models.formulation", "IndexTable.positions"): "looking up positions of columns",
    ("allocator_models.matrix", "_joined"): "joining relations",
    ("allocator_models.matrix", "_assembled"): "assembling the sparse matrix",
    ("benchmarks.peers.allocator_ranked", "load"): "handing over to the solver",
}
SOLVING = {
    ("allocator.solve.highs", "_run"): "HiGHS",
    ("allocator.solve.highs", "loaded"): "handing programs over",
    ("allocator.solve.highs", "_codes"): "reading the basis back",
    ("allocator.solve.highs", "_standing"): "reading the basis back",
    ("allocator.solve.highs", "certified"): "certificates of the programs",
    ("allocator.solve.face", "Face.hold"): "holding columns and rows",
    ("allocator.solve.stages", "prove"): "proof of rank",
    ("allocator.solve.watch", "prove"): "proof of rank",
    ("allocator.solve.parts", "Partition.__init__"): "finding connected parts",
    ("allocator.solve.parts", "Partition.part"): "cutting parts out",
}
SESSION = {
    ("allocator.whatif", "scenario_of"): "reading the scenario",
    ("allocator.whatif", "resolve_case"): "working out the case",
    ("allocator.whatif", "compile_instance"): "compiling index tables",
    ("allocator.solve.parts", "Partition.changed_since"): "comparing with the opened scenario",
    ("allocator.solve.resolve", "_mark"): "comparing with the opened scenario",
    ("allocator.solve.resolve", "joined"): "joining the parts",
    ("allocator.whatif", "decode"): "decoding the answer",
}
RUN = {
    ("allocator.run", "read_inputs"): "reading baseline, scenario and framework",
    ("allocator.run", "resolve_case"): "working out the case",
    ("allocator.run", "compile_instance"): "compiling index tables",
    ("allocator.run", "formulate"): "building the model",
    ("allocator.run", "lower"): "building the model",
    ("allocator.run", "Resolver"): "solving",
    ("allocator.run", "decode"): "decoding the answer",
    ("allocator.run", "audit_allocation"): "audit",
    ("allocator.run", "plan_of_orders"): "plan of orders, solved again without each lever and authority",
    ("allocator.run", "explain"): "explanation, solved again with each limit moved",
    ("allocator.output.write", "csv_text"): "CSV files",
    ("allocator.output.write", "workbook"): "spreadsheet",
    ("allocator.output.write", "render_report"): "report",
}


def _build(size: str) -> Callable[[Profile], None]:
    return lambda profile: _peer("allocator_ranked", size, profile, BUILDING, "build", "hand over")


def _ranked(size: str) -> Callable[[Profile], None]:
    return lambda profile: _peer("allocator_ranked", size, profile, SOLVING, "parts", "stages")


class _Watching(Clock):
    """Counts what is not under another label in some phases, and nothing in others."""

    def __init__(self, profile: Profile, watched: Mapping[tuple[str, str], str], phases: tuple[str, ...]) -> None:
        self.profile, self.watched, self.phases = profile, watched, phases

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        if name in self.phases:
            with _watching(self.profile, self.watched), self.profile.span("everything else"):
                yield
        else:
            yield


def _peer(peer: str, size: str, profile: Profile, watched: Mapping[tuple[str, str], str], *phases: str) -> None:
    for name in (WARM_UP, size):
        if not kept(name).exists():
            make_kept(name)
    with redirect_stdout(StringIO()):
        PEERS[peer](Job(read_kept(WARM_UP)), Clock())
    job = Job(read_kept(size))
    job.stages  # noqa: B018 - worked out before the clock starts
    PEERS[peer](job, _Watching(profile, watched, phases))


def _leximin(size: str) -> Callable[[Profile], None]:
    """Count the programs of the whole job by kind of stage: HiGHS and all around it, the proof of rank aside."""

    def work(profile: Profile) -> None:
        from allocator.solve.programs import Programs

        minimise = Programs.minimise

        def stage(programs: Programs, *_: Any) -> str:
            return f"programs of {programs._stage.rsplit(', ', 1)[-1]}"  # the stage under way, whose name no caller is told

        proofs = {where: label for where, label in SOLVING.items() if label == "proof of rank"}
        with patch.object(Programs, "minimise", profile.watched(minimise, stage)):
            _peer("allocator", size, profile, proofs, "stages")

    return work


def _whatif(profile: Profile) -> None:
    """Move the slider of the what-if figures five times."""
    from allocator.whatif import WhatIf

    session = WhatIf(SCENARIO, overrides=SETTINGS["M"])
    session.change([f"{SLIDER}=0.5"])
    with _watching(profile, {**BUILDING, **SOLVING, **SESSION}):
        for share in (0.1, 0.3, 0.45, 0.7, 0.9):
            with profile.span("everything else"):
                session.change([f"{SLIDER}={share}"])


def _run(profile: Profile) -> None:
    """Run the Hormuz scenario and write its files."""
    from allocator.output.folder import choose_target
    from allocator.output.write import write_run
    from allocator.run import run_scenario

    with tempfile.TemporaryDirectory() as folder, _watching(profile, RUN), profile.span("everything else"):
        write_run(run_scenario(ROOT / "scenarios" / "hormuz-closure.yaml"), choose_target(Path(folder) / "out", overwrite=False))


JOBS: Mapping[str, tuple[str, Callable[[Profile], None]]] = {
    **{f"build/{size}": (f"Building {size}", _build(size)) for size in ("S", "M", "L")},
    **{f"ranked/{size}": (f"Four stages of sums, {size}", _ranked(size)) for size in ("S", "degenerate", "M", "L")},
    **{f"leximin/{size}": (f"The whole job with leximin, {size}", _leximin(size)) for size in ("S", "degenerate", "M")},
    "whatif": ("A what-if session, five moves of the slider that touches 25,000 columns", _whatif),
    "run": ("`allocator run` on the Hormuz scenario", _run),
}


@contextmanager
def _watching(profile: Profile, watched: Mapping[tuple[str, str], str]) -> Iterator[None]:
    with ExitStack() as patches:
        for (module, attribute), label in watched.items():
            owner: Any = import_module(module)
            *outer, name = attribute.split(".")
            for part in outer:
                owner = getattr(owner, part)
            patches.enter_context(patch.object(owner, name, profile.watched(getattr(owner, name), lambda *_, label=label: label)))
        yield


def table(title: str, profile: Profile) -> str:
    """Return the table of a profile; what is small is one row."""
    shares = profile.shares
    shown = [label for label, share in shares.items() if share >= SMALL]
    lines = [f"## {title}", "", "| what | calls | share of processor time |", "|---|---|---|"]
    lines += [f"| {label} | {profile.calls[label]:,} | {shares[label]:.0%} |" for label in shown]
    rest = sum(share for label, share in shares.items() if label not in shown)
    lines += [f"| {len(shares) - len(shown)} others | | {rest:.0%} |"] * (len(shown) < len(shares))
    return "\n".join(lines) + "\n"


def main(names: list[str]) -> None:
    """Profile jobs; all of them write the page, some are shown."""
    tables = []
    for name in names or JOBS:
        title, work = JOBS[name]
        profile = Profile()
        work(profile)
        tables.append(table(title, profile))
        sys.stderr.write(f"{name}: {sum(profile.seconds.values()):.1f} s\n")
    if names:
        sys.stdout.write("\n".join(tables))
    else:
        head = [
            "# Where the time goes",
            "",
            "Written by one run of `make profile`: shares of processor time, both solving threads together. What is called under another",
            "name is counted there alone. Instances are those of [the results](RESULTS.md).",
            "",
        ]
        PAGE.write_text("\n".join([*head, *tables]), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
