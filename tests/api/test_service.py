"""What every request meets: tokens, headers, problems, limits, health."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread
from time import sleep, time

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from allocator.errors import InvalidInput
from allocator_api.app import HEADERS, Service, create_app
from allocator_api.commands.serve import server_of
from allocator_api.database import Database
from allocator_api.identity import Permission, Role
from allocator_api.identity.clients import add_client, new_client, revoke_client
from allocator_api.identity.issuer import NAME, Issuer
from allocator_api.identity.roles import PERMISSIONS
from allocator_api.settings import Settings, settings_from
from tests.api.conftest import Keys
from tests.program import call

PROBLEM = "application/problem+json"


def test_a_caller_is_told_who_it_is(client: TestClient, key: Keys) -> None:
    found = client.get("/v1/me", headers=key(Role.PARTNER, "NLD", "agency"))
    assert found.status_code == 200
    assert {name: found.json()[name] for name in ("name", "role", "partner")} == {"name": "agency", "role": "partner", "partner": "NLD"}
    assert set(found.json()["permissions"]) == PERMISSIONS[Role.PARTNER]


def forged(key: ECKey | OctKey, algorithm: str = "ES256", **claims: object) -> str:
    """A token as the issuer makes it, but for what is said here."""
    usual = {"iss": NAME, "aud": "stockpile-allocator", "exp": int(time()) + 60}
    return jwt.encode({"alg": algorithm, "typ": "at+jwt"}, {**usual, **claims}, key, algorithms=[algorithm])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _, __: "",
        lambda _, __: "nonsense",
        lambda key, sub: forged(key, sub=sub, exp=int(time()) - 1),
        lambda key, sub: forged(key, sub=sub, aud="another"),
        lambda key, sub: forged(key, sub=sub, iss="another"),
        lambda key, _: forged(key, sub="nobody"),
        lambda _, sub: forged(ECKey.generate_key("P-256"), sub=sub),
        lambda _, sub: forged(OctKey.generate_key(256), "HS256", sub=sub),
    ],
    ids=["none", "nonsense", "expired", "audience", "issuer", "nobody", "another key", "another algorithm"],
)
def test_a_token_that_is_not_in_force_is_401(app: Service, client: TestClient, key: Keys, spoil) -> None:
    good = key(Role.OBSERVER)["Authorization"]
    sub = client.get("/v1/me", headers={"Authorization": good}).json()["id"]
    own = app.state.issuer._key
    assert client.get("/v1/me", headers={"Authorization": f"Bearer {forged(own, sub=sub)}"}).status_code == 200
    found = client.get("/v1/me", headers={"Authorization": f"Bearer {spoil(own, sub)}"})
    assert (found.status_code, found.headers["content-type"], found.headers["www-authenticate"]) == (401, PROBLEM, "Bearer")
    assert client.get("/v1/me").status_code == 401


def test_a_revoked_key_is_worth_nothing_at_once(app: Service, client: TestClient, key: Keys) -> None:
    headers = key(Role.AUDITOR, name="auditor")
    assert client.get("/v1/me", headers=headers).status_code == 200
    revoke_client(app.state.database, "auditor")
    assert client.get("/v1/me", headers=headers).status_code == 401


def test_secrets_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    token = Issuer(tmp_path, "here").sign("somebody", 60)
    assert Issuer(tmp_path, "here").client_of(token) == "somebody"
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


def test_administrators_see_no_figures() -> None:
    assert not PERMISSIONS[Role.ADMINISTRATOR] & {Permission.READ_FIGURES, Permission.READ_RUNS, Permission.START_RUNS}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/v1/me", "/v1/nothing", "/v1/openapi.json", "/v1/me/"])
def test_every_response_carries_the_headers(client: TestClient, path: str) -> None:
    found = client.get(path)
    assert {name: found.headers.get(name) for name in HEADERS} == HEADERS
    assert found.status_code == {"/healthz": 200, "/readyz": 200, "/v1/me": 401, "/v1/openapi.json": 200}.get(path, 404)


def test_a_failure_of_the_service_tells_nothing_of_its_inside(app: Service, client: TestClient) -> None:
    @app.get("/v1/broken")
    def broken() -> None:
        raise RuntimeError("the secret figure is 42")

    found = client.get("/v1/broken")
    assert (found.status_code, found.headers["content-type"], found.headers["api-version"]) == (500, PROBLEM, "1.0.0")
    assert "42" not in found.text
    assert "RuntimeError" not in found.text


def test_problems_have_status_title_and_detail(client: TestClient) -> None:
    found = client.post("/v1/me")
    assert (found.status_code, found.headers["content-type"]) == (405, PROBLEM)
    assert {"status": 405, "title": "Method Not Allowed", "type": "about:blank"}.items() <= found.json().items()
    assert client.get("/v1/nothing").json()["detail"].startswith("There is no such resource")


def test_the_description_is_open_to_every_origin(client: TestClient) -> None:
    found = client.get("/v1/openapi.json")
    assert found.headers["access-control-allow-origin"] == "*"
    assert found.json()["components"]["securitySchemes"]["accessToken"]["scheme"] == "bearer"


def test_other_origins_are_let_in_by_list(tmp_path: Path) -> None:
    app = create_app(Settings(home=tmp_path, cors_origins=("https://crisis.example",)))
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    client = TestClient(app)
    allowed = [client.options("/v1/me", headers={"Origin": f"https://{host}.example", **asked}) for host in ("crisis", "other")]
    assert [found.headers.get("access-control-allow-origin") for found in allowed] == ["https://crisis.example", None]
    app.state.database.close()


def test_one_client_too_fast_waits_and_others_do_not(tmp_path: Path) -> None:
    app = create_app(Settings(home=tmp_path, requests_per_minute=2))
    client = TestClient(app)
    fast, slow = (
        {"Authorization": f"Bearer {app.state.issuer.sign(add_client(app.state.database, new_client(name, Role.TEAM)).id, 60)}"}
        for name in ("fast", "slow")
    )
    assert [client.get("/v1/me", headers=fast).status_code for _ in range(3)] == [200, 200, 429]
    late = client.get("/v1/me", headers=fast)
    assert 1 <= int(late.headers["retry-after"]) <= 60
    assert client.get("/v1/me", headers=slow).status_code == 200
    app.state.database.close()


def test_a_database_that_is_away_is_told_by_readyz_alone(app: Service, client: TestClient, tmp_path: Path) -> None:
    app.state.database.close()
    app.state.database = Database(f"sqlite:///{tmp_path}/away.sqlite")
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_a_server_that_is_asked_to_stop_ends_lines_that_are_open(app: Service, key: Keys) -> None:
    server = server_of(app, "127.0.0.1", 0)
    running = Thread(target=server.run, daemon=True)
    running.start()
    while not server.started:
        sleep(0.02)
    host = f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    seat = httpx.post(f"http://{host}/v1/sessions", json={"name": "lead"}, headers=key(Role.FACILITATOR)).json()
    with connect(f"ws://{host}/v1/sessions/{seat['session']}/line", origin=f"http://{host}") as line:
        line.send(json.dumps({"token": seat["token"], "since": 0}))
        assert json.loads(line.recv())["kind"] == "welcome"
        server.should_exit = True
        with pytest.raises(ConnectionClosed):
            list(line)
    running.join(60)
    assert not running.is_alive()


def test_settings_come_from_the_environment_with_all_faults_at_once() -> None:
    assert settings_from({"ALLOCATOR_CORS_ORIGINS": "https://a.example, https://b.example", "PATH": "/"}).cors_origins == (
        "https://a.example",
        "https://b.example",
    )
    with pytest.raises(InvalidInput) as raised:
        settings_from({"ALLOCATOR_DATABSE": "x", "ALLOCATOR_MAX_BODY_BYTES": "many", "ALLOCATOR_CLASSIFICATION": "two\nlines"})
    assert len(raised.value.findings) == 3
    assert "did you mean 'ALLOCATOR_DATABASE'" in str(raised.value)


def test_keys_are_made_listed_and_revoked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOCATOR_HOME", str(tmp_path))
    made = call("admin", "create-key", "agency", "--role", "partner", "--partner", "NLD")
    assert made.exit_code == 0
    app = create_app(settings_from({"ALLOCATOR_HOME": str(tmp_path)}))
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    with TestClient(app) as client:
        assert client.get("/v1/me", headers=headers).json()["partner"] == "NLD"
        assert "agency" in call("admin", "list-keys").stdout
        assert made.stdout.strip() not in call("admin", "list-keys", "--json").stdout
        assert call("admin", "revoke-key", "agency").exit_code == 0
        assert client.get("/v1/me", headers=headers).status_code == 401
    app.state.database.close()


def test_the_page_names_every_setting_and_every_role() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "service.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"| `ALLOCATOR_{name.upper()}` |" not in page] == []
    assert [role for role in Role if f"| `{role}` |" not in page] == []
