"""Blocks of the pages that install the program or rebuild what is committed, run as readers run them.

They are run in fresh clones, in the order of the pages, with the network, by ``make install-test``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import BLOCKS as ALL
from tests.docs.blocks import ROOT, Block

#: The mark above the blocks that are run here.
BY = "make install-test"
BLOCKS = [block for block in ALL if block.run_by == BY]


class Desk:
    """Three folders of a reader: a clone for make, one for pip, and what was carried to a computer without a network."""

    def __init__(self, folder: Path) -> None:
        self.made, self.installed, self.carried = (folder / name for name in ("made", "installed", "carried"))
        for clone in (self.made, self.installed):
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        self.carried.mkdir()
        self.tools = folder / "tools"
        self.tools.mkdir()
        for name in ("python", "python3"):
            (self.tools / name).symlink_to(Path(sys.base_prefix) / "bin" / "python3")
        self.done: set[tuple[Path, str]] = set()

    def folder(self, block: Block) -> Path:
        """Return where the page of a block tells its reader to be."""
        if "--no-index" in block.text:
            return self.carried
        return self.installed if "venv" in block.text or " pip " in block.text else self.made

    def run(self, block: Block) -> None:
        """Run what of the block was not run in its folder yet; a failure shows what was printed."""
        folder = self.folder(block)
        if folder == self.carried:
            shutil.copytree(self.installed / "wheelhouse", folder / "wheelhouse")
        activated = [folder / ".venv" / "bin"] if folder == self.made else []
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "VIRTUAL_ENV", "MAKE"))}
        path = os.pathsep.join(map(str, [*activated, self.tools, *os.get_exec_path()]))
        for command in block.commands():
            if (folder, " ".join(command.words)) in self.done:
                continue
            done = subprocess.run(
                ["sh", "-c", command.line],
                cwd=folder,
                env={**own, "PATH": path},
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
            )
            if done.returncode != command.exit_code:
                pytest.fail(f"{block}: {command.line}: exit code {done.returncode}\n{done.stdout}{done.stderr}", pytrace=False)
            self.done.add((folder, " ".join(command.words)))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("desk"))


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_a_block_does_what_its_page_says(block: Block, desk: Desk) -> None:
    desk.run(block)
    folder = desk.folder(block)
    if "make run" in block.text or "allocator run" in block.text:
        assert list(folder.glob("runs/hormuz_closure-*/report.html"))
    if "make sbom" in block.text:
        named = {part["name"] for part in json.loads((folder / "sbom.json").read_text(encoding="utf-8"))["components"]}
        assert {"highspy", "pyomo", "pandas", "fastapi"} <= named
    if "win_amd64" in block.text:
        fetched = {
            wheel.name.partition("-")[0]
            for wheel in (folder / "wheelhouse").glob("*.whl")
            if wheel.name.endswith(("win_amd64.whl", "any.whl"))
        }
        assert {"stockpile_allocator", "numpy", "highspy", "colorama", "tzdata"} <= fetched


def test_what_was_rebuilt_is_what_is_committed(desk: Desk) -> None:
    assert (desk.made, "python -m allocator.baseline.build") in desk.done
    changed = subprocess.run(["git", "status", "--porcelain"], cwd=desk.made, capture_output=True, text=True, check=True)
    assert changed.stdout == ""
