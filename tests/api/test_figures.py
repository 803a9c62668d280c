"""Figures of partners, what of a run is shown to whom, and everything by which a figure could leak."""

from __future__ import annotations

import io
import json
from hashlib import sha256
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import ProgrammingError

from allocator_api.app import Service
from allocator_api.database import Owned, Table
from allocator_api.database.tables import all_tables
from allocator_api.figures.tables import FigureRow
from allocator_api.identity import Role
from allocator_api.jobs.worker import Worker
from allocator_api.releases.disclosure import aggregates, own_rows, told_by_difference
from allocator_api.runs.tables import RunFile, RunRow
from tests.api.conftest import Keys
from tests.tiny import tiny_rows

SECRET = 5.4321
CSV = {"Content-Type": "text/csv"}
FIRST = {"If-None-Match": "*"}


def stock(quantity: float, owner: str = "NLD", reserve: str = "nld_liquid") -> str:
    row = {"reserve": reserve, "owner": owner, "region": owner, "commodity": "liquid", "quantity": quantity, "floor_share": 0.5}
    row |= {"max_release_per_month": 2, "first_release_days": 15, "crisis_level": 2, "loss_per_month": 0.1}
    return tiny_rows("reserves", [row]).to_csv(index=False)


def put(client: TestClient, headers: dict[str, str], content: str | bytes, **more: str):
    return client.put("/v1/stock-figures", content=content, headers={**headers, **CSV, **more})


def test_revisions_are_kept_and_followed(client: TestClient, key: Keys) -> None:
    own = key(Role.PARTNER, "NLD")
    assert client.get("/v1/stock-figures", headers=own).status_code == 404
    assert put(client, own, stock(5)).status_code == 428
    first = put(client, own, stock(5), **FIRST)
    assert (first.status_code, first.headers["etag"]) == (200, '"1"')
    assert put(client, own, stock(4), **FIRST).status_code == 412
    assert put(client, own, stock(4), **{"If-Match": '"7"'}).status_code == 412
    assert put(client, own, stock(4), **{"If-Match": '"1"'}).headers["etag"] == '"2"'
    newest = client.get("/v1/stock-figures", headers=own)
    assert (newest.headers["etag"], newest.json()["rows"][0]["quantity"]) == ('"2"', "4")
    assert client.get("/v1/stock-figures/revisions/1", headers=own).json()["rows"][0]["quantity"] == "5"
    assert [entry["revision"] for entry in client.get("/v1/stock-figures/revisions", headers=own).json()["items"]] == [2, 1]


