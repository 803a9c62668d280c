"""Starting is part of every run: what is not needed is not fetched."""

import subprocess
import sys


def test_the_command_fetches_no_statistics() -> None:
    """Pyomo would fetch SciPy's statistics as soon as SciPy is imported; they cost as much as reading the baseline."""
    program = "import sys, allocator.cli.run; print(sorted({'scipy.stats', 'scipy.optimize', 'plotly.graph_objects'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
