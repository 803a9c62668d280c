"""Starting is part of every run: what is not needed is not fetched."""

import os
import subprocess
import sys


def fetched(modules: set[str], *arguments: str) -> str:
    """Which of the modules a command line has fetched when it ends."""
    program = f"import sys, allocator.cli as cli\ntry: cli.main()\nfinally: print(sorted({modules} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)
    return done.stdout.splitlines()[-1]


def test_a_run_fetches_what_a_run_needs() -> None:
    """Pyomo would fetch SciPy's statistics as soon as SciPy is imported; they cost as much as reading the baseline."""
    spared = {"scipy.stats", "scipy.optimize", "plotly.graph_objects", "openpyxl", "pyomo.environ", "allocator.cli.compare"}
    assert fetched({*spared, "allocator.cli.run"}, "run") == "['allocator.cli.run']"


def test_help_fetches_no_command() -> None:
    assert fetched({"numpy", "pandas", "pyomo", "pydantic", "allocator.cli.run"}, "--help") == "[]"


def test_one_program_is_one_thread() -> None:
    """A second thread of NumPy's would wait in a loop and take as much processor time as the first."""
    program = """
import allocator.solve.highs, numpy, time
def used(clock): return clock() - began[clock]
began = {clock: clock() for clock in (time.process_time, time.thread_time)}
for _ in range(1000): numpy.ones(50_000) @ numpy.ones(50_000)
print(used(time.process_time) < 1.3 * used(time.thread_time) + 0.05)
"""
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "True"
