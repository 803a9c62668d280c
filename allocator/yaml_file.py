"""YAML 1.2 as we read it: plain data, and the line and column of every key and item.

Scalars follow the YAML 1.2 core schema and nothing else: ``NO`` is the text NO, ``010`` is ten, a date stays text until a field asks for
a date. Refused, with the place: tags, merge keys, more than one document, and files that would grow out of hand (size, depth, expanded
aliases). Duplicate keys, NaN and infinities are faults too, but leave the rest readable: they come with what was read.
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from allocator.errors import Finding, InvalidInput, closest

PathTuple: TypeAlias = tuple[str | int, ...]
Data: TypeAlias = "bool | int | float | str | tuple[Data, ...] | dict[str | int, Data] | None"

MAX_BYTES = 500_000
MAX_DEPTH = 30
MAX_NODES = 50_000  # after aliases are written out: a bomb of 7 lines would have 4.8 million
MAX_DIGITS = 40
#: ends of the codes of a duplicate key and of a number that cannot be used
_REST_IS_READABLE = ("09", "11")

_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class Place(NamedTuple):
    """Where something is written: `line` and `column` are 1-based, 0 when it has none (an override on the command line)."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class SourceFile:
    """A file as it was written, with the place of everything in it.

    Attributes:
        path: the file as the user gave it.
        text: its text.
        sha256: hash of its bytes, as hex digits.
        tree: its content as plain data; lists are tuples.
        places: place of every key and list item, by path. In a file that extends another one, or has overrides, some lie in another file.
        area: first two characters of the codes of its findings (``A3`` for a scenario).
        faults: duplicate keys (the first is in the tree) and numbers that nobody can use (NaN in the tree). Whoever reads the tree
            reports them with what else is wrong.
        parents: the files it extends, nearest first.
        overrides: ``path=value`` settings that were laid over it.
    """

    path: str
    text: str
    sha256: str
    tree: Data
    places: Mapping[PathTuple, Place]
    area: str
    faults: tuple[Finding, ...] = ()
    parents: tuple[SourceFile, ...] = ()
    overrides: tuple[str, ...] = ()

    def place(self, path: PathTuple) -> Place:
        """Return the place of the key or item at `path`, or of the nearest thing around it that is written."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return self.places.get((), Place(self.path, 0, 0))

    def locate(self, path: PathTuple) -> tuple[int, int]:
        """Return the 1-based line and column of `path`; see `place` for the file, which differs where the file extends another one."""
        _, line, column = self.place(path)
        return line, column

    def finding(self, path: PathTuple, message: str, number: str) -> Finding:
        """Return the finding for `path`; `number` is the last two digits of its code."""
        return Finding(*self.place(path), dotted(path), message, self.area + number)

    def told(self, path: PathTuple, message: str) -> str:
        """Return a line about what stands at `path` and is no fault."""
        file, line, column = self.place(path)
        return f"{file}:{line}:{column}: {dotted(path)}: {message}"

    def in_order(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return each finding once, sorted as a reader meets them: this file, the files it extends, the overrides."""
        rank = {source.path: number for number, source in enumerate((self, *self.parents))}
        return sorted(set(findings), key=lambda f: (rank.get(f.file, len(rank)), f.line, f.column, f.path, f.code, f.message))


def dotted(path: PathTuple) -> str:
    """Write a path as users do: ``disruptions.0.closed``."""
    return ".".join(str(part) for part in path)


