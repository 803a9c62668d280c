"""Tokens from elsewhere: an identity provider, and clients that sign for themselves."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from time import time

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from joserfc.jws import JWSRegistry
from joserfc.registry import HeaderParameter

from allocator.errors import InvalidInput
from allocator_api.app import Service, create_app
from allocator_api.identity import Role
from allocator_api.identity.clients import add_client, new_client, revoke_client
from allocator_api.identity.published import FRESH, RETRY, NoAnswer, Published
from allocator_api.settings import Settings, settings_from
from tests.api.sign_in.provider import LocalProvider

ISSUER = "https://login.example"
AUDIENCE = "stockpile-allocator"
GRANT = {"grant_type": "client_credentials", "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}


#: Whom the provider's tokens name where it does not matter who it is.
ANNA = {"iss": ISSUER, "sub": "anna", "allocator_role": "crisis_team"}
#: Headers that no library writes.
MALFORMED = [
    {"alg": "ES256", "crit": 1},
    {"alg": "ES256", "crit": [[]]},
    {"alg": []},
    {"alg": "ES256", "kid": {}},
    {"enc": []},
    {"alg": "dir", "enc": []},
    [],
    1,
]


def signed(key: ECKey, header: dict | None = None, **claims: object) -> str:
    headers = {"alg": "ES256", **({"kid": key.kid} if key.kid else {}), **(header or {})}
    anything = JWSRegistry({name: HeaderParameter("", lambda _: None) for name in headers}, ["ES256"])
    return jwt.encode(headers, {"aud": AUDIENCE, "exp": int(time()) + 60, **claims}, key, registry=anything, default_type=None)


def headed(token: str, header: object) -> str:
    """Return a token under another header."""
    return ".".join([urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode(), *token.split(".")[1:]])


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


@pytest.mark.parametrize("header", MALFORMED, ids=str)
def test_a_malformed_header_is_401(ask: Callable, provider: ECKey, header: object) -> None:
    assert ask(headed(signed(provider, **ANNA), header)).status_code == 401


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ({"typ": "at+jwt"}, 200),
        ({"typ": "Application/AT+JWT"}, 200),
        ({"typ": "JWT"}, 200),
        ({"typ": "logout+jwt"}, 401),
        ({"typ": ["JWT"]}, 401),
        ({"nonce": "unknown"}, 200),
        ({"nonce": "unknown", "crit": ["nonce"]}, 401),
    ],
    ids=str,
)
def test_the_header_is_that_of_an_access_token(ask: Callable, provider: ECKey, header: dict, status: int) -> None:
    assert ask(signed(provider, header, **ANNA)).status_code == status


# ---- the keys of the provider ------------------------------------------------------------------------------------------------------
@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("allocator_api.identity.published.monotonic", lambda: now[0])
    return now


def test_a_new_key_is_fetched_when_a_token_names_it(ask: Callable, provider: ECKey, tmp_path: Path, clock: list[float]) -> None:
    assert ask(signed(provider, **ANNA)).status_code == 200
    new = ECKey.generate_key("P-256", {"kid": "two"})
    (tmp_path / "keys.json").write_text(json.dumps(KeySet([new]).as_dict(private=False)))
    assert ask(signed(new, **ANNA)).status_code == 401
    clock[0] += RETRY
    assert ask(signed(new, **ANNA)).status_code == 200


def test_what_is_published_is_kept_while_it_cannot_be_fetched(clock: list[float]) -> None:
    answers: list[int | None] = [None, 1, None, 2]
    tried = []

    def fetch() -> int:
        tried.append(clock[0])
        answer = answers.pop(0)
        if answer is None:
            raise NoAnswer("away")
        return answer

    published = Published(fetch)
    for _ in range(3):
        with pytest.raises(NoAnswer):
            published.read(anew=True)
    assert len(tried) == 1
    for seconds, held in ((RETRY, 1), (FRESH + 1, 1), (RETRY - 1, 1), (1, 2)):
        clock[0] += seconds
        assert published.read() == held
    assert len(tried) == 4


def test_nobody_waits_for_a_fetch_of_another(clock: list[float]) -> None:
    hanging, free = Event(), Event()

    def fetch() -> int:
        if clock[0] > 1000:
            hanging.set()
            free.wait(10)
        return 1

    published = Published(fetch)
    published.read()
    clock[0] += FRESH + 1
    thread = Thread(target=published.read)
    thread.start()
    assert hanging.wait(10)
    assert published.read(anew=True) == 1
    assert thread.is_alive()
    free.set()
    thread.join()


@pytest.fixture
def local() -> Iterator[LocalProvider]:
    started = LocalProvider()
    yield started
    started.stop()


def asked_of(local: LocalProvider, settings: Settings) -> int:
    """Return the status of a good token where the keys are fetched from a provider."""
    settings.home.mkdir(exist_ok=True)
    own = {"oidc_issuer": ISSUER, "oidc_keys": f"{local.issuer}/keys", "oidc_algorithm": "ES256"}
    app = create_app(settings.model_copy(update=own))
    bearer = signed(local.key, **ANNA)
    answer = TestClient(app, raise_server_exceptions=False).get("/v1/me", headers={"Authorization": f"Bearer {bearer}"})
    app.state.database.close()
    return answer.status_code


@pytest.mark.parametrize("keys", ["{}", "null", '{"keys": 1}', '{"keys": [1]}', "[" * 100_000, "nonsense", " " * 200_001 + '{"keys": []}'])
def test_an_answer_without_keys_is_401(local: LocalProvider, settings: Settings, keys: str) -> None:
    assert asked_of(local, settings) == 200
    local.keys = keys
    assert asked_of(local, settings) == 401


def test_a_redirect_to_keys_is_not_followed(local: LocalProvider, settings: Settings) -> None:
    local.failing = {"/keys": 302}
    assert asked_of(local, settings) == 401


def test_keys_that_cannot_be_used_are_passed_over(local: LocalProvider, settings: Settings) -> None:
    other = [{"kty": "EC", "crv": "P-1", "kid": "two", "x": "AA", "y": "AA"}, {"kty": []}, 1, {"kty": "oct", "k": "AA", "kid": "one"}]
    local.keys = json.dumps({"keys": [*other, *json.loads(local.keys)["keys"]]})
    assert asked_of(local, settings) == 200


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
        *(headed(signed(key, **own, jti="7"), header) for header in MALFORMED),
        "nonsense",
        "a.!.c",
    ]
    assert [token(client, one).status_code for one in refused] == [401] * len(refused)
    revoke_client(app.state.database, "system")
    assert token(client, signed(key, **own, jti="8")).status_code == 401


def test_a_client_without_a_key_cannot_sign(app: Service, client: TestClient) -> None:
    plain = add_client(app.state.database, new_client("plain", Role.TEAM))
    assert token(client, signed(ECKey.generate_key("P-256"), iss=plain.id, sub=plain.id, jti="1")).status_code == 401


@pytest.mark.parametrize("pem", ["nonsense", ECKey.generate_key("P-256").as_pem(private=True).decode()], ids=["nonsense", "private"])
def test_only_a_public_key_is_registered(pem: str) -> None:
    with pytest.raises(InvalidInput, match="no public key"):
        new_client("system", Role.TEAM, None, pem)
