"""One sign-in from its beginning to who has signed in, or to the reason why nobody has."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from hmac import compare_digest
from time import time
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwt import BaseClaimsRegistry
from pydantic import BaseModel, Field, ValidationError
from starlette.requests import HTTPConnection
from structlog import get_logger

from allocator_api.database import Database, new_id
from allocator_api.identity import Caller
from allocator_api.identity.access import provided
from allocator_api.identity.assertions import first_use
from allocator_api.identity.provider import Provider
from allocator_api.identity.published import NoAnswer
from allocator_api.identity.tokens import BadToken
from allocator_api.settings import Settings
from allocator_api.sign_in.cookies import SECONDS, Cookie
from allocator_api.sign_in.relying_party import Attempt, CodeRefused, RelyingParty

#: Largest number of signs of a name, as in a session.
LONGEST_NAME = 40


class Outcome(StrEnum):
    """Why nobody has signed in; the page has words for each."""

    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"


class NotSignedIn(Exception):
    """A sign-in that came to nothing."""

    def __init__(self, outcome: Outcome, reason: str = "") -> None:
        self.outcome = outcome
        super().__init__(reason)


class Person(BaseModel):
    """Who has signed in: the caller that its access token names, and the name by which people know it, which may be empty."""

    caller: Caller
    name: str
    id: str = Field(default_factory=new_id, description="of this sign-in, which opens one session")


class SignIn:
    """Signs people in by one identity provider; what is under way and who is signed in stands in two cookies, nowhere else."""

    def __init__(self, settings: Settings, provider: Provider, database: Database) -> None:
        self._settings, self._provider, self._database = settings, provider, database
        self._party = RelyingParty(settings)
        self.under_way = Cookie("sign-in", settings, "lax")  # comes back with the redirect from the provider
        self.signed_in = Cookie("signed-in", settings, "strict")

    @property
    def provider_name(self) -> str:
        """Host of the provider: people see where they will type their password."""
        return urlsplit(self._settings.oidc_issuer).netloc

    def begin(self, again: bool) -> tuple[Attempt, str]:
        """Return a new attempt, and the address at the provider where it goes on. Raises `NotSignedIn`."""
        attempt = Attempt()
        try:
            return attempt, self._party.authorization(attempt, again)
        except NoAnswer as error:
            raise _told(Outcome.UNAVAILABLE, str(error)) from None

    def attempt(self, cookies: Mapping[str, str], state: str) -> Attempt | None:
        """Return the attempt that this browser began, if an answer with a state belongs to it."""
        try:
            attempt = Attempt.model_validate(self.under_way.read(cookies))
        except ValidationError:
            return None
        return attempt if compare_digest(attempt.state.encode(), state.encode()) else None

    def finish(self, attempt: Attempt, answer: Mapping[str, str]) -> Person:
        """Return who has signed in, by the parameters with which the provider sent the browser back. Raises `NotSignedIn`."""
        if not self._first("sign-in", attempt.state):
            raise NotSignedIn(Outcome.EXPIRED)
        try:
            return self._answered(attempt, answer)
        except CodeRefused:
            raise _told(Outcome.EXPIRED, "code refused") from None
        except NoAnswer as error:
            raise _told(Outcome.UNAVAILABLE, str(error)) from None
        except (BadToken, JoseError) as error:
            raise _told(Outcome.REFUSED, str(error)) from None
        except ValueError:
            raise _told(Outcome.REFUSED, "no role") from None

    def person(self, connection: HTTPConnection) -> Person | None:
        """Return who is signed in, None when nobody is."""
        claims = self.signed_in.read(connection.cookies)
        return None if claims is None else Person.model_validate(claims)

    def caller_of(self, connection: HTTPConnection) -> Caller | None:
        """Return who is signed in, for what the page of this service asks; None for any other page."""
        person = self.person(connection) if connection.headers.get("origin") == self._settings.address else None
        return person.caller if person else None

    def is_used(self, connection: HTTPConnection) -> bool:
        """Use up what lets who is signed in open one session; return whether it was before."""
        person = self.person(connection)
        return person is None or not self._first("signed-in", person.id)

    def _answered(self, attempt: Attempt, answer: Mapping[str, str]) -> Person:
        if not self._party.is_from_provider(answer.get("iss")):
            raise _told(Outcome.REFUSED, "another issuer")
        if answer.get("error") == "access_denied":
            raise NotSignedIn(Outcome.CANCELLED)
        if "error" in answer:
            raise _told(Outcome.UNAVAILABLE, "the provider says so")
        tokens = self._party.exchange(answer.get("code", ""), attempt)
        client = self._settings.oidc_client
        about = self._provider.claims(tokens.id_token, client)
        BaseClaimsRegistry(azp={"value": client}, nonce={"essential": True, "value": attempt.nonce}).validate(about)
        subject, role, partner = self._provider.identify(tokens.access_token)
        if subject != str(about["sub"]):
            raise BadToken("two tokens of two people")
        return Person(caller=provided(subject, role, partner), name=_name(about))

    def _first(self, purpose: str, used: str) -> bool:
        return first_use(self._database, purpose, used, int(time()) + SECONDS)


def _name(claims: Mapping[str, Any]) -> str:
    name = " ".join(str(claims.get("name") or claims.get("preferred_username") or "").split())[:LONGEST_NAME].strip()
    return name if name.isprintable() else ""


def _told(outcome: Outcome, reason: str) -> NotSignedIn:
    """Return a failure that the log names too, without a word of the tokens."""
    get_logger().warning("nobody signed in", outcome=str(outcome), reason=reason)
    return NotSignedIn(outcome, reason)
