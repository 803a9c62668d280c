"""The service in this process, with a key for every role and a library of one small crisis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from allocator_api.app import Service, create_app
from allocator_api.identity import Role
from allocator_api.identity.clients import add_client, new_client
from allocator_api.jobs.worker import Worker
from allocator_api.settings import Settings
from tests.allocator.conftest import CRISIS
from tests.api.postgresql import Server, running
from tests.tiny import write_tiny

Keys = Callable[..., dict[str, str]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave aside on PostgreSQL what asks for no database, and what-if sessions, which keep files: they are the same on both."""
    if config.getoption("--postgresql"):
        asking = [item for item in items if "server" in getattr(item, "fixturenames", ()) and item.path.parent.name != "sessions"]
        config.hook.pytest_deselected(items=[item for item in items if item not in asking])
        items[:] = asking


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as an installation keeps it; not to be written to."""
    folder = tmp_path_factory.mktemp("library")
    write_tiny(folder, CRISIS)
    return folder


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[Server | None]:
    """The PostgreSQL server, None where the tests run on SQLite."""
    if not request.config.getoption("--postgresql"):
        yield None
        return
    with running() as started:
        yield started


@pytest.fixture
def settings(tmp_path: Path, library: Path, server: Server | None) -> Settings:
    url = server.emptied() if server else ""
    return Settings(home=tmp_path / "home", database=url, library=library, requests_per_minute=100_000, classification="TLP:AMBER")


@pytest.fixture
def app(settings: Settings) -> Iterator[Service]:
    settings.home.mkdir()
    made = create_app(settings)
    yield made
    made.state.database.close()


@pytest.fixture
def client(app: Service) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def key(app: Service) -> Keys:
    """Make a client of a role and give the header that it sends."""

    def make(role: Role, partner: str | None = None, name: str = "") -> dict[str, str]:
        added = add_client(app.state.database, new_client(name or f"{role}-{partner}", role, partner))
        return {"Authorization": f"Bearer {app.state.issuer.sign(added.id, 600)}"}

    return make


@pytest.fixture
def worker(app: Service, settings: Settings) -> Worker:
    return Worker(app.state.database, settings)
