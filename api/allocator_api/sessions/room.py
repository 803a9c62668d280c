"""A session that is going on: moves come in, everybody hears of them, and what they lead to is solved, the last one only."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import blake2b
from time import monotonic
from typing import Any

from allocator.errors import AllocatorError, Cancelled, InvalidInput
from allocator.solve import Control
from allocator_api.sessions.bench import Bench, Key
from allocator_api.sessions.desk import Desk, Logged, Move, after, first_desk
from allocator_api.sessions.log import Logs, Record
from allocator_api.sessions.seats import Seat, Standing, hashed
from allocator_api.sessions.state import State

#: Seconds of rest in which browsers draw a screen, before the flows that go with it are worked out.
DRAWING = 0.06
#: Seconds of rest after which an answer is recomputed without the solver.
REST = 1.5
#: Seconds that a solve goes on when nobody is left: who reloads the page comes back.
GRACE = 30.0
#: Seconds after which a solve makes way for the next place of a slider that moves; a younger one is let end, or a page would never be drawn
#: while somebody moves.
YOUNG = 2.0
#: Messages that wait for one browser before it is cut off; it comes back and is told everything.
MOST_WAITING = 200


class Line:
    """What goes to one browser: in order, a screen only while it is the latest."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.focus = ""
        self.waiting: asyncio.Queue[str | None] = asyncio.Queue(MOST_WAITING)

    def send(self, text: str | None) -> None:
        """Let a message wait; None ends the line."""
        if self.waiting.full():
            self.waiting.get_nowait()
            text = None
        self.waiting.put_nowait(text)

    def tell(self, message: Mapping[str, Any]) -> None:
        """Let a message wait, as JSON."""
        self.send(_text(message))


