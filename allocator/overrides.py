"""Laying one file over another: what a scenario adds to the one it extends, and settings from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from allocator.errors import Finding, InvalidInput
from allocator.yaml_file import Data, PathTuple, Place, SourceFile, dotted, parse_yaml


def laid_over(parent: SourceFile, child: SourceFile) -> SourceFile:
    """Return `child` with everything that it does not write itself taken from `parent`.

    Mappings are merged key by key, to any depth; lists and plain values are replaced as a whole. Every place points to the file that wrote
    it.
    """
    places = dict(parent.places)
    tree = _merge(parent.tree, child.tree, (), places, child.places)
    return replace(child, tree=tree, places=places, parents=(parent, *parent.parents))


def _merge(below: Data, above: Data, path: PathTuple, places: dict[PathTuple, Place], of_child: Any) -> Data:
    if isinstance(below, dict) and isinstance(above, dict):
        if path in of_child:
            places[path] = of_child[path]
        merged = dict(below)
        for key, value in above.items():
            merged[key] = _merge(below.get(key), value, (*path, key), places, of_child)
        return merged
    for old in [old for old in places if old[: len(path)] == path]:
        del places[old]
    places.update({new: place for new, place in of_child.items() if new[: len(path)] == path})
    return above


def apply_overrides(source: SourceFile, settings: Sequence[str]) -> SourceFile:
    """Return `source` with settings such as ``disruptions.0.months=3`` laid over it, in the order given.

    A value is read as YAML, so ``scope.regions=[NLD, DEU]`` gives a list. Whether a key exists is judged with the whole file.

    Raises:
        InvalidInput: a setting is not of the form path=value, points into something that has no such part, or undoes an earlier one; all
            of them at once.
    """
    findings: list[Finding] = []
    told: dict[PathTuple, str] = {}
    for setting in settings:
        try:
            source, path = _apply(source, setting)
        except InvalidInput as error:
            findings += error.findings
            continue
        undone = [earlier for written, earlier in told.items() if written[: len(path)] == path]
        if undone:
            message = f"this undoes '{_on_one_line(undone[0])}', which comes before it; keep one of them"
            findings.append(Finding(f"--set {_on_one_line(setting)}", 0, 0, dotted(path), message, source.area + "25"))
        told[path] = setting
    if findings:
        raise InvalidInput(findings)
    return replace(source, overrides=(*source.overrides, *settings))


def _on_one_line(setting: str) -> str:
    return " ".join(setting.split())


def _apply(source: SourceFile, setting: str) -> tuple[SourceFile, PathTuple]:
    """Return `source` with one setting laid over it, and the path that it sets."""
    written, equals, text = setting.partition("=")
    name = f"--set {_on_one_line(setting)}"
    if not equals or not written.strip() or not all(written.strip().split(".")):
        message = f"'{setting}' is not a setting; write path=value, such as disruptions.0.months=3"
        raise InvalidInput([Finding("--set", 0, 0, "", message, source.area + "25")])
    value = _value(text, name, source.area)
    path: list[str | int] = []
    tree = _with(source.tree, written.strip().split("."), value, path, (name, source.area + "25"))
    where = tuple(path)
    places = {old: place for old, place in source.places.items() if old[: len(where)] != where}
    for length in range(1, len(where) + 1):
        if where[:length] not in places:
            places[where[:length]] = Place(name, 0, 0)
    return replace(source, tree=tree, places=places), where


def _value(text: str, name: str, area: str) -> Data:
    try:
        read = parse_yaml(f"value: {text}\n".encode(), name, area)
    except InvalidInput as error:
        raise InvalidInput([replace(finding, line=0, column=0, path="") for finding in error.findings]) from None
    if not isinstance(read.tree, dict) or list(read.tree) != ["value"]:
        raise InvalidInput([Finding(name, 0, 0, "", "the value must be one YAML value on one line", area + "25")])
    return read.tree["value"]


def _with(here: Data, parts: list[str], value: Data, path: list[str | int], blame: tuple[str, str]) -> Data:
    """Return `here` with `value` at `parts`; `path` gathers the keys as they are in the file."""
    if not parts:
        return value
    part, rest = parts[0], parts[1:]
    name, code = blame
    if isinstance(here, tuple):
        if not part.isdigit() or int(part) >= len(here):
            there = f"there are {len(here)}, numbered from 0" if here else "the list is empty"
            message = f"'{part}' is no item of this list; {there}"
            raise InvalidInput([Finding(name, 0, 0, ".".join(str(done) for done in path), message, code)])
        path.append(int(part))
        return (*here[: int(part)], _with(here[int(part)], rest, value, path, blame), *here[int(part) + 1 :])
    if isinstance(here, dict) or here is None:
        mapping = here or {}
        key = next((key for key in mapping if str(key) == part), part)
        path.append(key)
        return {**mapping, key: _with(mapping.get(key), rest, value, path, blame)}
    if rest or path:
        message = f"has no parts, so '{part}' cannot be set in it"
        raise InvalidInput([Finding(name, 0, 0, ".".join(str(done) for done in path), message, code)])
    return value
