"""What the working tree has, a fresh clone has too."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ("allocator", "models", "api", "scenarios", "tests", "docs", "benchmarks")


def test_git_ignores_no_source() -> None:
    """A rule for build products once hid `allocator/baseline/build/`: everything passed here, and no clone could be installed."""
    command = ["git", "ls-files", "--others", "--ignored", "--exclude-standard", "--", *SOURCES]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    hidden = [name for name in listed.stdout.splitlines() if "__pycache__" not in name and ".egg-info" not in name]
    assert hidden == []
