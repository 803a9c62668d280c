"""``/sign-in``: to the identity provider and back, and what the door of the page shows."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from allocator_api.identity import Permission, Role
from allocator_api.problems import missing
from allocator_api.sign_in.service import NotSignedIn, Outcome, Person, SignIn

router = APIRouter(prefix="/sign-in", include_in_schema=False)


class Guest(BaseModel):
    """Who is signed in."""

    subject: str = Field(description="as the provider knows it")
    name: str = Field(description="as people do; may be empty")
    role: Role
    opens: bool = Field(description="whether it may open sessions")


class Door(BaseModel):
    """How the page can be entered, besides a key and a code."""

    provider: str | None = Field(description="host of the identity provider; none where people cannot sign in")
    address: str | None = Field(description="where signing in begins, under the name of the service that the provider knows")
    guest: Guest | None


@router.get("")
def begin(request: Request, again: bool = False) -> Response:
    """Send a browser to the provider."""
    sign_in = _sign_in(request)
    try:
        attempt, address = sign_in.begin(again)
    except NotSignedIn as failure:
        return _to_page(failure.outcome)
    response = RedirectResponse(address, 303)
    sign_in.under_way.set(response, attempt.model_dump())
    return response


@router.get("/callback")
def finish(request: Request) -> Response:
    """Take a browser back from the provider."""
    sign_in = _sign_in(request)
    attempt = sign_in.attempt(request.cookies, request.query_params.get("state", ""))
    if attempt is None:
        return _to_page(Outcome.EXPIRED)
    try:
        person = sign_in.finish(attempt, request.query_params)
    except NotSignedIn as failure:
        response = _to_page(failure.outcome)
    else:
        response = _to_page()
        sign_in.signed_in.set(response, person.model_dump(mode="json"))
    sign_in.under_way.drop(response)
    return response


@router.get("/door")
def read_door(request: Request) -> Door:
    """Say whether people can sign in, and who has."""
    sign_in: SignIn | None = request.app.state.sign_in
    if sign_in is None:
        return Door(provider=None, address=None, guest=None)
    person, address = sign_in.person(request), f"{request.app.state.settings.address}{router.prefix}"
    return Door(provider=sign_in.provider_name, address=address, guest=_guest(person) if person else None)


def _guest(person: Person) -> Guest:
    caller = person.caller
    return Guest(subject=caller.name, name=person.name, role=caller.role, opens=Permission.LEAD_SESSIONS in caller.permissions)


def _sign_in(request: Request) -> SignIn:
    """Return what signs people in, and count the request. Raises `Problem` 404 where nobody can sign in."""
    state = request.app.state
    if state.sign_in is None:
        raise missing()
    state.pace.count(f"address {request.client.host if request.client else ''}")
    sign_in: SignIn = state.sign_in
    return sign_in


def _to_page(outcome: Outcome | None = None) -> Response:
    """Lead to the page, which reads behind the # how it ended; a server never sees that part."""
    return RedirectResponse(f"/whatif/#sign-in{f'={outcome}' if outcome else ''}", 303)
