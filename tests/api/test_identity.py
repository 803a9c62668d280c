"""Tokens from elsewhere: an identity provider, and clients that sign for themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from time import time

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from allocator.errors import InvalidInput
from allocator_api.app import Service, create_app
from allocator_api.identity import Role
from allocator_api.identity.clients import add_client, new_client, revoke_client
from allocator_api.settings import Settings, settings_from

ISSUER = "https://login.example"
AUDIENCE = "stockpile-allocator"
GRANT = {"grant_type": "client_credentials", "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}


def signed(key: ECKey, **claims: object) -> str:
    header = {"alg": "ES256", **({"kid": key.kid} if key.kid else {})}
    return jwt.encode(header, {"aud": AUDIENCE, "exp": int(time()) + 60, **claims}, key, algorithms=["ES256"])


@pytest.fixture
def provider() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "one"})


@pytest.fixture
def ask(settings: Settings, provider: ECKey, tmp_path: Path):
    """Send a token of the provider, and give the answer."""
    settings.home.mkdir()
    (tmp_path / "keys.json").write_text(json.dumps(KeySet([provider]).as_dict(private=False)))
    own = {"oidc_issuer": ISSUER, "oidc_keys": str(tmp_path / "keys.json"), "oidc_algorithm": "ES256"}
    app = create_app(settings.model_copy(update=own))
    client = TestClient(app)
    yield lambda token: client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    app.state.database.close()


def test_a_token_of_the_provider_says_role_and_partner(ask: Callable, provider: ECKey) -> None:
    team = ask(signed(provider, iss=ISSUER, sub="anna", allocator_role="crisis_team"))
    assert (team.status_code, team.json()["name"], team.json()["role"]) == (200, "anna", "crisis_team")
    partner = ask(signed(provider, iss=ISSUER, sub="agency", allocator_role="partner", allocator_partner="NLD"))
    assert partner.json()["partner"] == "NLD"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example", "allocator_role": "team"},
        {"iss": ISSUER, "allocator_role": "team", "aud": "another"},
        {"iss": ISSUER, "allocator_role": "team", "exp": 1},
        {"iss": ISSUER, "allocator_role": "king"},
        {"iss": ISSUER},
        {"iss": ISSUER, "allocator_role": "partner"},
        {"iss": ISSUER, "allocator_role": "partner", "allocator_partner": "*"},
    ],
)
def test_any_other_token_of_the_provider_is_401(ask: Callable, provider: ECKey, claims: dict) -> None:
    assert ask(signed(provider, sub="anna", **claims)).status_code == 401


def test_a_token_by_another_key_is_401(ask: Callable) -> None:
    other = ECKey.generate_key("P-256", {"kid": "one"})
    assert ask(signed(other, iss=ISSUER, sub="anna", allocator_role="team")).status_code == 401


def test_issuer_and_keys_go_together_and_keys_come_safely() -> None:
    for given in ({"OIDC_ISSUER": ISSUER}, {"OIDC_ISSUER": ISSUER, "OIDC_KEYS": "http://login.example/keys"}):
        with pytest.raises(InvalidInput, match="by https"):
            settings_from({f"ALLOCATOR_{name}": text for name, text in given.items()})


def token(client: TestClient, assertion: str):
    return client.post("/v1/access-tokens", data={**GRANT, "client_assertion": assertion})


def test_a_client_gets_a_token_for_its_signature_once(app: Service, client: TestClient) -> None:
    key = ECKey.generate_key("P-256")
    system = add_client(app.state.database, new_client("system", Role.PARTNER, "NLD", key.as_pem(private=False).decode()))
    own = {"iss": system.id, "sub": system.id}
    assertion = signed(key, **own, jti="1")
    found = token(client, assertion)
    assert (found.status_code, found.json()["token_type"]) == (200, "Bearer")
    headers = {"Authorization": f"Bearer {found.json()['access_token']}"}
    assert client.get("/v1/me", headers=headers).json()["partner"] == "NLD"
    refused = [
        assertion,
        signed(ECKey.generate_key("P-256"), **own, jti="2"),
        signed(key, **own, jti="3", aud="another"),
        signed(key, **own, jti="4", exp=int(time()) - 1),
        signed(key, **own, jti="5", exp=int(time()) + 3600),
        signed(key, iss="another", sub=system.id, jti="6"),
        signed(key, **own),
        "nonsense",
        "a.!.c",
    ]
    assert [token(client, one).status_code for one in refused] == [401] * len(refused)
    revoke_client(app.state.database, "system")
    assert token(client, signed(key, **own, jti="7")).status_code == 401


def test_a_client_without_a_key_cannot_sign(app: Service, client: TestClient) -> None:
    plain = add_client(app.state.database, new_client("plain", Role.TEAM))
    assert token(client, signed(ECKey.generate_key("P-256"), iss=plain.id, sub=plain.id, jti="1")).status_code == 401


@pytest.mark.parametrize("pem", ["nonsense", ECKey.generate_key("P-256").as_pem(private=True).decode()], ids=["nonsense", "private"])
def test_only_a_public_key_is_registered(pem: str) -> None:
    with pytest.raises(InvalidInput, match="no public key"):
        new_client("system", Role.TEAM, None, pem)
