"""The service in this process, with a key for every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from allocator_api.app import Service, create_app
from allocator_api.identity import Role
from allocator_api.identity.clients import add_client, new_client
from allocator_api.settings import Settings

Keys = Callable[..., dict[str, str]]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Service]:
    made = create_app(Settings(home=tmp_path))
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
        return {"Authorization": f"Bearer {app.state.issuer.sign(added.id, 60)}"}

    return make
