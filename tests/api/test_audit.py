"""The audit: every act is in it, and a change to it is seen."""

from __future__ import annotations

from threading import Thread

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from allocator.errors import NotCertified
from allocator_api.app import Service
from allocator_api.audit_events.repository import append
from allocator_api.audit_events.service import verified
from allocator_api.audit_events.tables import AuditEvent
from allocator_api.identity import Role
from allocator_api.identity.clients import revoke_client
from allocator_api.jobs.worker import Worker
from tests.api.conftest import Keys
from tests.api.postgresql import Server
from tests.api.test_figures import FIRST, put, stock


def test_every_act_is_told(app: Service, client: TestClient, key: Keys, worker: Worker) -> None:
    team, partner, auditor = key(Role.CRISIS_TEAM, name="team"), key(Role.PARTNER, "NLD", "agency"), key(Role.AUDITOR, name="auditor")
    client.post("/v1/scenarios", json={"text": "scenario: mine\nextends: tiny\n"}, headers=team)
    put(client, partner, stock(5), **FIRST)
    run = client.post("/v1/runs", json={"scenario": "tiny"}, headers=team).json()["id"]
    assert worker.once()
    client.post("/v1/releases", json={"run": run}, headers=team)
    other = client.post("/v1/runs", json={"scenario": "tiny"}, headers=team).json()["id"]
    client.post(f"/v1/runs/{other}/cancellations", headers=team)
    revoke_client(app.state.database, "agency")
    events = client.get("/v1/audit-events", headers=auditor).json()["items"][::-1]
    admin = "allocator admin"
    assert [(event["who"], event["what"], event["subject"]) for event in events] == [
        *((admin, "client added", name) for name in ("team", "agency", "auditor")),
        ("team", "scenario added", "mine"),
        ("agency", "figures written", "NLD reserves 1"),
        ("team", "run asked", run),
        (worker.name, "run done", run),
        ("team", "run released", run),
        ("team", "run asked", other),
        ("team", "cancellation asked", other),
        (admin, "client revoked", "agency"),
    ]
    assert next(event for event in events if event["what"] == "run done")["manifest"]
    assert verified(app.state.database) == (11, events[-1]["hash"])
    assert client.get("/v1/audit-events", headers=team).status_code == 403


def test_nobody_changes_or_removes_an_event(app: Service, key: Keys) -> None:
    key(Role.TEAM)
    for statement in (update(AuditEvent).values(who="nobody"), delete(AuditEvent)):
        with pytest.raises(DBAPIError, match="appended only"), app.state.database.writing() as session:
            session.execute(statement)


def test_a_change_past_the_guard_is_seen(app: Service, key: Keys, server: Server | None) -> None:
    for name in ("one", "two", "three"):
        key(Role.TEAM, name=name)
    if server:  # the role of the service cannot take the guard away, but the owner of the tables can
        guard = "ALTER TABLE audit_events {} TRIGGER USER"
        server.as_keeper(guard.format("DISABLE"), "UPDATE audit_events SET subject = 'another' WHERE number = 2", guard.format("ENABLE"))
    else:
        with app.state.database.writing() as session:
            session.execute(text("DROP TRIGGER audit_events_UPDATE"))
            session.execute(update(AuditEvent).where(AuditEvent.number == 2).values(subject="another"))
    with pytest.raises(NotCertified, match="breaks at number 2"):
        verified(app.state.database)


def test_the_chain_is_whole_after_writers_at_once(app: Service) -> None:
    def write() -> None:
        for number in range(5):
            with app.state.database.writing() as session:
                append(session, "somebody", "tried", str(number))

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verified(app.state.database)[0] == 20
