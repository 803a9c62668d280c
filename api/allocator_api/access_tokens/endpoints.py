"""``/v1/access-tokens``: the token endpoint of OAuth 2 (RFC 6749, 7523), whose forms and keys are those of OAuth."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.openapi.models import HTTPBearer
from pydantic import BaseModel, Field

from allocator_api.identity.assertions import client_that_signed
from allocator_api.problems import Problem

router = APIRouter(prefix="/v1/access-tokens", tags=["me"], include_in_schema=False)
#: Seconds for which a token is good.
SECONDS = 600


class Grant(BaseModel):
    """What a client posts."""

    grant_type: Literal["client_credentials"]
    client_assertion_type: Literal["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    client_assertion: str = Field(max_length=10_000)


class Token(BaseModel):
    """An access token."""

    access_token: str
    token_type: str
    expires_in: int


@router.post("")
def sign_token(request: Request, grant: Annotated[Grant, Form()]) -> Token:
    """Sign an access token for the client whose key signed the assertion."""
    state = request.app.state
    state.pace.count(f"address {request.client.host if request.client else ''}")
    client = client_that_signed(state.database, grant.client_assertion, state.issuer.audience)
    if client is None:
        told = "The assertion is not signed by a known client, not for this service, not in force, or was sent before; sign a new one."
        raise Problem(401, told, headers={"WWW-Authenticate": "Bearer"})
    return Token(access_token=state.issuer.sign(client.id, SECONDS), token_type=HTTPBearer().scheme.capitalize(), expires_in=SECONDS)
