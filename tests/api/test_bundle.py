"""Runs that leave the service or are set beside each other, and what is counted."""

from __future__ import annotations

import io
import json
import re
import shlex
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient

from allocator_api.app import Service
from allocator_api.database import utc_now
from allocator_api.identity import Role
from allocator_api.jobs.worker import Worker
from allocator_api.runs.retention import remove_runs
from tests.api.conftest import Keys
from tests.api.test_figures import FIRST, put, stock
from tests.program import call


@pytest.fixture(params=["none"])
def run(client: TestClient, key: Keys, worker: Worker, request: pytest.FixtureRequest) -> dict:
    """A finished run of a partner, with or without its own figures, under settings and a framework that it posted."""
    own = key(Role.PARTNER, "NLD")
    law = client.get("/v1/frameworks/tiny", headers=own).json()["text"].replace("framework: tiny", "framework: ours")
    assert client.post("/v1/frameworks", json={"text": law}, headers=own).status_code == 201
    assert put(client, own, stock(5), **FIRST).status_code == 200
    asked = {"scenario": "tiny", "framework": "ours", "figures": request.param, "settings": ["disruptions.0.months=2"], "language": "nl"}
    found = client.post("/v1/runs", json=asked, headers=own)
    assert found.status_code == 202, found.text
    assert worker.once()
    return {"id": found.json()["id"], "own": own}


@pytest.mark.parametrize("run", ["none", "own"], indirect=True)
def test_a_bundle_makes_the_run_again_to_the_byte(client: TestClient, run: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = client.get(f"/v1/runs/{run['id']}/bundle", headers=run["own"])
    assert found.headers["content-type"] == "application/zip"
    assert found.content == client.get(f"/v1/runs/{run['id']}/bundle", headers=run["own"]).content
    elsewhere = tmp_path / "elsewhere"
    with ZipFile(io.BytesIO(found.content)) as bundle:
        bundle.extractall(elsewhere)
    graph = {entry["@id"]: entry for entry in json.loads((elsewhere / "ro-crate-metadata.json").read_text())["@graph"]}
    files = [entry for entry in graph.values() if entry["@type"] == "File"]
    assert {entry["@id"] for entry in files} == {path["@id"] for path in graph["./"]["hasPart"]}
    assert all(sha256((elsewhere / entry["@id"]).read_bytes()).hexdigest() == entry["sha256"] for entry in files)
    program, *words = shlex.split(graph["#run"]["description"].split(" by: ")[1])
    monkeypatch.chdir(elsewhere)
    assert program == "allocator"
    assert call(*words).exit_code == 0
    before, again = elsewhere / "outputs", elsewhere / "again"
    assert {path.name for path in before.iterdir()} == {path.name for path in again.iterdir()}
    differ = {path.name for path in before.iterdir() if path.read_bytes() != (again / path.name).read_bytes()} - {"summary.json"}
    keyed = {"manifest.json", "report.html"} if (elsewhere / "figures").exists() else set()  # which name private inputs by a keyed hash
    assert differ == keyed


def test_nobody_else_gets_the_bundle(client: TestClient, run: dict, key: Keys) -> None:
    assert client.get(f"/v1/runs/{run['id']}/bundle", headers=key(Role.PARTNER, "DEU")).status_code == 404


@pytest.mark.parametrize("run", ["own"], indirect=True)
def test_two_runs_are_compared_claim_by_claim(client: TestClient, run: dict, worker: Worker, key: Keys) -> None:
    other = client.post("/v1/runs", json={"scenario": "tiny"}, headers=run["own"]).json()["id"]
    assert client.post("/v1/comparisons", json={"a": run["id"], "b": other}, headers=run["own"]).status_code == 409
    assert worker.once()
    found = client.post("/v1/comparisons", json={"a": run["id"], "b": other}, headers=run["own"]).json()
    assert found["compared"] > 0
    assert {"NLD/health/liquid"} <= {f"{row['region']}/{row['sector']}/{row['commodity']}" for row in found["claims"]}
    assert all(isinstance(row["coverage_change"], float) for row in found["claims"])
    foreign = client.post("/v1/comparisons", json={"a": run["id"], "b": other}, headers=key(Role.PARTNER, "DEU"))
    assert foreign.status_code == 404


def test_requests_and_waiting_runs_are_counted_without_an_id(client: TestClient, key: Keys) -> None:
    team, admin = key(Role.CRISIS_TEAM), key(Role.ADMINISTRATOR)
    run = client.post("/v1/runs", json={"scenario": "tiny"}, headers=team).json()["id"]
    client.get(f"/v1/runs/{run}", headers=team)
    told = client.get("/metrics", headers=admin).text
    assert re.search(r'allocator_requests_total\{method="GET",path="/v1/runs/\{runId\}",status="200"\} 1\.0', told)
    assert "allocator_runs_waiting 1.0" in told
    assert run not in told
    assert client.get("/metrics", headers=team).status_code == 403
    assert client.get("/metrics").status_code == 401


def test_old_runs_are_removed_and_stay_in_the_audit(app: Service, client: TestClient, run: dict, key: Keys) -> None:
    assert remove_runs(app.state.database, utc_now() - timedelta(days=1), "admin") == []
    assert remove_runs(app.state.database, utc_now() + timedelta(days=1), "admin") == [run["id"]]
    for part in ("report", "manifest", "bundle"):
        assert client.get(f"/v1/runs/{run['id']}/{part}", headers=run["own"]).status_code == 410
    assert client.get(f"/v1/runs/{run['id']}", headers=run["own"]).json()["caseHash"]
    events = client.get("/v1/audit-events", headers=key(Role.AUDITOR)).json()["items"]
    assert [event["what"] for event in events if event["subject"] == run["id"]] == ["run removed", "run done", "run asked"]
