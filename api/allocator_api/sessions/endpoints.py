"""``/v1/sessions``: what-if sessions, opened with a key or signed in, joined by a code, followed over one web socket."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from allocator.errors import InvalidInput
from allocator_api.identity import Caller, Permission, may
from allocator_api.problems import Problem, missing
from allocator_api.sessions.desk import Desk
from allocator_api.sessions.export import packed
from allocator_api.sessions.room import Line, Room
from allocator_api.sessions.seats import Name, Seat, Standing
from allocator_api.sessions.service import Sessions

#: Left out of the description of the API: it is the line between the page and its service, and changes with the page.
router = APIRouter(prefix="/v1/sessions", tags=["sessions"], include_in_schema=False)
#: Codes with which a web socket is closed: it may not come, it must sign in first, there is no such session.
FOREIGN, NO_SEAT, NO_SESSION = 4403, 4401, 4404
#: Largest message of a browser, in bytes.
MOST_BYTES = 20_000
#: Seconds in which a browser must say who it is.
PATIENCE = 10.0


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Source(_Strict):
    """A session as it stood after some moves."""

    session: str = Field(max_length=40)
    moves: int = Field(ge=0)


class Opening(_Strict):
    """What a session is opened with."""

    scenario: str = Field("hormuz_closure", max_length=100, description="id of a shipped scenario; of no account with `source`")
    exercise: bool = Field(True, description="mark every screen and export EXERCISE / OEFENING")
    name: Name = Field(description="under which the others see you")
    source: Source | None = Field(None, description="begin as another session stood after some moves, as a link says")


class Joining(_Strict):
    """A join code, and a name."""

    code: str = Field(max_length=20)
    name: Name


class Admission(BaseModel):
    """A seat in a session."""

    session: str
    token: str = Field(description="for this session alone, and as long as it is good")
    standing: Standing


@router.post("", status_code=201)
def open_session(
    opening: Opening, caller: Annotated[Caller, may(Permission.LEAD_SESSIONS, page=True)], request: Request, response: Response
) -> Admission:
    """Open a session; who signed in on the page is signed out then."""
    del caller
    sign_in = request.app.state.sign_in
    if not request.headers.get("Authorization") and sign_in.is_used(request):
        raise Problem(401, "Who signs in opens one session, and this one is open; sign in again for another.")
    source = (opening.source.session, opening.source.moves) if opening.source else None
    room, token = sessions_of(request.app.state).open(opening.scenario, opening.exercise, opening.name, source)
    if sign_in:
        sign_in.signed_in.drop(response)
    return Admission(session=room.head.id, token=token, standing=Standing.LEAD)


@router.post("/join", status_code=201)
def join_session(joining: Joining, request: Request) -> Admission:
    """Take a seat by a join code."""
    request.app.state.pace.count(f"join {request.client.host if request.client else ''}")
    joined = sessions_of(request.app.state).join(joining.code, joining.name)
    if joined is None:
        raise Problem(403, "This code is of no session that is going on; ask for the code again, it is good for a day at most.")
    room, token, standing = joined
    return Admission(session=room.head.id, token=token, standing=standing)


@router.get("/{session}/scenario", response_class=Response, responses={200: {"content": {"application/yaml": {}, "application/zip": {}}}})
def export_session(session: str, request: Request, moves: int | None = None, name: str = "") -> Response:
    """Return the state of a session, or a named one, as a scenario file, with its framework in a ZIP where guarantees were moved."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    sessions = sessions_of(request.app.state)
    room = sessions.room(session)
    if room is None or scheme.lower() != "bearer" or room.seat_of(token) is None:
        raise missing()
    desk: Desk = room.desk if moves is None else room.desk_after(moves)
    state = desk.named.get(name, desk.state)
    opened, law = sessions.bench.crisis(state.scenario).inputs.scenario, sessions.bench.law(state)
    file, media_type, content = packed(state, opened, law, room.head.exercise, name if name in desk.named else "")
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{file}"'})


@router.websocket("/{session}/line")
async def follow(socket: WebSocket, session: str) -> None:
    """Follow a session and move in it. The first message says who comes: the token of a seat, and how many moves were heard already."""
    origin = socket.headers.get("origin")
    await socket.accept()
    if origin is not None and urlsplit(origin).netloc != socket.headers.get("host"):
        await socket.close(FOREIGN)
        return
    room = sessions_of(socket.app.state).room(session)
    if room is None:
        await socket.close(NO_SESSION)
        return
    try:
        async with asyncio.timeout(PATIENCE):
            hello = await socket.receive_json()
    except (TimeoutError, WebSocketDisconnect, ValueError, KeyError):
        hello = {}
    seat = room.seat_of(str(hello.get("token", ""))) if isinstance(hello, dict) else None
    if seat is None:
        await socket.close(NO_SEAT)
        return
    since = hello.get("since")
    await _followed(socket, room, seat, since if isinstance(since, int) else 0)


async def _followed(socket: WebSocket, room: Room, seat: Seat, since: int) -> None:
    line = room.enter(seat, since)
    sending = asyncio.get_running_loop().create_task(_send(socket, line))
    try:
        while not sending.done():
            text = await socket.receive_text()
            _heard(room, line, text)
    except (WebSocketDisconnect, RuntimeError):
        pass
    finally:
        room.leave(line)
        sending.cancel()


def _heard(room: Room, line: Line, text: str) -> None:
    """Take a message; one that makes no sense is answered, and moves nothing."""
    try:
        if len(text) > MOST_BYTES:
            raise ValueError("a message is too long")
        room.hear(line, _Message.model_validate_json(text).model_dump(exclude_none=True))
    except (ValidationError, ValueError, InvalidInput):
        line.tell({"kind": "refused", "id": "", "code": "A325", "path": "", "message": "the message is no move; reload the page"})


class _Message(_Strict):
    move: dict[str, Any] | None = None
    id: str | None = None
    focus: str | None = None


async def _send(socket: WebSocket, line: Line) -> None:
    while (text := await line.waiting.get()) is not None:
        await socket.send_text(text)
    await socket.close(1013)


def sessions_of(state: Any) -> Sessions:
    """Return the sessions of an application, made when they are first asked for."""
    if not hasattr(state, "sessions"):
        state.sessions = Sessions(state.settings.home)
    sessions: Sessions = state.sessions
    return sessions
