"""Signing in on the page by an identity provider: the good way, every way that must end at the door, and what is left in the browser."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import ECKey
from structlog.testing import capture_logs

from allocator.errors import InvalidInput
from allocator_api.app import create_app
from allocator_api.identity import Role
from allocator_api.identity.clients import add_client, new_client
from allocator_api.sessions.bench import Bench
from allocator_api.sessions.service import Sessions
from allocator_api.settings import settings_from
from tests.api.sessions.conftest import bench  # noqa: F401 - a fixture
from tests.api.sign_in.provider import CLIENT, DISCOVERY, LocalProvider

ADDRESS = "https://crisis.example"
DONE = "/whatif/#sign-in"
OPENING = {"name": "leader"}
ORIGIN = {"Origin": ADDRESS}


@pytest.fixture
def provider() -> Iterator[LocalProvider]:
    started = LocalProvider()
    yield started
    started.stop()


Start = Callable[..., TestClient]


@pytest.fixture
def start(provider: LocalProvider, tmp_path: Path) -> Iterator[Start]:
    """Start a service that asks the provider; its answers are not followed."""
    apps = []

    def started(**settings: Any) -> TestClient:
        app = create_app(provider.settings(tmp_path / "home", ADDRESS, **settings))
        apps.append(app)
        return TestClient(app, base_url=ADDRESS, follow_redirects=False, raise_server_exceptions=False)

    yield started
    for app in apps:
        app.state.database.close()


@pytest.fixture
def browser(start: Start) -> TestClient:
    return start()


def begin(browser: TestClient) -> str:
    """Return where the service sends a browser."""
    answer = browser.get("/sign-in")
    assert answer.status_code == 303
    return answer.headers["location"]


def end(browser: TestClient, callback: str) -> str:
    """Return where a browser is sent that comes back from the provider."""
    answer = browser.get(callback)
    assert answer.status_code == 303
    return answer.headers["location"]


def sign_in(browser: TestClient, provider: LocalProvider) -> str:
    return end(browser, provider.consent(begin(browser)))


def guest(browser: TestClient) -> dict[str, Any] | None:
    return browser.get("/sign-in/door").json()["guest"]


# ---- the good way ----------------------------------------------------------------------------------------------------------------
def test_who_signs_in_opens_a_session_once(browser: TestClient, provider: LocalProvider, tmp_path: Path, bench: Bench) -> None:  # noqa: F811 - the fixture
    browser.app.state.sessions = Sessions(tmp_path)
    browser.app.state.sessions.bench = bench
    assert sign_in(browser, provider) == DONE
    assert guest(browser) == {"subject": "leader-1", "name": "Exercise leader", "role": "facilitator", "opens": True}
    kept = {**ORIGIN, "Cookie": f"__Host-signed-in={browser.cookies['__Host-signed-in']}"}
    opened = browser.post("/v1/sessions", json=OPENING, headers=ORIGIN)
    assert (opened.status_code, opened.json()["standing"]) == (201, "lead")
    assert guest(browser) is None
    assert browser.post("/v1/sessions", json=OPENING, headers=ORIGIN).status_code == 401
    assert browser.post("/v1/sessions", json=OPENING, headers=kept).status_code == 401
    assert sign_in(browser, provider) == DONE
    assert browser.post("/v1/sessions", json=OPENING, headers=ORIGIN).status_code == 201


def test_the_provider_is_asked_as_the_standards_say(browser: TestClient, provider: LocalProvider) -> None:
    address = begin(browser)
    assert address.startswith(f"{provider.issuer}/authorize?")
    asked = dict(parse_qsl(urlsplit(address).query))
    fixed = {name: asked[name] for name in ("response_type", "client_id", "redirect_uri", "scope", "code_challenge_method")}
    assert fixed == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": f"{ADDRESS}/sign-in/callback",
        "scope": "openid profile",
        "code_challenge_method": "S256",
    }
    assert all(len(asked[name]) == 43 for name in ("state", "nonce", "code_challenge"))
    assert "prompt" not in asked
    assert "prompt=login" in browser.get("/sign-in?again=true").headers["location"]
    assert asked["state"] not in begin(browser)


def test_a_client_with_a_key_proves_itself(start: Start, provider: LocalProvider, tmp_path: Path) -> None:
    provider.client_key = ECKey.generate_key("P-256")
    (tmp_path / "client.pem").write_bytes(provider.client_key.as_pem(private=True))
    assert sign_in(start(oidc_client_key=tmp_path / "client.pem"), provider) == DONE
    assert sign_in(start(), provider) == f"{DONE}=unavailable"


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "  A \n B "}, "A B"),
        ({"name": None, "preferred_username": "leader"}, "leader"),
        ({"name": None}, ""),
        ({"name": "x" * 99}, "x" * 40),
        ({"name": "a\u202eb"}, ""),
    ],
)
def test_the_name_is_one_that_a_session_takes(browser: TestClient, provider: LocalProvider, claims: dict, name: str) -> None:
    provider.identity |= claims
    assert sign_in(browser, provider) == DONE
    assert guest(browser)["name"] == name


# ---- ways that end at the door -----------------------------------------------------------------------------------------------------
def test_a_state_that_this_browser_did_not_begin_is_nothing(start: Start, provider: LocalProvider) -> None:
    browser, attacker = start(), start()
    foreign = provider.consent(begin(attacker))
    assert end(browser, foreign) == f"{DONE}=expired"
    begin(browser)
    assert end(browser, foreign) == f"{DONE}=expired"
    own = provider.consent(begin(browser))
    for path in ("/sign-in/callback", "/sign-in/callback?state=x"):
        assert end(browser, path) == f"{DONE}=expired"
    assert guest(browser) is None
    assert not [form for form in provider.asked if "code_verifier" in form]
    assert end(browser, own) == DONE  # what others send here does not end what this browser began


def test_an_answer_is_taken_once(browser: TestClient, provider: LocalProvider) -> None:
    callback = provider.consent(begin(browser))
    kept = {"Cookie": f"__Host-sign-in={browser.cookies['__Host-sign-in']}"}
    assert end(browser, callback) == DONE
    assert end(browser, callback) == f"{DONE}=expired"
    assert browser.get(callback, headers=kept).headers["location"] == f"{DONE}=expired"  # of a thief with the answer and the cookie
    assert len([form for form in provider.asked if "code_verifier" in form]) == 1


def test_a_code_that_the_provider_refuses_is_told_as_too_old(browser: TestClient, provider: LocalProvider) -> None:
    callback = provider.consent(begin(browser))
    provider._codes.clear()
    assert end(browser, callback) == f"{DONE}=expired"


def test_a_code_of_somebody_else_has_another_challenge(start: Start, provider: LocalProvider) -> None:
    browser, victim = start(), start()
    stolen = dict(parse_qsl(urlsplit(provider.consent(begin(victim))).query))["code"]
    own = provider.consent(begin(browser))
    code = dict(parse_qsl(urlsplit(own).query))["code"]
    assert end(browser, own.replace(code, stolen)) == f"{DONE}=expired"


@pytest.mark.parametrize(
    ("which", "claims"),
    [
        ("identity", {"nonce": "another"}),
        ("identity", {"nonce": None}),
        ("identity", {"aud": "another"}),
        ("identity", {"azp": "another"}),
        ("identity", {"exp": 1}),
        ("access", {"sub": "leader-2"}),
        ("access", {"aud": "another"}),
        ("access", {"iss": "https://other.example"}),
        ("access", {"exp": 1}),
        ("access", {"allocator_role": "king"}),
        ("access", {"allocator_role": None}),
        ("access", {"allocator_role": "partner"}),
    ],
)
def test_tokens_that_are_not_for_us_sign_nobody_in(browser: TestClient, provider: LocalProvider, which: str, claims: dict) -> None:
    getattr(provider, which).update(claims)
    with capture_logs() as logged:
        assert sign_in(browser, provider) == f"{DONE}=refused"
    assert guest(browser) is None
    assert [entry["event"] for entry in logged] == ["nobody signed in"]
    assert "king" not in str(logged)


def test_an_answer_of_another_provider_is_refused(browser: TestClient, provider: LocalProvider) -> None:
    for spoil in (lambda callback: callback.replace("iss=http", "iss=https"), lambda callback: callback.split("&iss=")[0]):
        assert end(browser, spoil(provider.consent(begin(browser)))) == f"{DONE}=refused"
    assert not [form for form in provider.asked if "code_verifier" in form]


def test_a_provider_that_never_names_itself_need_not(browser: TestClient, provider: LocalProvider) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": False}
    assert end(browser, provider.consent(begin(browser)).split("&iss=")[0]) == DONE


def test_who_breaks_off_is_told_so(browser: TestClient, provider: LocalProvider) -> None:
    assert end(browser, provider.refusal(begin(browser))) == f"{DONE}=cancelled"
    assert end(browser, provider.refusal(begin(browser), "server_error")) == f"{DONE}=unavailable"


@pytest.mark.parametrize(
    "spoil",
    [
        {"failing": {DISCOVERY: 500}},
        {"failing": {DISCOVERY: 302}},
        {"metadata": {"issuer": "https://other.example"}},
        {"metadata": {"authorization_endpoint": "http://login.example/authorize"}},
        {"metadata": {"token_endpoint": "file:///etc/passwd"}},
        {"metadata": {"token_endpoint": None}},
    ],
    ids=str,
)
def test_a_provider_without_good_metadata_is_told_as_away(browser: TestClient, provider: LocalProvider, spoil: dict) -> None:
    for name, value in spoil.items():
        setattr(provider, name, value)
    assert begin(browser) == f"{DONE}=unavailable"


@pytest.mark.parametrize("status", [302, 307, 401, 500, 503])
def test_a_token_endpoint_that_fails_is_told(browser: TestClient, provider: LocalProvider, status: int) -> None:
    provider.failing = {"/token": status}
    assert sign_in(browser, provider) == f"{DONE}=unavailable"


def test_a_provider_that_is_down_is_told(browser: TestClient, provider: LocalProvider, tmp_path: Path) -> None:
    callback = provider.consent(begin(browser))
    (tmp_path / "home" / "provider-keys.json").unlink()
    assert end(browser, callback) == f"{DONE}=unavailable"
    callback = provider.consent(begin(browser))
    provider.stop()
    assert end(browser, callback) == f"{DONE}=unavailable"
    browser.app.state.sign_in._party._metadata._held = None
    assert begin(browser) == f"{DONE}=unavailable"


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.TEAM])
def test_a_role_that_opens_no_sessions_is_told_at_the_door(browser: TestClient, provider: LocalProvider, role: Role) -> None:
    provider.access["allocator_role"] = role
    assert sign_in(browser, provider) == DONE
    assert {"role": role, "opens": False}.items() <= guest(browser).items()
    assert browser.post("/v1/sessions", json=OPENING, headers=ORIGIN).status_code == 403


# ---- what the cookies are worth ------------------------------------------------------------------------------------------------------
def test_cookies_are_for_this_host_and_no_script(browser: TestClient, provider: LocalProvider) -> None:
    began = browser.get("/sign-in")
    ended = browser.get(provider.consent(began.headers["location"]))
    for answer, name, same_site in ((began, "__Host-sign-in", "lax"), (ended, "__Host-signed-in", "strict")):
        [set_cookie] = [one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{name}=")]
        cookie = SimpleCookie(set_cookie)[name]
        assert (cookie["path"], cookie["domain"], cookie["samesite"], cookie["max-age"]) == ("/", "", same_site, "600")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert "leader" not in set_cookie
        assert answer.headers["cache-control"] == "no-store"
    assert [one for one in ended.headers.get_list("set-cookie") if one.startswith('__Host-sign-in=""') and "Max-Age=0" in one]


def test_other_pages_cannot_use_who_is_signed_in(browser: TestClient, provider: LocalProvider) -> None:
    sign_in(browser, provider)
    for headers in ({}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {**ORIGIN, "Authorization": "Bearer none"}):
        assert browser.post("/v1/sessions", json=OPENING, headers=headers).status_code == 401
    assert browser.get("/v1/me", headers=ORIGIN).status_code == 401  # the cookie opens sessions and nothing else


def test_what_is_kept_ends_after_ten_minutes(browser: TestClient, provider: LocalProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(browser, provider)
    callback = provider.consent(begin(browser))
    kept = {"Cookie": "; ".join(f"{name}={text}" for name, text in browser.cookies.items())}  # by a browser that forgets nothing
    browser.cookies.clear()
    later = time()
    for seconds, known, outcome in ((590, "facilitator", "refused"), (601, None, "expired")):
        monkeypatch.setattr("time.time", lambda: later + seconds)  # noqa: B023 - called in this round
        found = browser.get("/sign-in/door", headers=kept).json()["guest"]
        assert (found and found["role"]) == known
        assert browser.get(callback, headers=kept).headers["location"] == f"{DONE}={outcome}"


def test_a_cookie_is_for_one_purpose_and_one_service(browser: TestClient) -> None:
    begin(browser)
    under_way = browser.cookies["__Host-sign-in"]
    header = urlsafe_b64encode(b'{"alg":"dir","enc":[]}').rstrip(b"=").decode()
    for forged in (under_way, "nonsense", under_way[:-3], f"{header}.{under_way.partition('.')[2]}", ""):
        browser.cookies.set("__Host-signed-in", forged)
        assert guest(browser) is None


# ---- settings ------------------------------------------------------------------------------------------------------------------------
def test_without_a_client_nobody_can_sign_in(start: Start) -> None:
    browser = start(oidc_client="")
    assert browser.get("/sign-in/door").json() == {"provider": None, "address": None, "guest": None}
    assert [browser.get(path).status_code for path in ("/sign-in", "/sign-in/callback")] == [404, 404]
    add_client(browser.app.state.database, new_client("x", Role.FACILITATOR))
    assert browser.post("/v1/sessions", json=OPENING, headers=ORIGIN).status_code == 401


def test_the_door_names_the_host_of_the_provider(browser: TestClient, provider: LocalProvider) -> None:
    host = provider.issuer.removeprefix("http://")
    assert browser.get("/sign-in/door").json() == {"provider": host, "address": f"{ADDRESS}/sign-in", "guest": None}


GOOD = {"OIDC_ISSUER": "https://login.example", "OIDC_KEYS": "https://login.example/keys", "OIDC_CLIENT": "a", "ADDRESS": ADDRESS}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({**GOOD, "ADDRESS": ""}, "ALLOCATOR_OIDC_CLIENT: a client needs ALLOCATOR_ADDRESS"),
        ({**GOOD, "OIDC_ISSUER": "http://login.example"}, "ALLOCATOR_OIDC_CLIENT: a client needs"),
        ({**GOOD, "OIDC_ISSUER": "", "OIDC_KEYS": ""}, "ALLOCATOR_OIDC_CLIENT: a client needs"),
        ({**GOOD, "AUDIENCE": "a"}, "ALLOCATOR_AUDIENCE: client and audience are one"),
        ({**GOOD, "OIDC_SCOPE": "profile"}, "ALLOCATOR_OIDC_SCOPE"),
        ({**GOOD, "OIDC_CLIENT": "", "OIDC_CLIENT_KEY": "key.pem"}, "ALLOCATOR_OIDC_CLIENT_KEY: the key is that of a client"),
    ],
)
def test_settings_that_do_not_go_together_are_told(given: dict[str, str], told: str) -> None:
    assert settings_from({f"ALLOCATOR_{name}": text for name, text in GOOD.items()}).oidc_client == "a"
    with pytest.raises(InvalidInput, match=told):
        settings_from({f"ALLOCATOR_{name}": text for name, text in given.items()})


@pytest.mark.parametrize(
    "address",
    [
        "http://crisis.example",
        f"{ADDRESS}/",
        f"{ADDRESS}:443",
        f"{ADDRESS}:99999",
        f"{ADDRESS}:0",
        f"{ADDRESS}:",
        "https://user:password@crisis.example",
        "https://crisis .example",
        f" {ADDRESS}",
        "https://Crisis.example",
        "https://[",
        "crisis",
    ],
)
def test_the_address_is_one_that_browsers_name_as_origin(address: str) -> None:
    for good in (ADDRESS, f"{ADDRESS}:8443", "http://[::1]:8000", "http://127.0.0.1:8000"):
        assert settings_from({"ALLOCATOR_ADDRESS": good}).address == good
    with pytest.raises(InvalidInput, match="ALLOCATOR_ADDRESS: write scheme, host and an unusual port alone"):
        settings_from({"ALLOCATOR_ADDRESS": address})


@pytest.mark.parametrize("pem", [b"nonsense", ECKey.generate_key("P-256").as_pem(private=False), ECKey.generate_key("P-384").as_pem()])
def test_the_key_of_the_client_is_checked_at_the_start(start: Start, tmp_path: Path, pem: bytes) -> None:
    (tmp_path / "client.pem").write_bytes(pem)
    with pytest.raises(InvalidInput, match="no private key of the curve P-256"):
        start(oidc_client_key=tmp_path / "client.pem")
