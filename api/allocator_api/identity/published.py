"""What an identity provider publishes: fetched safely and seldom, and kept while it cannot be fetched again."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.client import HTTPException
from math import inf
from threading import Lock
from time import monotonic
from typing import Any, Generic, TypeVar
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from allocator_api.settings import is_private

#: Seconds for which something published is used without asking again, between two tries to fetch it, and that the provider has to answer.
FRESH, RETRY, PATIENCE = 300, 30, 5
#: Largest answer of the provider that is read, in bytes.
MOST_BYTES = 200_000

Content = TypeVar("Content")


class NoAnswer(Exception):
    """The provider does not answer, or not as OpenID Connect says.

    Attributes:
        body: what it answers instead, if anything.
    """

    def __init__(self, reason: str, body: bytes = b"") -> None:
        self.body = body
        super().__init__(reason)


class Published(Generic[Content]):
    """Something that the provider publishes; one thread at a time fetches it, and the others go on with what there is."""

    def __init__(self, fetch: Callable[[], Content]) -> None:
        self._fetch = fetch
        self._lock = Lock()
        self._held: Content | None = None
        self._fetched = self._tried = -inf

    def read(self, *, anew: bool = False) -> Content:
        """Return what is published, fetched `anew` if it was not just tried. Raises `NoAnswer` when it never could be fetched."""
        if self._is_due(anew):
            try:
                self._held, self._fetched = self._fetch(), monotonic()
            except NoAnswer:
                if self._held is None:
                    raise
        if self._held is None:
            raise NoAnswer("no answer a moment ago")
        return self._held

    def _is_due(self, anew: bool) -> bool:
        with self._lock:
            now = monotonic()
            due = now - self._tried >= RETRY and (anew or now - self._fetched > FRESH)
            if due:
                self._tried = now
            return due


class _NoRedirect(HTTPRedirectHandler):
    """What is sent to the provider is for the address that it was sent to."""

    def redirect_request(self, *_: Any) -> None:
        return None


def asked(address: str, form: bytes | None = None) -> Any:
    """Return the JSON that an address answers with. Raises `NoAnswer`."""
    if not is_private(address):
        raise NoAnswer("an address without https")
    request = Request(address, form, {"Accept": "application/json"})  # noqa: S310 - https, or this machine
    try:
        with build_opener(_NoRedirect).open(request, timeout=PATIENCE) as answer:
            return parsed(answer.read(MOST_BYTES))
    except HTTPError as error:
        raise NoAnswer(f"status {error.code}", _body(error)) from None
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer(type(error).__name__) from None


def parsed(text: bytes) -> Any:
    """Return what stands in a JSON text. Raises `NoAnswer`."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise NoAnswer("no JSON") from None


def _body(error: HTTPError) -> bytes:
    try:
        with error:
            return error.read(MOST_BYTES)
    except (OSError, HTTPException):
        return b""
