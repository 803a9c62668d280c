"""The log of a session, one file of JSON lines that only grows: its head, its seats, its moves. It alone rebuilds the session."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from allocator_api.sessions.desk import Logged
from allocator_api.sessions.seats import Head, Seat

_ID = re.compile(r"[A-Za-z0-9_-]{20,40}")


@dataclass
class Record:
    """What a log holds."""

    head: Head
    seats: list[Seat] = field(default_factory=list)
    moves: list[Logged] = field(default_factory=list)


class Logs:
    """The logs in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, head: Head) -> None:
        """Begin the log of a session; its owner alone may read it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self._file(head.id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        self.append(head.id, head)

    def append(self, session: str, line: Head | Seat | Logged) -> None:
        """Add a line."""
        with self._file(session).open("a", encoding="utf-8") as file:
            file.write(json.dumps({type(line).__name__.lower(): line.model_dump(mode="json")}, ensure_ascii=False) + "\n")

    def read(self, session: str) -> Record | None:
        """Return what a log holds, None where there is none; a last line that was cut short is left out."""
        if not _ID.fullmatch(session) or not self._file(session).is_file():
            return None
        record: Record | None = None
        for line in self._lines(session):
            if isinstance(line, Head):
                record = Record(line)
            elif record is not None:
                (record.moves if isinstance(line, Logged) else record.seats).append(line)  # type: ignore[arg-type]  # each to its own
        return record

    def heads(self) -> Iterator[Head]:
        """Yield the heads of all sessions."""
        for file in sorted(self.folder.glob("*.jsonl")):
            first = next(self._lines(file.stem), None)
            if isinstance(first, Head):
                yield first

    def _file(self, session: str) -> Path:
        return self.folder / f"{session}.jsonl"

    def _lines(self, session: str) -> Iterator[BaseModel]:
        kinds: dict[str, type[BaseModel]] = {kind.__name__.lower(): kind for kind in (Head, Seat, Logged)}
        with self._file(session).open(encoding="utf-8") as file:
            for text in file:
                if text.endswith("\n"):
                    [(kind, content)] = json.loads(text).items()
                    yield kinds[kind].model_validate(content)