def test_csv_workbook_and_json_are_the_same_figures(client: TestClient, key: Keys) -> None:
    own = key(Role.PARTNER, "NLD")
    frame = pd.read_csv(io.StringIO(stock(5.5)), keep_default_na=False)
    book = io.BytesIO()
    made = openpyxl.Workbook()
    made.active.title = "reserves"
    for row in [list(frame.columns), *frame.astype(object).values.tolist()]:
        made.active.append(row)
    made.save(book)
    kinds = {"text/csv": stock(5.5).encode(), "application/json": json.dumps({"rows": frame.astype(str).to_dict("records")}).encode()}
    kinds["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] = book.getvalue()
    rows = []
    for revision, (media_type, content) in enumerate(kinds.items()):
        match = {"If-Match": f'"{revision}"'} if revision else FIRST
        found = client.put("/v1/stock-figures", content=content, headers={**own, "Content-Type": media_type, **match})
        assert found.status_code == 200, found.text
        rows.append(client.get("/v1/stock-figures", headers=own).json()["rows"])
    assert rows[0] == rows[1] == rows[2]
    assert client.put("/v1/stock-figures", content=b"x", headers={**own, "Content-Type": "text/plain", **FIRST}).status_code == 415


@pytest.mark.parametrize(
    ("content", "code"), [(stock(-1), "A107"), (stock(1, "DEU"), "A111"), (stock(1).replace("quantity", "quantty"), "A104"), ("", "A10")]
)
def test_figures_with_faults_are_refused_with_all_of_them(client: TestClient, key: Keys, content: str, code: str) -> None:
    found = put(client, key(Role.PARTNER, "NLD"), content, **FIRST)
    assert found.status_code == 400
    assert code in found.text
    assert "allocator-" not in found.text


@pytest.mark.parametrize("role", [Role.CRISIS_TEAM, Role.AUDITOR, Role.ADMINISTRATOR, Role.OBSERVER])
def test_only_a_partner_writes_figures(client: TestClient, key: Keys, role: Role) -> None:
    assert put(client, key(role), stock(5), **FIRST).status_code == 403


@pytest.fixture
def shown(client: TestClient, key: Keys, worker: Worker) -> dict:
    """A run of the crisis team over a secret figure of a partner, shown to all."""
    own, team = key(Role.PARTNER, "NLD"), key(Role.CRISIS_TEAM)
    assert put(client, own, stock(SECRET), **FIRST).status_code == 200
    asked = client.post("/v1/runs", json={"scenario": "tiny", "figures": "partners"}, headers=team)
    assert asked.status_code == 202, asked.text
    assert worker.once()
    run = asked.json()["id"]
    assert client.get(f"/v1/runs/{run}", headers=team).json()["status"] == "done"
    assert client.post("/v1/releases", json={"run": run}, headers=team).status_code == 201
    return {"run": run, "own": own, "team": team, "other": key(Role.PARTNER, "DEU")}


def test_the_leak_matrix(app: Service, client: TestClient, shown: dict, capfd: pytest.CaptureFixture[str]) -> None:
    """What another partner tries, by every door."""
    other, run, database = shown["other"], shown["run"], app.state.database
    with database.reading("DEU") as session:
        assert session.scalars(select(FigureRow)).all() == []
        assert session.scalar(select(func.count(FigureRow.revision))) == 0
        assert session.get(FigureRow, ("NLD", "reserves", 1)) is None
        assert session.get(RunRow, run) is None
        assert session.scalars(select(RunFile.content)).all() == []
        for statement in (text("SELECT * FROM figures"), select(FigureRow.__table__)):
            with pytest.raises(PermissionError):
                session.execute(statement)
    with pytest.raises(PermissionError), database.writing("DEU") as session:
        session.add(FigureRow(owner="NLD", kind="reserves", revision=9, content="", created_by="x"))
    with pytest.raises(PermissionError), database.writing("DEU") as session:
        session.execute(insert(FigureRow).values(owner="NLD", kind="reserves", revision=9, content="", created_by="x"))
    if database.engine.dialect.name == "postgresql":
        with database.engine.begin() as connection:
            connection.execute(text("SELECT set_config('app.tenant', 'DEU', true)"))
            assert connection.execute(text("SELECT count(*) FROM figures")).scalar() == 0
            assert connection.execute(text("SELECT count(*) FROM runs")).scalar() == 0
            assert connection.execute(text("UPDATE figures SET content = ''")).rowcount == 0
            foreign = text("INSERT INTO figures VALUES ('NLD', 'reserves', 9, '', '2026', 'x')")
            with pytest.raises(ProgrammingError), connection.begin_nested():
                connection.execute(foreign)
        with database.engine.begin() as connection:
            assert connection.execute(text("SELECT count(*) FROM figures")).scalar() == 0, "nobody is told nothing"
    doors = [f"/v1/runs/{run}", f"/v1/runs/{run}/manifest", f"/v1/runs/{run}/report", f"/v1/runs/{run}/allocations"]
    for door in doors:
        hidden, absent = client.get(door, headers=other), client.get(door.replace(run, "0" * 36), headers=other)
        assert (hidden.status_code, hidden.content) == (404, absent.content)
    doors += ["/v1/stock-figures?partner=NLD", "/v1/stock-figures/revisions?partner=NLD", "/v1/stock-figures/revisions/1?partner=NLD"]
    doors += ["/v1/runs", "/v1/releases", f"/v1/releases/{run}/aggregates", f"/v1/releases/{run}/allocations", f"/v1/releases/{run}/cuts"]
    for door in doors:
        for accept in ("application/json", "text/csv", "text/html"):
            found = client.get(door, headers={**other, "Accept": accept})
            assert str(SECRET) not in found.text, door
            assert found.status_code != 403, door
    assert put(client, other, stock(SECRET), **FIRST).status_code == 400
    for part in ("allocations", "cuts"):
        told = client.get(f"/v1/releases/{run}/{part}", headers={**other, "Accept": "text/csv"}).text
        assert "NLD" not in told
        assert "nld_" not in told
    printed = capfd.readouterr()
    assert str(SECRET) not in printed.out + printed.err


def test_a_partner_sees_its_own_rows_of_what_is_shown(client: TestClient, shown: dict) -> None:
    own = client.get(f"/v1/releases/{shown['run']}/allocations", headers=shown["own"]).json()["items"]
    assert {row["region"] for row in own} == {"NLD"}
    whole = client.get(f"/v1/runs/{shown['run']}/allocations", headers=shown["team"]).json()["items"]
    assert [row["allocated"] for row in own] == [row["allocated"] for row in whole if row["region"] == "NLD"]
    sums = client.get(f"/v1/releases/{shown['run']}/aggregates", headers=shown["own"]).json()["items"]
    packaging = next(row for row in sums if (row["sector"], row["commodity"]) == ("packaging", "metal"))
    assert not packaging["suppressed"]
    assert all(row["suppressed"] and row["demand"] is None for row in sums if row["sector"] in ("health", "defence"))
    assert client.get(f"/v1/releases/{'0' * 36}/aggregates", headers=shown["own"]).status_code == 404


def test_the_manifest_keys_the_hashes_of_private_inputs(client: TestClient, shown: dict) -> None:
    manifest = client.get(f"/v1/runs/{shown['run']}/manifest", headers=shown["team"]).json()
    figures = {entry["file"]: entry["sha256"] for entry in manifest["inputs"] if entry["role"] == "figures"}
    rows = client.get("/v1/stock-figures", headers=shown["own"]).json()["rows"]
    assert rows[0]["quantity"] == str(SECRET)
    assert set(figures) == {"classification.txt", "reserves.csv"}
    assert sha256(b"TLP:AMBER\n").hexdigest() not in figures.values()
    assert manifest["classification"] == "TLP:AMBER"


def test_two_releases_never_differ_in_one_partner(client: TestClient, worker: Worker, shown: dict) -> None:
    assert put(client, shown["own"], stock(4), **{"If-Match": '"1"'}).status_code == 200
    team = shown["team"]
    again = client.post("/v1/runs", json={"scenario": "tiny", "figures": "partners"}, headers=team).json()["id"]
    assert worker.once()
    refused = client.post("/v1/releases", json={"run": again}, headers=team)
    assert (refused.status_code, "one or two partners" in refused.text) == (409, True)
    assert client.post("/v1/releases", json={"run": shown["run"]}, headers=team).status_code == 409


def test_a_partner_runs_with_its_own_figures_only(client: TestClient, key: Keys) -> None:
    own, other = key(Role.PARTNER, "NLD"), key(Role.PARTNER, "DEU")
    assert put(client, own, stock(5), **FIRST).status_code == 200
    for headers, figures, status in ((own, "own", 202), (own, "partners", 403), (other, "own", 409), (key(Role.CRISIS_TEAM), "own", 403)):
        found = client.post("/v1/runs", json={"scenario": "tiny", "figures": figures}, headers=headers)
        assert found.status_code == status, (figures, found.text)


def table(*rows: tuple[str, float, float]) -> pd.DataFrame:
    columns = ["region", "demand", "shortfall"]
    frame = pd.DataFrame(rows, columns=columns).assign(sector="s", commodity="c", unit="t", restrained=0.0)
    return frame.assign(allocated=frame["demand"] - frame["shortfall"])


@pytest.mark.parametrize(
    ("rows", "suppressed"),
    [
        ([("A", 1.0, 0.0), ("B", 1.0, 0.0), ("C", 1.0, 0.0)], False),
        ([("A", 1.0, 0.0), ("B", 1.0, 0.0)], True),
        ([("A", 1.0, 0.0), ("B", 1.0, 0.0), ("C", 0.0, 0.0)], True),
        ([("A", 8.0, 0.0), ("B", 1.0, 0.0), ("C", 1.0, 0.0)], True),
        ([("A", 7.5, 0.0), ("B", 1.5, 0.0), ("C", 1.0, 0.0)], False),
        ([("A", 2.0, 1.0), ("B", 2.0, 0.0), ("C", 2.0, 0.0)], True),
    ],
    ids=["three", "two", "two that ask", "one has 80 per cent", "one has 75 per cent", "one has all of the shortfall"],
)
def test_sums_that_tell_of_one_are_suppressed(rows: list, suppressed: bool) -> None:
    (row,) = aggregates(table(*rows))
    assert row["suppressed"] is suppressed
    assert (row["demand"] is None) is suppressed


@pytest.mark.parametrize(
    ("now", "earlier", "told"),
    [
        ({"A": "1", "B": "1"}, [], False),
        ({"A": "1", "B": "1"}, [{"A": "1", "B": "1"}], False),
        ({"A": "2", "B": "1"}, [{"A": "1", "B": "1"}], True),
        ({"A": "1"}, [{"A": "1", "B": "1"}], True),
        ({"A": "2", "B": "2", "C": "2"}, [{"A": "1", "B": "1", "C": "1"}], False),
        ({"A": "2", "B": "2", "C": "2"}, [{"A": "1", "B": "1", "C": "1"}, {"A": "2", "B": "2", "C": "1"}], True),
    ],
)
def test_a_difference_of_one_or_two_contributors_is_blocked(now: dict, earlier: list, told: bool) -> None:
    assert told_by_difference(now, earlier) is told


def test_own_rows_name_nobody_else() -> None:
    rows = pd.DataFrame({"region": ["NLD", "DEU"], "binding_row": ["lane(DEU,NLD) of deu_helium", "x"], "shortfall": [1.0, 2.0]})
    assert own_rows(rows, "NLD", ["NLD", "DEU"]).to_dict("records") == [
        {"region": "NLD", "binding_row": "lane(another member,NLD) of another member_helium", "shortfall": 1.0}
    ]


def test_a_guard_of_another_member_tells_neither_its_claim_nor_how_much_it_asks_for() -> None:
    step = {"marginal_up": 0.01, "marginal_unit": "coverage per 0.4 t"}
    rows = pd.DataFrame([{"region": "NLD", "binding_row": f"guard[{region}/toys/helium]"} | step for region in ("DEU", "NLD")])
    assert own_rows(rows, "NLD", ["NLD", "DEU"]).to_dict("records") == [
        {"region": "NLD", "binding_row": "guard[another member]", "marginal_up": "", "marginal_unit": ""},
        {"region": "NLD", "binding_row": "guard[NLD/toys/helium]"} | step,
    ]


def test_every_table_with_an_owner_is_guarded() -> None:
    tables = [mapper.class_ for mapper in Table.registry.mappers]
    assert {table.__tablename__ for table in tables if "owner" in table.__table__.columns} == {
        table.__tablename__ for table in tables if issubclass(table, Owned)
    }
    migration = (Path(__file__).parents[2] / "api/allocator_api/database/migrations/versions/m0003_figures.py").read_text()
    assert all(f'"{name}"' in migration for name, table in all_tables().tables.items() if "owner" in table.columns)
