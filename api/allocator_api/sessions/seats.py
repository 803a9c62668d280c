"""Who may sit at the table: join codes, and seats that are good for one session and one day."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

#: Hours for which codes and seats of a session are good.
HOURS = 12
#: Letters and digits that nobody takes for another when they are read aloud.
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8


def _plain(name: str) -> str:
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise ValueError("write a name that can be read")
    return name


Name = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_plain)]


class Standing(StrEnum):
    """What somebody may do in a session: lead and team move, observers watch; the lead sees the codes."""

    LEAD = "lead"
    TEAM = "team"
    OBSERVER = "observer"

    @property
    def moves(self) -> bool:
        """Whether it may move anything."""
        return self is not Standing.OBSERVER


class Head(BaseModel):
    """What a session was opened with."""

    model_config = ConfigDict(frozen=True)

    id: str
    scenario: str
    exercise: bool
    opened: datetime
    team_code: str
    observer_code: str
    #: the session and the number of moves of it that this one begins with, where it was opened by a link
    source: tuple[str, int] | None = None

    @property
    def until(self) -> datetime:
        """When its codes and seats end."""
        return self.opened + timedelta(hours=HOURS)

    def standing_of(self, code: str) -> Standing | None:
        """Return what a join code gives, None for a wrong one."""
        typed = "".join(sign for sign in code.upper() if sign in SIGNS).encode()
        for right, standing in ((self.team_code, Standing.TEAM), (self.observer_code, Standing.OBSERVER)):
            if compare_digest(typed, right.encode()):
                return standing
        return None


class Seat(BaseModel):
    """A place at the table; of its token only the hash is kept."""

    model_config = ConfigDict(frozen=True)

    token: str
    name: str
    standing: Standing


def new_head(scenario: str, exercise: bool, source: tuple[str, int] | None = None) -> Head:
    """Return the head of a new session, with an id and codes that nobody can guess."""
    return Head(
        id=secrets.token_urlsafe(16),
        scenario=scenario,
        exercise=exercise,
        opened=datetime.now(UTC),
        team_code=_code(),
        observer_code=_code(),
        source=source,
    )


def new_seat(name: str, standing: Standing) -> tuple[Seat, str]:
    """Return a seat and its token."""
    token = secrets.token_urlsafe(32)
    return Seat(token=hashed(token), name=name, standing=standing), token


def hashed(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode()).hexdigest()


def _code() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))
