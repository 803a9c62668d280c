"""Where scenarios, frameworks and baselines are found by their id: beside the scenario file first, then among the shipped ones."""

from __future__ import annotations

import re
from pathlib import Path

from allocator_scenarios import ROOT

from allocator.closed import choices

SUFFIXES = (".yaml", ".yml")
_BASELINE_MARK = "commodities.csv"


class NotFoundError(LookupError):
    """No such scenario, framework or baseline; the message says which there are."""


def is_path(name: str) -> bool:
    """Whether a reference is meant as a path and not as an id."""
    return "/" in name or "\\" in name or name.endswith(SUFFIXES)


def find_scenario(name: str, beside: Path) -> Path:
    """Return the file of the scenario `name`, an id or a path seen from the folder `beside`.

    Raises:
        NotFoundError: there is none.
    """
    return _find_file("scenario", name, beside, [beside, ROOT])


def find_framework(name: str, beside: Path) -> Path:
    """Return the file of the framework `name`, an id or a path seen from the folder `beside`.

    Ids are sought in ``frameworks/`` of that folder, then among the shipped frameworks.

    Raises:
        NotFoundError: there is none.
    """
    return _find_file("framework", name, beside, [beside / "frameworks", ROOT / "frameworks"])


def find_baseline(edition: str, beside: Path) -> Path:
    """Return the folder of a baseline edition: ``baseline/<edition>/`` in the folder `beside`, then among the shipped.

    Raises:
        NotFoundError: there is none.
    """
    if "/" in edition or "\\" in edition:
        folder = beside / edition
        if not (folder / _BASELINE_MARK).is_file():
            raise NotFoundError(f"there is no baseline in the folder '{edition}'; a baseline has a file {_BASELINE_MARK}")
        return folder
    folders = [beside / "baseline", ROOT / "baseline"]
    known: dict[str, Path] = {}
    for folder in reversed(folders):
        known.update({found.parent.name: found.parent for found in sorted(folder.glob(f"*/{_BASELINE_MARK}"))})
    if edition not in known:
        raise NotFoundError(f"there is no baseline '{edition}'{choices(sorted(known), edition)}")
    return known[edition]


def ids_in(folder: Path, key: str) -> dict[str, Path]:
    """Return the files of a folder that begin a scenario or framework, by id.

    Args:
        folder: where to look, not below it.
        key: the key that carries the id, ``scenario`` or ``framework``.

    Raises:
        NotFoundError: two files carry the same id.
    """
    pattern = re.compile(rf"^{key}:[ \t]*['\"]?([A-Za-z0-9_]+)['\"]?[ \t]*(#.*)?\r?$", re.MULTILINE)
    found: dict[str, Path] = {}
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if path.suffix not in SUFFIXES or not path.is_file():
            continue
        match = pattern.search(path.read_text(encoding="utf-8", errors="replace"))
        if match and match[1] in found:
            raise NotFoundError(f"'{match[1]}' is the id of both {found[match[1]].name} and {path.name} in {folder}; rename one")
        if match:
            found[match[1]] = path
    return found


def shipped(key: str) -> dict[str, Path]:
    """Return the shipped files by id; `key` is ``scenario`` or ``framework``."""
    return ids_in(ROOT / "frameworks" if key == "framework" else ROOT, key)


def _find_file(key: str, name: str, beside: Path, folders: list[Path]) -> Path:
    if is_path(name):
        path = beside / name
        if not path.is_file():
            near = sorted(other.name for other in ids_in(path.parent, key).values())
            raise NotFoundError(f"there is no file '{name}' seen from the folder of this file{choices(near, path.name)}")
        return path
    known: dict[str, Path] = {}
    for folder in reversed(folders):
        known.update(ids_in(folder, key))
    if name not in known:
        raise NotFoundError(f"there is no {key} '{name}'{choices(sorted(known), name)}")
    return known[name]
