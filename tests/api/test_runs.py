"""Runs: the same bytes as the command line, once for each key, stopped in the middle of a solve, and lost by no crash."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from threading import Event, Thread

import pytest
from fastapi.testclient import TestClient

from allocator.errors import Cancelled, SolverStopped
from allocator_api.app import Service
from allocator_api.identity import Role
from allocator_api.jobs import lease
from allocator_api.jobs import worker as work
from allocator_api.jobs.worker import Worker
from allocator_api.runs.forms import form_of
from allocator_api.settings import Settings
from tests.api.conftest import Keys
from tests.program import call

TINY = {"scenario": "tiny"}
FORMS = {
    ("allocations", "text/csv"): "allocation.csv",
    ("allocations", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"): "allocation.xlsx",
    ("reserves", "text/csv"): "reserves.csv",
    ("supply", "text/csv"): "supply.csv",
    ("cuts", "text/csv"): "cuts.csv",
    ("manifest", "application/json"): "manifest.json",
    ("report", "text/html"): "report.html",
}


def started(client: TestClient, headers: dict[str, str], **asked: object) -> str:
    found = client.post("/v1/runs", json={**TINY, **asked}, headers=headers)
    assert found.status_code == 202, found.text
    return found.json()["id"]


def test_a_run_gives_the_bytes_of_the_command_line(
    client: TestClient, key: Keys, worker: Worker, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = key(Role.CRISIS_TEAM)
    asked = client.post("/v1/runs", json={**TINY, "settings": ["disruptions.0.months=2"], "language": "nl"}, headers=headers)
    assert (asked.status_code, asked.json()["status"], asked.headers["retry-after"]) == (202, "queued", "1")
    assert client.get(f"{asked.headers['location']}/report", headers=headers).status_code == 409
    assert worker.once()
    done = client.get(asked.headers["location"], headers=headers).json()
    assert done["status"] == "done"
    desk = Path(shutil.copytree(library, tmp_path / "desk"))
    monkeypatch.chdir(desk)
    assert call("run", "tiny", "--set", "disruptions.0.months=2", "--lang", "nl", "--out", "out").exit_code == 0
    for (part, accept), file in FORMS.items():
        found = client.get(f"{asked.headers['location']}/{part}", headers={**headers, "Accept": accept})
        assert found.content == (desk / "out" / file).read_bytes(), file
    manifest = json.loads((desk / "out" / "manifest.json").read_text())
    assert (manifest["run"], manifest["case_hash"]) == (done["name"], done["caseHash"])
    rows = client.get(f"{asked.headers['location']}/allocations", headers=headers).json()["items"]
    assert len(rows) == len((desk / "out" / "allocation.csv").read_text().splitlines()) - 1
    assert all(isinstance(row["demand"], float) for row in rows)


def test_posted_scenario_and_framework_run_like_files_in_a_folder(
    client: TestClient, key: Keys, worker: Worker, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = key(Role.CRISIS_TEAM)
    law = (library / "frameworks" / "tiny.yaml").read_text().replace("framework: tiny", "framework: ours")
    crisis = (
        "scenario: longer\nextends: tiny\ndisruptions:\n  - {kind: demand_surge, sector: health, start: 2026-03, months: 2, factor: 1.1}\n"
    )
    assert client.post("/v1/frameworks", json={"text": law}, headers=headers).headers["location"] == "/v1/frameworks/ours"
    assert client.post("/v1/scenarios", json={"text": crisis}, headers=headers).status_code == 201
    run = started(client, headers, scenario="longer", framework="ours")
    assert worker.once()
    desk = Path(shutil.copytree(library, tmp_path / "desk"))
    (desk / "longer.yaml").write_text(crisis)
    (desk / "frameworks" / "ours.yaml").write_text(law)
    monkeypatch.chdir(desk)
    assert call("run", "longer", "--framework", "frameworks/ours.yaml", "--out", "out").exit_code == 0
    found = client.get(f"/v1/runs/{run}/manifest", headers=headers)
    assert found.content == (desk / "out" / "manifest.json").read_bytes()


def test_one_key_is_one_run(client: TestClient, key: Keys) -> None:
    headers = {**key(Role.CRISIS_TEAM), "Idempotency-Key": "once"}
    assert started(client, headers) == started(client, headers)
    other = client.post("/v1/runs", json={**TINY, "language": "nl"}, headers=headers)
    assert other.status_code == 422
    assert client.get("/v1/runs", headers=headers).json()["total"] == 1
    another = {**key(Role.PARTNER, "NLD"), "Idempotency-Key": "once"}
    assert client.get(f"/v1/runs/{started(client, another)}", headers=another).status_code == 200


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"scenario": "tny"}, "did you mean 'tiny'"),
        ({"scenario": "tiny", "framework": "tinny"}, "did you mean 'tiny'"),
        ({"scenario": "tiny", "settings": ["disruptions.0.closd=1"]}, "closd"),
        ({"scenario": "tiny", "settings": ["baseline=/etc"]}, "cannot be set here"),
        ({"scenario": "../tiny"}, "pattern"),
        ({"scenario": "tiny", "speed": 1}, "not permitted"),
    ],
)
def test_what_cannot_run_is_refused_with_its_faults(client: TestClient, key: Keys, asked: dict, told: str) -> None:
    found = client.post("/v1/runs", json=asked, headers=key(Role.CRISIS_TEAM))
    assert found.status_code == 400
    assert told in found.text


@pytest.mark.parametrize("line", ["baseline: /etc/passwd", "framework: ../other.yaml", "extends: /etc/x.yaml"])
def test_no_posted_text_names_a_file(client: TestClient, key: Keys, line: str) -> None:
    found = client.post("/v1/scenario-validations", json={"text": f"scenario: mine\n{line}\n"}, headers=key(Role.CRISIS_TEAM))
    assert found.json()["valid"] is False
    assert "reads no files" in found.text


def test_a_validation_names_all_faults_with_their_places_and_no_folder(client: TestClient, key: Keys) -> None:
    text = "scenario: mine\nextends: tiny\ncrisis_levl: 2\nhorizon: {start: 2026-03, periods: many, period: month}\n"
    found = client.post("/v1/scenario-validations", json={"text": text}, headers=key(Role.OBSERVER)).json()
    assert [(fault["place"], fault["line"]) for fault in found["findings"]] == [("mine.yaml", 3), ("mine.yaml", 4)]
    assert "allocator-" not in json.dumps(found)
    good = client.post("/v1/scenario-validations", json={"text": "scenario: mine\nextends: tiny\n"}, headers=key(Role.AUDITOR)).json()
    assert good == {"valid": True, "findings": []}


def test_ids_are_taken_once(client: TestClient, key: Keys) -> None:
    headers = key(Role.CRISIS_TEAM)
    text = "scenario: mine\nextends: tiny\n"
    assert [client.post("/v1/scenarios", json={"text": text}, headers=headers).status_code for _ in range(2)] == [201, 409]
    assert client.get("/v1/scenarios/mine", headers=headers).json() == {"id": "mine", "origin": "added", "text": text}
    listed = client.get("/v1/scenarios?pageSize=2", headers=headers)
    assert len(listed.json()["items"]) == 2
    assert 'rel="next"' in listed.headers["link"]


def test_what_waits_is_cancelled_at_once(client: TestClient, key: Keys, worker: Worker) -> None:
    headers = key(Role.CRISIS_TEAM)
    run = started(client, headers)
    assert client.post(f"/v1/runs/{run}/cancellations", headers=headers).json()["status"] == "cancelled"
    assert not worker.once()


def test_a_solve_is_cancelled_in_its_middle(client: TestClient, key: Keys, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    headers, solving = key(Role.CRISIS_TEAM), Event()
    run = started(client, headers)

    def endless(*_: object, control, **__: object) -> None:
        solving.set()
        while not control.cancelled:
            Event().wait(0.01)
        raise Cancelled("cancelled")

    monkeypatch.setattr(work, "run_scenario", endless)
    thread = Thread(target=worker.once)
    thread.start()
    assert solving.wait(10)
    assert client.post(f"/v1/runs/{run}/cancellations", headers=headers).status_code == 202
    thread.join(10)
    assert client.get(f"/v1/runs/{run}", headers=headers).json()["status"] == "cancelled"
    assert client.get(f"/v1/runs/{run}/report", headers=headers).status_code == 409


def test_a_run_without_answer_says_why(client: TestClient, key: Keys, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise SolverStopped("the solver stopped  [A501]")

    monkeypatch.setattr(work, "run_scenario", stopped)
    headers = key(Role.CRISIS_TEAM)
    run = started(client, headers)
    assert worker.once()
    found = client.get(f"/v1/runs/{run}", headers=headers).json()
    assert (found["status"], found["fault"]) == ("failed", {"exitCode": 5, "messages": ["the solver stopped  [A501]"]})


def test_a_dead_worker_loses_nothing_and_cannot_write_after(app: Service, client: TestClient, key: Keys, worker: Worker) -> None:
    database, headers = app.state.database, key(Role.CRISIS_TEAM)
    run = started(client, headers)
    dead = lease.take(database, "dead", -1)
    assert dead is not None
    assert worker.once()
    assert client.get(f"/v1/runs/{run}", headers=headers).json()["status"] == "done"
    assert not lease.finish(database, dead, work.Status.FAILED, {"report.html": b"late"})
    assert lease.renew(database, dead, "", 10) is None
    assert client.get(f"/v1/runs/{run}/report", headers=headers).content != b"late"


def test_a_run_that_kills_its_workers_is_given_up(app: Service, client: TestClient, key: Keys) -> None:
    headers = key(Role.CRISIS_TEAM)
    run = started(client, headers)
    taken = [lease.take(app.state.database, f"dead{number}", -1) for number in range(lease.ATTEMPTS + 1)]
    assert [bool(one) for one in taken] == [True] * lease.ATTEMPTS + [False]
    assert client.get(f"/v1/runs/{run}", headers=headers).json()["fault"]["exitCode"] == 5


def test_a_worker_that_stops_gives_its_run_back(client: TestClient, key: Keys, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = Event()

    def endless(*_: object, control, **__: object) -> None:
        stop.set()
        while not control.cancelled:
            Event().wait(0.01)
        raise Cancelled("cancelled")

    monkeypatch.setattr(work, "run_scenario", endless)
    headers = key(Role.CRISIS_TEAM)
    run = started(client, headers)
    assert worker.once(stop)
    assert client.get(f"/v1/runs/{run}", headers=headers).json()["status"] == "queued"


def test_a_run_that_takes_too_long_is_stopped(app: Service, client: TestClient, key: Keys, settings: Settings) -> None:
    headers = key(Role.CRISIS_TEAM)
    run = started(client, headers)
    hasty = Worker(app.state.database, settings.model_copy(update={"max_run_seconds": 1e-9, "lease_seconds": 0.01}))
    assert hasty.once()
    assert "ask for fewer periods" in client.get(f"/v1/runs/{run}", headers=headers).text


def test_two_workers_never_take_one_run(app: Service, client: TestClient, key: Keys) -> None:
    headers = key(Role.CRISIS_TEAM)
    runs = {started(client, headers) for _ in range(6)}
    taken: list[lease.Lease | None] = []

    def take() -> None:
        taken.extend(lease.take(app.state.database, "one", 60) for _ in range(3))

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.run for one in taken if one) == sorted(runs)


def test_a_partner_sees_its_own_runs_only(client: TestClient, key: Keys, worker: Worker) -> None:
    own, other, team = key(Role.PARTNER, "NLD"), key(Role.PARTNER, "DEU"), key(Role.CRISIS_TEAM)
    run = started(client, own)
    assert worker.once()
    for path in ("", "/report", "/allocations", "/manifest"):
        assert client.get(f"/v1/runs/{run}{path}", headers=own).status_code == 200
        hidden, absent = (client.get(f"/v1/runs/{id_}{path}", headers=other) for id_ in (run, "0" * 36))
        assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert client.post(f"/v1/runs/{run}/cancellations", headers=other).status_code == 404
    assert client.get("/v1/runs", headers=other).json()["total"] == 0
    assert client.get("/v1/runs", headers=team).json()["total"] == 1


@pytest.mark.parametrize(
    ("part", "accept", "media_type"),
    [
        ("allocations", "*/*", "application/json"),
        ("allocations", "text/html;q=0.9, text/csv;q=0.8", "text/csv"),
        ("allocations", "text/*", "text/csv"),
        ("report", "text/html,application/xhtml+xml", "text/html"),
        ("allocations", "text/csv;q=0, application/json;q=0.1", "application/json"),
    ],
)
def test_the_form_is_what_the_caller_accepts(part: str, accept: str, media_type: str) -> None:
    assert form_of(part, accept).media_type == media_type


def test_a_form_that_there_is_not_is_406(client: TestClient, key: Keys) -> None:
    found = client.get(f"/v1/runs/{'0' * 36}/report", headers={**key(Role.CRISIS_TEAM), "Accept": "text/csv"})
    assert found.status_code == 406


def test_a_model_too_large_is_refused_before_it_is_queued(app: Service, client: TestClient, key: Keys) -> None:
    app.state.catalogue._max_cells, headers = 1, key(Role.CRISIS_TEAM)
    found = client.post("/v1/runs", json=TINY, headers=headers)
    asks = re.search(r"asks about (\d+) claims and periods", found.json()["detail"])
    assert found.status_code == 400
    app.state.catalogue._max_cells = int(asks[1])
    assert started(client, headers)
    assert client.post("/v1/runs", json={**TINY, "settings": ["horizon.periods=4"]}, headers=headers).status_code == 400
