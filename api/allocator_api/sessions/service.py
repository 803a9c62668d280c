"""The sessions of this process: opened, joined by code, found by id, rebuilt from their logs after a restart."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from allocator_api.sessions.bench import Bench
from allocator_api.sessions.desk import Logged
from allocator_api.sessions.log import Logs, Record
from allocator_api.sessions.room import Room
from allocator_api.sessions.seats import Head, Standing, new_head, new_seat
from allocator_api.sessions.state import refused

#: Solves at a time: the machines this runs on have two processors.
WORKERS = 2


class Sessions:
    """All sessions of one service."""

    def __init__(self, home: Path) -> None:
        self.bench = Bench()
        self.logs = Logs(home / "sessions")
        self.rooms: dict[str, Room] = {}
        self.executor = ThreadPoolExecutor(WORKERS, thread_name_prefix="what-if")
        self._lock = Lock()

    def open(self, scenario: str, exercise: bool, name: str, source: tuple[str, int] | None = None) -> tuple[Room, str]:
        """Open a session; return it and the token of its lead.

        Args:
            scenario: id of a shipped scenario; of no account with a source.
            exercise: whether everything of it is marked as an exercise.
            name: of the lead.
            source: a session and the number of its moves that this one begins with.

        Raises:
            InvalidInput: there is no such scenario, or no such session.
        """
        if source is not None:
            begun = self._record(source[0])
            scenario, exercise = begun.head.scenario, begun.head.exercise or exercise
        self.bench.crisis(scenario)
        head = new_head(scenario, exercise, source)
        self.logs.begin(head)
        with self._lock:
            room = self.rooms[head.id] = self._room(Record(head))
        return room, self.seat(room, name, Standing.LEAD)

    def join(self, code: str, name: str) -> tuple[Room, str, Standing] | None:
        """Take a seat by a join code; None for a code that is of no session in force."""
        for head in self.logs.heads():
            standing = head.standing_of(code)
            if standing is not None and datetime.now(UTC) < head.until:
                room = self.room(head.id)
                if room is not None:
                    return room, self.seat(room, name, standing), standing
        return None

    def seat(self, room: Room, name: str, standing: Standing) -> str:
        """Give a seat under a name that nobody has yet; return its token."""
        taken = {seat.name for seat in room.seats}
        free = next(one for number in range(1, len(taken) + 2) if (one := name if number == 1 else f"{name} {number}") not in taken)
        seat, token = new_seat(free, standing)
        room.take(seat)
        return token

    def room(self, session: str) -> Room | None:
        """Return a session by id, None where there is none."""
        with self._lock:
            if session not in self.rooms:
                record = self.logs.read(session)
                if record is None:
                    return None
                self.rooms[session] = self._room(record)
            return self.rooms[session]

    def close(self) -> None:
        """Stop all solves."""
        for room in self.rooms.values():
            room.end()
        self.executor.shutdown(wait=False, cancel_futures=True)

    def _room(self, record: Record) -> Room:
        return Room(record, self.logs, self.bench, self.executor, self._before(record.head))

    def _before(self, head: Head) -> list[Logged]:
        """Return the moves that a session begins with, those of its source's source first."""
        if head.source is None:
            return []
        session, count = head.source
        record = self._record(session)
        return [*self._before(record.head), *record.moves[:count]]

    def _record(self, session: str) -> Record:
        record = self.logs.read(session)
        if record is None:
            raise refused("source", "there is no such session on this service; ask who sent the link for another one", "A320")
        return record
