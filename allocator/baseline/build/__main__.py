"""``python -m allocator.baseline.build [FOLDER]``: build the shipped edition and check it; by default in `scenarios/baseline`."""

from __future__ import annotations

import sys
from pathlib import Path

import allocator_scenarios

from allocator.baseline.build.edition import EDITION, build_edition
from allocator.baseline.build.package import write_package
from allocator.baseline.loading import load_baseline
from allocator.errors import AllocatorError


def main(arguments: list[str]) -> int:
    """Build, write, check; return the exit code."""
    folder = Path(arguments[0]) if arguments else allocator_scenarios.ROOT / "baseline"
    try:
        write_package(folder / EDITION, build_edition(allocator_scenarios.ROOT / "facts"))
        load_baseline(folder / EDITION)
    except AllocatorError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