def load_yaml(path: Path | str, area: str) -> SourceFile:
    """Read one YAML file.

    Args:
        path: the file, named in findings as given here.
        area: first two characters of the codes of findings.

    Raises:
        InvalidInput: the file cannot be read; carries all faults in the order of the file.
    """
    name = str(path)
    try:
        mode = Path(path).stat().st_mode
        if stat.S_ISDIR(mode):  # Windows calls it a lack of permission
            raise IsADirectoryError
        if not stat.S_ISREG(mode):  # a pipe may keep us waiting for ever, a device may have no end
            message = "this is no regular file but a pipe or a device; save what it holds as a file"
            raise InvalidInput([Finding(name, 0, 0, "", message, area + "00")])
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InvalidInput([Finding(name, 0, 0, "", f"there is no such file{_neighbour(Path(path))}", area + "00")]) from None
    except IsADirectoryError:
        raise InvalidInput([Finding(name, 0, 0, "", "this is a folder; name a file in it", area + "00")]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidInput([Finding(name, 0, 0, "", f"the file cannot be read: {reason}", area + "00")]) from None
    if len(content) > MAX_BYTES:
        message = f"the file is larger than the {MAX_BYTES} bytes that are read; large tables belong in the baseline package"
        raise InvalidInput([Finding(name, 0, 0, "", message, area + "10")])
    return parse_yaml(content, name, area)


def parse_yaml(content: bytes, name: str, area: str) -> SourceFile:
    """Read YAML from bytes; `name` stands for the file in findings.

    Raises:
        InvalidInput: the file cannot be read; carries all faults of its form. Faults that leave the rest readable are in `faults`.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", errors="replace")
        line, column = _line_and_column(before)
        message = f"byte {content[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        raise InvalidInput([Finding(name, line, column, "", message, area + "00")]) from None
    reader = _Reader(name, area)
    tree = reader.read(text)
    found = sorted(reader.findings, key=lambda f: (f.line, f.column, f.path))
    if not all(finding.code.endswith(_REST_IS_READABLE) for finding in found):
        raise InvalidInput(found)
    return SourceFile(name, text, hashlib.sha256(content).hexdigest(), tree, reader.places, area, tuple(found))


def _neighbour(path: Path) -> str:
    """Return a hint at a file of a similar name in the same folder, or at the missing folder."""
    if not path.parent.is_dir():
        return f"; there is no folder '{path.parent}' either"
    there = {other.stem: other.name for other in sorted(path.parent.iterdir()) if other.is_file()}
    close = closest(path.stem, list(there))  # that two names end alike makes them no likelier
    return f"; did you mean '{there[close]}'?" if close else "; check the path"


def _line_and_column(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


class _RefusedError(Exception):
    """Reading stops here; the finding is already noted."""


@dataclass
class _Reader:
    """Reads one text; gathers findings and places on the way."""

    name: str
    area: str
    findings: list[Finding] = field(default_factory=list)
    places: dict[PathTuple, Place] = field(default_factory=dict)

    def read(self, text: str) -> Data:
        """Return the plain data of `text`; `findings` says what is wrong with it."""
        root = self._compose(text)
        if root is None:
            return None
        try:
            self._cap_expansion(root)
        except _RefusedError:
            return None
        self.places[()] = Place(self.name, *_mark(root))
        if not isinstance(root, MappingNode):
            self._note(*_mark(root), (), "the file must be a mapping, 'key: value' on every line", "08")
            return None
        return self._data(root, ())

    def _compose(self, text: str) -> Node | None:
        try:
            self._cap_events(text)
            reader = YAML(typ="rt")
            reader.composer.warn_double_anchors = False  # YAML lets a later anchor take over the name
            root: Node | None = reader.compose(text)
            if root is None:
                self._note(1, 1, (), "the file is empty", "08")
            return root
        except _RefusedError:
            pass
        except MarkedYAMLError as error:
            self._note_syntax(error)
        except ReaderError as error:
            line, column = _line_and_column(text[: error.position])
            self._note(line, column, (), "a control character is not allowed here; delete it", "08")
        except (
            ArithmeticError,
            AssertionError,
            LookupError,
            NotImplementedError,
            TypeError,
            ValueError,
        ) as error:  # ruamel on rare escapes
            self._note(1, 1, (), f"not valid YAML: {' '.join(str(error).split())}", "08")
        return None

    def _note(self, line: int, column: int, path: PathTuple, message: str, number: str) -> None:
        self.findings.append(Finding(self.name, line, column, dotted(path), message, self.area + number))

    def _refuse(self, line: int, column: int, path: PathTuple, message: str, number: str) -> None:
        self._note(line, column, path, message, number)
        raise _RefusedError

    def _note_syntax(self, error: MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = (error.problem or error.context or "unreadable").strip()
        remedy = ""
        if "'\\t'" in problem or "tab" in problem:
            remedy = "; indent with spaces, not tabs"
        elif "mapping values are not allowed" in problem:
            remedy = "; is a quote missing around a text with a colon, or is the line above unfinished?"
        elif "expected ',' or" in problem or "<block end>" in problem or "could not find" in problem:
            remedy = "; check brackets, quotes, commas and indentation here and on the line above"
        elif "a single document" in problem or "another document" in problem:
            problem, remedy = ("a second document starts here", "; keep one document in a file, without '---' lines in between")
        self._note(line, column, (), f"not valid YAML: {problem}{remedy}", "08")

    def _cap_events(self, text: str) -> None:
        """Stop before anything is built: a parser event costs constant time, and no event recurses."""
        depth = nodes = 0
        for event in YAML(typ="rt").parse(text):
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            if isinstance(event, DocumentStartEvent) and event.version not in (None, (1, 2)):
                self._refuse(line, column, (), "only YAML 1.2 is read; delete the %YAML line", "08")
            if (tag := getattr(event, "ctag", None)) is not None:
                self._note(line, column, (), f"the tag '{tag}' is not used here; delete it", "08")
            depth += isinstance(event, (MappingStartEvent, SequenceStartEvent))
            depth -= isinstance(event, (MappingEndEvent, SequenceEndEvent))
            nodes += isinstance(event, NodeEvent) and not isinstance(event, AliasEvent)
            if depth > MAX_DEPTH:
                self._refuse(line, column, (), f"more than {MAX_DEPTH} levels of nesting; write it flatter", "10")
            if nodes > MAX_NODES:
                self._refuse(line, column, (), f"more than {MAX_NODES} values; large tables belong in the baseline package", "10")

    def _cap_expansion(self, root: Node) -> None:
        """Count what the file holds once aliases are written out, without writing them out."""
        sizes: dict[int, int] = {}
        open_nodes: set[int] = set()

        def size(node: Node) -> int:
            if id(node) in open_nodes:
                self._refuse(*_mark(node), (), "this anchor contains itself through an alias; write it out", "10")
            if id(node) not in sizes:
                open_nodes.add(id(node))
                total = 1 + sum(size(child) for child in _children(node))
                open_nodes.discard(id(node))
                if total > MAX_NODES:
                    message = f"aliases would expand this to more than {MAX_NODES} values; write out what is meant"
                    self._refuse(*_mark(node), (), message, "10")
                sizes[id(node)] = total
            return sizes[id(node)]

        size(root)

    def _data(self, node: Node, path: PathTuple) -> Data:
        if isinstance(node, ScalarNode):
            _, line, column = self.places[path]
            return self._scalar(node, path, (line, column))
        if isinstance(node, SequenceNode):
            items = []
            for number, item in enumerate(node.value):
                self.places[*path, number] = Place(self.name, *_mark(item))
                items.append(self._data(item, (*path, number)))
            return tuple(items)
        return self._mapping(node, path)

    def _mapping(self, node: Node, path: PathTuple) -> dict[str | int, Data]:
        result: dict[str | int, Data] = {}
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            line, column = _mark(key_node)
            key = self._scalar(key_node, path, (line, column)) if isinstance(key_node, ScalarNode) else None
            if key == "<<":
                message = "merge keys are not part of YAML 1.2; write the keys out, or use 'extends' for a whole scenario"
                self._note(line, column, (*path, "<<"), message, "08")
                continue
            if isinstance(key, bool) or not isinstance(key, (str, int)):
                self._note(line, column, path, "a key must be a word, a date or a whole number", "08")
                continue
            here = (*path, key)
            if str(key) in seen:
                self._note(line, column, here, f"duplicate key; it is already on line {seen[str(key)]}, keep one of them", "09")
                continue
            seen[str(key)] = line
            self.places[here] = Place(self.name, line, column)
            result[key] = self._data(value_node, here)
        return result

    def _scalar(self, node: ScalarNode, path: PathTuple, place: tuple[int, int]) -> Data:
        value: str = node.value
        if node.style is not None:  # quoted or block text
            return value
        if value in _WORDS:
            return _WORDS[value]
        if _NOT_FINITE.fullmatch(value):
            self._note(*place, path, f"{value} is not a number that can be used; write a finite number", "11")
            return float("nan")
        if not (_INTEGER.fullmatch(value) or _FLOAT.fullmatch(value) or _OTHER_BASE.fullmatch(value)):
            return value
        if len(value) > MAX_DIGITS or abs(_number(value)) == float("inf"):
            shown = value if len(value) <= MAX_DIGITS else value[:12] + "..."
            message = f"{shown} is too large or too long for a number; write a number of at most {MAX_DIGITS} characters"
            self._note(*place, path, message, "11")
            return float("nan")
        return _number(value)


def _number(value: str) -> int | float:
    if _OTHER_BASE.fullmatch(value):
        return int(value, 0)
    return int(value) if _INTEGER.fullmatch(value) else float(value)


def _mark(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, SequenceNode):
        yield from node.value