class Room:
    """A session with the browsers that look at it; lives on one event loop, solves in an executor."""

    def __init__(self, record: Record, logs: Logs, bench: Bench, executor: Executor, before: list[Logged]) -> None:
        """Rebuild a session from its log; `before` are the moves of the session that it begins with."""
        self.head, self.seats, self.log = record.head, record.seats, record.moves
        self.logs, self.bench, self.executor = logs, bench, executor
        self.lines: list[Line] = []
        self._before = before
        self.desk = self.desk_after(len(self.log))
        self._made = {(entry.who, entry.id) for entry in self.log if entry.id}
        self._control = Control()
        self._wake = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self._busy = 0
        self._began = 0.0
        self._leaving: asyncio.TimerHandle | None = None
        self._flows: dict[tuple[Any, str], Any] = {}
        self._told: dict[str, tuple[Any, State, int]] = {}

    # ---- seats -------------------------------------------------------------------------------------------------------------------
    def take(self, seat: Seat) -> None:
        """Give a seat."""
        self.seats.append(seat)
        self.logs.append(self.head.id, seat)

    def seat_of(self, token: str) -> Seat | None:
        """Return whose token this is, while the session is good."""
        if datetime.now(UTC) >= self.head.until:
            return None
        kept = hashed(token)
        return next((seat for seat in self.seats if seat.token == kept), None)

    def enter(self, seat: Seat, since: int) -> Line:
        """Open a line to a browser and tell it everything; of the log what it has not heard."""
        if self._leaving is not None:
            self._leaving.cancel()
        line = Line(seat)
        self.lines.append(line)
        line.tell({"kind": "welcome", **self._welcome(seat, since)})
        self._tell_people()
        self._wake.set()
        if self._worker is None or self._worker.done():
            self._worker = asyncio.get_running_loop().create_task(self._work())
        for which in self._told:
            self._tell_screen(which, [line])
        return line

    def leave(self, line: Line) -> None:
        """Close a line; some time after the last one the work ends."""
        self.lines.remove(line)
        self._tell_people()
        if not self.lines:
            self._leaving = asyncio.get_running_loop().call_later(GRACE if self._busy else 0.0, self.end)

    def end(self) -> None:
        """Stop the work."""
        self._control.cancel()
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None

    # ---- moves -------------------------------------------------------------------------------------------------------------------
    def hear(self, line: Line, message: Mapping[str, Any]) -> None:
        """Take what a browser sends: a move, or which good it looks at. Raises `InvalidInput`."""
        if "focus" in message:
            line.focus = str(message["focus"])[:100]
            self._wake.set()
        if "move" in message:
            move = Move.model_validate(message["move"])
            self._move(line, move, str(message.get("id", ""))[:60])

    def _move(self, line: Line, move: Move, ident: str) -> None:
        seat = line.seat
        if ident and (seat.name, ident) in self._made:
            return
        if not seat.standing.moves:
            line.tell({"kind": "refused", "id": ident, "code": "", "path": "", "message": "observers watch and do not move"})
            return
        try:
            desk = after(self.desk, move, seat.name, self.bench.shelf)
        except InvalidInput as error:
            first = error.findings[0]
            line.tell({"kind": "refused", "id": ident, "code": first.code, "path": first.path, "message": first.message})
            line.tell({"kind": "desk", **self._desk()})
            return
        other_world = (desk.state.scenario, desk.state.framework) != (self.desk.state.scenario, self.desk.state.framework)
        asked = self._asks(self.desk)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        told = self._told_of(move)
        entry = Logged(**move.model_dump(), number=len(self.log) + 1, who=seat.name, at=now, id=ident, **told)
        self.logs.append(self.head.id, entry)
        self.log.append(entry)
        self._made.add((seat.name, ident))
        self.desk = desk
        changed = [which for which, key in self._asks(desk).items() if key != asked[which]]
        if changed:
            for which in changed:
                self._told.pop(which, None)
            if not (move.more and monotonic() - self._began < YOUNG):
                self._control.cancel()
            self._wake.set()
        if other_world:
            self._tell({"kind": "world", "world": self._world()})
        self._tell({"kind": "moved", "entry": entry.model_dump(), **self._desk()})

    def _told_of(self, move: Move) -> dict[str, Any]:
        """Return what a move is called on the table as it stands."""
        if move.do not in ("set", "add", "remove"):
            return {}
        state = self.desk.state
        return self.bench.panel(state).told(state, move.do, move.path, move.value)

    def _asks(self, desk: Desk) -> dict[str, Any]:
        """Return what a table needs answers to."""
        return {"screen": self.bench.key(desk.state), "pinned": self.bench.key(desk.pinned[1])}

    def desk_after(self, moves: int) -> Desk:
        """Return the table as it stood after so many moves of this session."""
        desk = first_desk(self.bench.shelf.opened(self.head.scenario))
        for move in [*self._before, *self.log[:moves]]:
            with suppress(InvalidInput):  # a version that knows a move no longer shows what is left
                desk = after(desk, move, move.who, self.bench.shelf)
        return desk

    # ---- solving -----------------------------------------------------------------------------------------------------------------
    async def _work(self) -> None:
        """Solve what is pinned and what is shown, whenever one of them has changed."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            self._control = control = Control(self._told_from_thread(asyncio.get_running_loop()))
            self._began = monotonic()
            state, pinned = self.desk.state, self.desk.pinned[1]
            with suppress(Cancelled):
                await self._try("screen", self._solve("screen", state, control))
                await self._try("pinned", self._solve("pinned", pinned, control))
                if await self._rests(DRAWING):
                    await self._try("screen", self._show_flows(state, control))
                if await self._rests(REST):
                    await self._try("screen", self._audit(state, control))

    async def _try(self, which: str, work: Coroutine[Any, Any, None]) -> None:
        """Do some work for the screen or for what is pinned, and tell everybody why it fails. Raises `Cancelled`."""
        try:
            await work
        except Cancelled:
            raise
        except Exception as error:
            self._tell({"kind": "unsolved", "which": which, "messages": _messages(error)})
            if not isinstance(error, AllocatorError):
                logging.getLogger(__name__).exception("a state of session %s could not be solved", self.head.id)

    async def _solve(self, which: str, state: State, control: Control) -> None:
        """Tell everybody the answer to a state; one that was told already is not told again."""
        moves = len(self.log)
        if self.bench.known(state) is None:
            self._tell({"kind": "solving", "which": which})
            await self._in_thread(self.bench.screen, state, control)
        if self._told.get(which, (None,))[0] != self.bench.key(state):
            self._told[which] = self.bench.key(state), state, moves
            self._tell_screen(which, self.lines)

    async def _show_flows(self, state: State, control: Control) -> None:
        """Tell everybody the flows that somebody looks at."""
        if flows := await self._flow(state, control):
            self._tell({"kind": "flows", "flows": flows})

    async def _flow(self, state: State, control: Control) -> dict[str, Any]:
        """Return the flows of the goods that somebody looks at."""
        screen = self.bench.known(state)
        if screen is None or not screen["goods"]:
            return {}
        short = [good["id"] for good in screen["goods"]]
        looked_at = {line.focus if line.focus in short else short[0] for line in self.lines}
        key = self.bench.key(state)
        wanted = [good for good in short if good in looked_at and (key, good) not in self._flows]
        if wanted:
            found = await self._in_thread(self.bench.flows, state, wanted, control)
            if len(self._flows) > 500:
                self._flows.clear()
            self._flows.update({(key, good): flows for good, flows in found.items()})
        return {good: self._flows[key, good] for good in short if good in looked_at}

    async def _rests(self, seconds: float) -> bool:
        """Return whether nothing moves for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
                return False
        return True

    async def _audit(self, state: State, control: Control) -> None:
        """Recompute an answer without the solver."""
        screen = self.bench.known(state)
        if screen is None or "audited" in screen:
            return
        audit = await self._in_thread(self.bench.audit, state, control)
        screen["audited"] = audit.passed
        self._tell({"kind": "audited", "passed": audit.passed, "faults": [str(fault) for fault in audit.faults[:5]]})

    async def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        self._busy += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.executor, work, *arguments)
        finally:
            self._busy -= 1

    def _told_from_thread(self, loop: asyncio.AbstractEventLoop) -> Callable[[Any], None]:
        return lambda progress: loop.call_soon_threadsafe(self._tell, {"kind": "progress", "stage": progress.stage})  # type: ignore[return-value]  # its handle is not needed

    # ---- telling -----------------------------------------------------------------------------------------------------------------
    def _welcome(self, seat: Seat, since: int) -> dict[str, Any]:
        codes = {"team": self.head.team_code, "observer": self.head.observer_code} if seat.standing is Standing.LEAD else None
        return {
            "session": {"id": self.head.id, "exercise": self.head.exercise, "until": self.head.until.isoformat(), "codes": codes},
            "you": {"name": seat.name, "standing": seat.standing},
            "log": [entry.model_dump() for entry in self.log[max(0, since) :]],
            "moves": len(self.log),
            "presets": self.bench.presets,
            "world": self._world(),
            **self._desk(),
        }

    def _world(self) -> dict[str, Any]:
        state = self.desk.state
        additions = [
            {"part": one.part, "title": one.title, "values": one.values, "key": one.key, "options": one.options}
            for one in self.bench.panel(state).additions()
        ]
        return {**self.bench.names(state), "additions": additions, "lists": self.bench.panel(state).lists()}

    def _desk(self) -> dict[str, Any]:
        asks = {which: _mark(key) for which, key in self._asks(self.desk).items()}
        return {"desk": {**self.desk.as_json(), "asks": asks}, "panel": self.bench.panel(self.desk.state).as_json(self.desk.state)}

    def _tell_screen(self, which: str, lines: list[Line]) -> None:
        """Tell the answer told last, and how many moves it is the answer to."""
        key, state, moves = self._told[which]
        screen = self.bench.known(state)
        if screen is not None:
            flows = {good["id"]: self._flows[key, good["id"]] for good in screen["goods"] if (key, good["id"]) in self._flows}
            text = _text({"kind": which, "key": _mark(key), "scenario": state.scenario, "screen": screen, "flows": flows, "moves": moves})
            for line in lines:
                line.send(text)

    def _tell_people(self) -> None:
        people = [{"name": line.seat.name, "standing": line.seat.standing} for line in self.lines]
        self._tell({"kind": "people", "people": people})

    def _tell(self, message: Mapping[str, Any]) -> None:
        text = _text(message)
        for line in self.lines:
            line.send(text)


def _mark(key: Key) -> str:
    """Return what tells an answer from others on the page."""
    return blake2b(repr(key).encode(), digest_size=12).hexdigest()


def _messages(error: Exception) -> list[dict[str, str]]:
    if isinstance(error, InvalidInput):
        return [{"code": finding.code, "path": finding.path, "message": finding.message} for finding in error.findings]
    told = str(error) if isinstance(error, AllocatorError) else "the service failed on this state; undo, and tell who keeps the service"
    return [{"code": "", "path": "", "message": text} for text in told.splitlines()]


def _text(message: Mapping[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
