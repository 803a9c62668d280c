"""Sessions over HTTP and one web socket: who may come, who hears what, and what is left after a line or the service was lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from allocator.solve import Control
from allocator_api.app import Service, create_app
from allocator_api.identity import Role
from allocator_api.sessions.bench import Bench
from allocator_api.sessions.seats import CODE_LENGTH, SIGNS
from allocator_api.sessions.service import Sessions
from allocator_api.sessions.state import State
from allocator_api.settings import Settings
from tests.api.conftest import Keys

Hear = Callable[[str], dict[str, Any]]


@pytest.fixture(autouse=True)
def shared_bench(app: Service, bench: Bench, tmp_path: Path) -> None:
    app.state.sessions = Sessions(tmp_path)
    app.state.sessions.bench = bench


@pytest.fixture
def lead(client: TestClient, key: Keys) -> dict[str, Any]:
    """A session of the Hormuz scenario, and the seat of its lead."""
    answer = client.post("/v1/sessions", json={"name": "lead"}, headers=key(Role.FACILITATOR))
    assert answer.status_code == 201
    return answer.json()


@contextmanager
def line(client: TestClient, seat: dict[str, Any], since: int = 0, **headers: str) -> Iterator[tuple[Any, Hear]]:
    """Follow a session; yields the socket, and what waits for a message of a kind."""
    with client.websocket_connect(f"/v1/sessions/{seat['session']}/line", headers=headers) as socket:
        socket.send_json({"token": seat["token"], "since": since})

        def hear(kind: str) -> dict[str, Any]:
            while (message := socket.receive_json())["kind"] != kind:
                pass
            return message

        yield socket, hear


def closing(share: float, **more: Any) -> dict[str, Any]:
    return {"move": {"do": "set", "path": "disruptions.0.closed", "value": share}, **more}


def join(client: TestClient, code: str, name: str) -> Any:
    return client.post("/v1/sessions/join", json={"code": code, "name": name})


def codes_of(client: TestClient, lead: dict[str, Any]) -> dict[str, str]:
    with line(client, lead) as (_, hear):
        return hear("welcome")["session"]["codes"]


def test_who_may_open_a_session(client: TestClient, key: Keys) -> None:
    assert client.post("/v1/sessions", json={"name": "x"}).status_code == 401
    assert client.post("/v1/sessions", json={"name": "x"}, headers=key(Role.OBSERVER)).status_code == 403
    assert client.post("/v1/sessions", json={"name": "x"}, headers=key(Role.CRISIS_TEAM)).status_code == 201


def test_faults_of_an_opening_are_told(client: TestClient, key: Keys) -> None:
    headers = key(Role.FACILITATOR)
    told = client.post("/v1/sessions", json={"name": "x", "scenario": "no_crisis"}, headers=headers).json()
    assert (told["status"], told["errors"][0]["code"]) == (400, "A320")
    assert client.post("/v1/sessions", json={"name": " \n"}, headers=headers).status_code == 400
    gone = {"name": "x", "source": {"session": "A" * 22, "moves": 1}}
    assert "no such session" in client.post("/v1/sessions", json=gone, headers=headers).json()["errors"][0]["message"]


def test_a_code_gives_a_seat_for_this_session_alone(client: TestClient, key: Keys, lead: dict[str, Any]) -> None:
    codes = codes_of(client, lead)
    assert all(len(code) == CODE_LENGTH and set(code) <= set(SIGNS) for code in codes.values())
    seat = join(client, f" {codes['team'].lower()[:4]}-{codes['team'][4:]} ", "ministry").json()
    assert (seat["session"], seat["standing"]) == (lead["session"], "team")
    other = client.post("/v1/sessions", json={"name": "other"}, headers=key(Role.FACILITATOR, name="second")).json()
    with pytest.raises(WebSocketDisconnect) as closed, line(client, {**other, "token": seat["token"]}) as (_, hear):
        hear("welcome")
    assert closed.value.code == 4401
    assert client.get("/v1/me", headers={"Authorization": f"Bearer {seat['token']}"}).status_code == 401


@pytest.mark.usefixtures("lead")
def test_a_wrong_code_gives_nothing(client: TestClient) -> None:
    assert join(client, "AAAAAAAA", "x").status_code == 403
    assert join(client, "", "x").status_code == 403


def test_only_the_lead_sees_the_codes(client: TestClient, lead: dict[str, Any]) -> None:
    seat = join(client, codes_of(client, lead)["team"], "ministry").json()
    with line(client, seat) as (_, hear):
        assert hear("welcome")["session"]["codes"] is None


def test_names_are_told_apart(client: TestClient, lead: dict[str, Any]) -> None:
    code = codes_of(client, lead)["team"]
    names = []
    for _ in range(2):
        with line(client, join(client, code, "lead").json()) as (_, hear):
            names.append(hear("welcome")["you"]["name"])
    assert names == ["lead 2", "lead 3"]


def test_everybody_hears_who_moved_what(client: TestClient, lead: dict[str, Any]) -> None:
    seat = join(client, codes_of(client, lead)["team"], "ministry").json()
    with line(client, lead) as (_, hear_lead), line(client, seat) as (socket, hear):
        hear("welcome")
        socket.send_json(closing(0.7, id="a"))
        for one in (hear, hear_lead):
            moved = one("moved")
            assert (moved["entry"]["who"], moved["entry"]["value"], moved["entry"]["id"]) == ("ministry", 0.7, "a")
            assert moved["desk"]["state"]["disruptions"][0]["values"]["closed"] == 0.7


def test_observers_hear_and_do_not_move(client: TestClient, lead: dict[str, Any]) -> None:
    seat = join(client, codes_of(client, lead)["observer"], "press").json()
    with line(client, seat) as (socket, hear), line(client, lead) as (moving, _):
        socket.send_json(closing(0.1, id="a"))
        assert "observers watch" in hear("refused")["message"]
        moving.send_json(closing(0.6))
        assert hear("moved")["entry"]["value"] == 0.6


def test_what_makes_no_sense_moves_nothing(client: TestClient, lead: dict[str, Any]) -> None:
    with line(client, lead) as (socket, hear):
        for text in ("{", "[]", '{"move": {"do": "dance"}}', '{"move": {"do": "undo", "how": "fast"}}', "x" * 30_000, '{"focus": 3}'):
            socket.send_text(text)
            assert hear("refused")["code"] == "A325"
        socket.send_json(closing(7.0, id="b"))
        refused = hear("refused")
        assert (refused["id"], refused["code"], refused["path"]) == ("b", "A305", "closed")
        assert hear("desk")["desk"]["undo"] is False


def test_a_line_that_comes_back_hears_what_it_missed_and_a_move_is_made_once(client: TestClient, lead: dict[str, Any]) -> None:
    with line(client, lead) as (socket, hear):
        socket.send_json(closing(0.7, id="a"))
        hear("moved")
        socket.send_json(closing(0.6, id="b"))
        hear("moved")
    with line(client, lead, since=1) as (socket, hear):
        assert [entry["id"] for entry in hear("welcome")["log"]] == ["b"]
        socket.send_json(closing(0.6, id="b"))
        socket.send_json(closing(0.5, id="c"))
        assert hear("moved")["entry"]["number"] == 3


def test_the_log_rebuilds_the_session_after_the_service_was_lost(
    client: TestClient, lead: dict[str, Any], bench: Bench, tmp_path: Path
) -> None:
    with line(client, lead) as (socket, hear):
        for message in (closing(0.7), {"move": {"do": "name", "value": "kept"}}, closing(0.6), {"move": {"do": "undo"}}):
            socket.send_json(message)
            before = hear("moved")["desk"]
    log = next((tmp_path / "sessions").glob("*.jsonl"))
    assert log.stat().st_mode & 0o077 == 0
    with log.open("a", encoding="utf-8") as file:
        file.write('{"logged": {"do": "se')  # the service fell while it wrote
    again = create_app(Settings(home=tmp_path))
    again.state.sessions = Sessions(tmp_path)
    again.state.sessions.bench = bench
    with TestClient(again) as restarted, line(restarted, lead) as (_, hear):
        welcome = hear("welcome")
    again.state.database.close()
    assert welcome["desk"] == before
    assert [entry["do"] for entry in welcome["log"]] == ["set", "name", "set", "undo"]


def test_a_link_begins_a_session_with_the_state_it_points_to(client: TestClient, key: Keys, lead: dict[str, Any]) -> None:
    with line(client, lead) as (socket, hear):
        for share in (0.7, 0.6):
            socket.send_json(closing(share))
            hear("moved")
    source = {"session": lead["session"], "moves": 1}
    opened = client.post("/v1/sessions", json={"name": "x", "exercise": False, "source": source}, headers=key(Role.FACILITATOR, name="b"))
    with line(client, opened.json()) as (_, hear):
        welcome = hear("welcome")
    assert welcome["desk"]["state"]["disruptions"][0]["values"]["closed"] == 0.7
    assert welcome["session"]["exercise"]  # what comes out of an exercise stays one


def test_no_other_site_may_open_a_line(client: TestClient, lead: dict[str, Any]) -> None:
    with line(client, lead, origin="http://testserver") as (_, hear):
        hear("welcome")
    with pytest.raises(WebSocketDisconnect) as closed, line(client, lead, origin="https://elsewhere.example") as (_, hear):
        hear("welcome")
    assert closed.value.code == 4403


def test_without_a_seat_or_a_session_a_line_is_closed(client: TestClient, lead: dict[str, Any]) -> None:
    for seat, code in (({**lead, "token": "x"}, 4401), ({**lead, "session": "A" * 22}, 4404)):
        with pytest.raises(WebSocketDisconnect) as closed, line(client, seat) as (_, hear):
            hear("welcome")
        assert closed.value.code == code


def test_the_state_is_read_as_a_scenario_file_by_who_has_a_seat(client: TestClient, lead: dict[str, Any]) -> None:
    with line(client, lead) as (socket, hear):
        for message in (closing(0.7), {"move": {"do": "name", "value": "kept"}}, closing(0.6)):
            socket.send_json(message)
            hear("moved")
    path = f"/v1/sessions/{lead['session']}/scenario"
    assert client.get(path).status_code == 404
    seat = {"Authorization": f"Bearer {lead['token']}"}
    answer = client.get(path, headers=seat)
    assert "exercise-oefening-hormuz-closure-what-if.yaml" in answer.headers["Content-Disposition"]
    assert '"closed": 0.6' in answer.text
    assert '"closed": 0.7' in client.get(path, params={"name": "kept"}, headers=seat).text
    assert '"closed": 0.7' in client.get(path, params={"moves": 1}, headers=seat).text


def test_everybody_gets_the_screen_and_the_flows_of_what_they_look_at(client: TestClient, lead: dict[str, Any]) -> None:
    with line(client, lead) as (socket, hear):
        socket.send_json(closing(0.7))
        hear("moved")
        while (screen := hear("screen"))["moves"] < 1:
            pass
        assert screen["screen"]["figures"]["claims_cut"] > 0
        assert set(hear("flows")["flows"]) == {screen["screen"]["goods"][0]["id"]}
        other = screen["screen"]["goods"][-1]["id"]
        socket.send_json({"focus": other})
        assert set(hear("flows")["flows"]) == {other}


def test_while_a_slider_moves_answers_come(client: TestClient, lead: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allocator_api.sessions.room.YOUNG", 3600.0)
    with line(client, lead) as (socket, hear):
        while hear("screen")["moves"] < 0:
            pass
        for closed in (0.66, 0.65, 0.64):
            socket.send_json({"move": {**closing(closed)["move"], "more": True}})
        answered = [hear("screen")["moves"]]
        while answered[-1] < 3:
            answered.append(hear("screen")["moves"])
        assert answered == [1, 3]


class _Slow:
    """Stands for a solve that takes as long as it is let."""

    def __init__(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        self.controls: list[Control] = []
        self.goes_on = Event()
        self.solve = bench.screen
        monkeypatch.setattr(bench, "screen", self.screen)

    def screen(self, state: State, control: Control) -> dict[str, Any]:
        self.controls.append(control)
        assert self.goes_on.wait(60.0)
        return self.solve(state, control)


@pytest.mark.parametrize(("grace", "solves"), [(3600.0, 1), (0.0, 2)])
def test_who_loads_the_page_again_finds_the_solve_going_on(
    client: TestClient, lead: dict[str, Any], bench: Bench, monkeypatch: pytest.MonkeyPatch, grace: float, solves: int
) -> None:
    monkeypatch.setattr("allocator_api.sessions.room.GRACE", grace)
    with line(client, lead) as (_, hear):
        hear("screen")
        hear("pinned")
    slow = _Slow(bench, monkeypatch)
    with line(client, lead) as (socket, hear):
        socket.send_json(closing(0.61 + 0.001 * solves))
        hear("moved")
        while not slow.controls:
            sleep(0.01)
    while slow.controls[0].cancelled != (solves == 2):
        sleep(0.01)
    slow.goes_on.set()
    with line(client, lead) as (_, hear):
        while hear("screen")["moves"] < 1:
            pass
    assert len(slow.controls) == solves


def test_a_service_that_stops_stops_its_solves(app: Service, key: Keys, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = _Slow(bench, monkeypatch)
    with TestClient(app) as client:
        lead = client.post("/v1/sessions", json={"name": "lead"}, headers=key(Role.FACILITATOR)).json()
        with line(client, lead) as (socket, _):
            socket.send_json(closing(0.593))
            while not slow.controls:
                sleep(0.01)
        assert not slow.controls[-1].cancelled
    assert slow.controls[-1].cancelled
    slow.goes_on.set()


def test_the_log_calls_a_move_what_it_was_called_then(client: TestClient, lead: dict[str, Any]) -> None:
    with line(client, lead) as (socket, hear):
        socket.send_json(closing(0.6))
        said = hear("moved")["entry"]
        assert said["label"] == [
            "Closure of a chokepoint (Strait of Hormuz): Traffic stopped",
            "Afsluiting van een doorgang (Straat van Hormuz): Verkeer gestremd",
        ]
        assert said["scale"]["unit"] == "percent"
        socket.send_json({"move": {"do": "set", "path": "framework", "value": "equal_cut"}})
        assert hear("moved")["entry"]["said"][0] == "Equal cut for all"
        socket.send_json({"move": {"do": "set", "path": "disruptions.0.on", "value": False}})
        assert hear("moved")["entry"]["label"][0] == "Closure of a chokepoint (Strait of Hormuz)"
        socket.send_json({"move": {"do": "remove", "path": "disruptions.0"}})
        assert hear("moved")["entry"]["label"][0] == "Closure of a chokepoint (Strait of Hormuz)"
        added = {"kind": "demand_surge", "sector": "health", "start": "2026-03", "months": 3, "factor": 1.2}
        socket.send_json({"move": {"do": "add", "path": "disruptions", "value": added}})
        entry = hear("moved")["entry"]
        assert entry["label"] == ["Surge or fall of demand", entry["label"][1]]
    with line(client, lead) as (_, hear):
        assert hear("welcome")["log"][0] == said


def test_flows_wait_until_browsers_have_drawn_and_moves_do_not(
    client: TestClient, lead: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allocator_api.sessions.room.DRAWING", 3600.0)
    with line(client, lead) as (socket, _):
        kinds = []
        for number, closed in enumerate((0.74, 0.75), 1):
            socket.send_json(closing(closed))
            while (message := socket.receive_json())["kind"] != "screen" or message["moves"] < number:
                kinds.append(message["kind"])
        assert "moved" in kinds
        assert "flows" not in kinds


def test_what_did_not_change_is_not_told_again(client: TestClient, lead: dict[str, Any]) -> None:
    with line(client, lead) as (socket, _):
        for number, closed in enumerate((0.72, 0.73), 1):
            socket.send_json(closing(closed))
            kinds = []
            while "audited" not in kinds:
                kinds.append(socket.receive_json()["kind"])
            kinds = kinds[kinds.index("moved") :]
            assert kinds.count("screen") == 1
            assert (kinds.count("pinned"), kinds.count("flows")) == (0, 1) or number == 1


def test_an_answer_is_recomputed_without_the_solver_when_nothing_moves(client: TestClient, lead: dict[str, Any]) -> None:
    with line(client, lead) as (socket, hear):
        socket.send_json(closing(0.8))
        assert hear("audited")["passed"] is True


def test_settings_without_an_answer_are_told_and_the_session_goes_on(client: TestClient, lead: dict[str, Any]) -> None:
    with line(client, lead) as (socket, hear):
        socket.send_json({"move": {"do": "set", "path": "disruptions.0.start", "value": "2026-12"}})
        socket.send_json({"move": {"do": "set", "path": "horizon.periods", "value": 3}})
        while "A323" not in {one["code"] for one in hear("unsolved")["messages"]}:
            pass
        socket.send_json({"move": {"do": "reset"}})
        while hear("screen")["moves"] < 3:
            pass
