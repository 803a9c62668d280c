"""The folder of a run: written beside its place first, then moved there whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from allocator.errors import Finding, InvalidInput

#: What a run writes; anything else in its folder belongs to somebody else and is kept.
FILES = (
    *("allocation.csv", "reserves.csv", "supply.csv", "cuts.csv", "orders.csv", "allocation.xlsx"),
    *("summary.json", "manifest.json", "report.html"),
)
#: What a run with own figures writes besides.
LABEL = "classification.txt"
#: What a run whose search was limited in time writes besides.
MAY_DIFFER = "answer-may-differ.txt"
#: What a run writes when there is reason to; one of an earlier run does not outlive it.
AT_TIMES = (LABEL, MAY_DIFFER, "report.pdf")
RUNS = Path("runs")


@dataclass(frozen=True)
class Target:
    """Where a run goes.

    Attributes:
        folder: the folder the user asked for; None for ``runs/<name of the run>``.
        overwrite: whether a folder that holds something may be written to.
    """

    folder: Path | None
    overwrite: bool

    def of(self, name: str) -> Path:
        """Return the folder for the run of this name."""
        return RUNS / name if self.folder is None else self.folder


def choose_target(folder: Path | None, overwrite: bool) -> Target:
    """Return the target, checked before anything is computed.

    Raises:
        InvalidInput: it is a file, it is not empty and may not be overwritten, or nothing can be written there.
    """
    if folder is None:
        _require_writable(RUNS, "--out")
        return Target(None, True)
    if folder.exists() and not folder.is_dir():
        raise _refused(folder, "this is a file; name a folder", "A701")
    if folder.is_dir() and not overwrite and next(folder.iterdir(), None) is not None:
        raise _refused(folder, "the folder is not empty; name another one, or add --overwrite", "A702")
    _require_writable(folder, str(folder))
    return Target(folder, overwrite)


@contextmanager
def appearing(folder: Path, files: Collection[str] = FILES) -> Iterator[Path]:
    """Give a temporary folder beside `folder`; it takes the place of `folder` when the block ends well, and is gone otherwise.

    Of what is in `folder`, `files` are replaced or gone; the rest is somebody else's and is kept.

    Raises:
        InvalidInput: the place cannot be written to.
    """
    place = folder.resolve()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        yield beside
        beside.chmod(0o755)  # a temporary folder is private; the result is not
        _swap(beside, place, files)
    except OSError as error:
        raise _unwritable(folder, error) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def write_file(path: Path, content: bytes, overwrite: bool) -> None:
    """Write one file, whole or not at all.

    Raises:
        InvalidInput: it is there and may not be replaced, or cannot be written.
    """
    if path.is_dir():
        raise _refused(path, "this is a folder; name a file", "A705")
    if path.exists() and not overwrite:
        raise _refused(path, "this file is there already; name another one, or add --overwrite", "A705")
    try:
        path.resolve().parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.resolve().parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(beside).chmod(0o644)  # a temporary file is private; the result is not
            Path(beside).replace(path)
        finally:
            Path(beside).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from None


def _swap(fresh: Path, place: Path, files: Collection[str]) -> None:
    """Put `fresh` in the place of `place`; what is not ours moves along."""
    if not place.exists():
        fresh.rename(place)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{place.name}-old-", dir=place.parent)) / place.name
    place.rename(aside)
    try:
        fresh.rename(place)
    except OSError:
        aside.rename(place)
        raise
    for other in sorted(aside.iterdir()):
        if other.name not in (*files, *AT_TIMES):
            other.rename(place / other.name)
    shutil.rmtree(aside.parent, ignore_errors=True)  # on Windows a file that is open elsewhere stays behind; the new ones are in place


def _require_writable(folder: Path, name: str) -> None:
    """Find out before a long computation whether the nearest existing folder can be written to, by writing there."""
    place = folder.resolve()
    near = next(path for path in (place, *place.parents) if path.exists())
    if not near.is_dir():
        raise _refused(Path(name), f"'{near.name}' on the way is a file; name another folder", "A701")
    try:
        Path(tempfile.mkdtemp(prefix=".allocator-", dir=near)).rmdir()
    except OSError as error:
        message = f"cannot write in '{near}' ({error.strerror or error}); name another folder with --out"
        raise _refused(Path(name), message, "A703") from None


def _refused(folder: Path, message: str, code: str) -> InvalidInput:
    return InvalidInput([Finding(str(folder), 0, 0, "", message, code)])


def _unwritable(folder: Path, error: OSError) -> InvalidInput:
    return _refused(folder, f"cannot be written ({error.strerror or error}); nothing was changed", "A703")
