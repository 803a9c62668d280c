"""What-if questions to finished runs: the coverage of a run with these settings, for who may read the run alone."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from allocator_api.app import Service
from allocator_api.catalogue.service import laid_out
from allocator_api.identity import Role
from allocator_api.jobs.worker import Worker
from tests.api.conftest import Keys
from tests.api.test_runs import started

MILDER = ["disruptions.0.closed=0.5", "disruptions.1.share=0.1"]


def coverages(client: TestClient, run: str, headers: dict[str, str]) -> dict[tuple[str, ...], float]:
    """Coverage over the horizon of every claim, from the rows of a run."""
    rows = client.get(f"/v1/runs/{run}/allocations", headers=headers).json()["items"]
    sums: dict[tuple[str, ...], list[float]] = {}
    for row in rows:
        own = sums.setdefault((row["region"], row["sector"], row["commodity"]), [0.0, 0.0])
        own[0] += row["shortfall"]
        own[1] += row["demand"]
    return {claim: 1.0 - short / asked for claim, (short, asked) in sums.items()}


def test_settings_change_what_a_run_with_them_would(client: TestClient, key: Keys, worker: Worker) -> None:
    headers = key(Role.CRISIS_TEAM)
    before, after = started(client, headers), started(client, headers, settings=MILDER)
    asked = {"run": before, "settings": MILDER}
    assert client.post("/v1/whatifs", json=asked, headers=headers).status_code == 409
    assert worker.once()
    assert worker.once()
    found = client.post("/v1/whatifs", json=asked, headers=headers)
    assert found.status_code == 200, found.text
    answer, then, now = found.json(), coverages(client, before, headers), coverages(client, after, headers)
    assert answer["caseHash"] == client.get(f"/v1/runs/{after}", headers=headers).json()["caseHash"]
    moved = {claim for claim in now if abs(now[claim] - then[claim]) > 1e-9}
    assert moved
    assert answer["claims"] == len(now)
    assert 0 < answer["touched"] <= answer["parts"]
    told = {(row["region"], row["sector"], row["commodity"]): row for row in answer["changed"]}
    assert set(told) == moved
    for claim, row in told.items():
        assert (row["coverage"], row["coverageBefore"]) == pytest.approx((now[claim], then[claim]), abs=1e-8)
    for setting in ("disruptions.0.months=many", "baseline=/etc"):
        wrong = client.post("/v1/whatifs", json={"run": before, "settings": [setting]}, headers=headers)
        assert wrong.status_code == 400, wrong.text
        assert "allocator-" not in wrong.text, "it names a folder of the service"


def test_who_may_read_a_run_may_ask_it(client: TestClient, key: Keys, worker: Worker) -> None:
    own = key(Role.PARTNER, "NLD")
    asked = {"run": started(client, own), "settings": MILDER}
    assert worker.once()
    assert client.post("/v1/whatifs", json=asked, headers=own).status_code == 200
    assert client.post("/v1/whatifs", json=asked, headers=key(Role.PARTNER, "DEU")).status_code == 404
    assert client.post("/v1/whatifs", json=asked, headers=key(Role.OBSERVER)).status_code == 403


def test_few_runs_are_kept_ready_and_leave_no_files(app: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allocator_api.whatifs.service.MOST_OPEN", 1)
    kept = app.state.whatifs
    first, second = (kept._opened(run).stack.enter_context(laid_out({}, None)) for run in ("a", "b"))
    assert (first.exists(), second.exists()) == (False, True)
    kept.close()
    assert not second.exists()
