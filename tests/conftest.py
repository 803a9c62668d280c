"""Options of the whole suite."""

import pytest
from hypothesis import settings

settings.register_profile("house", settings(deadline=None))  # a busy machine makes no test fail
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-golden", action="store_true", help="write golden files anew; read the difference before committing it")
    parser.addoption(
        "--postgresql", action="store_true", help="run the tests of the service on a PostgreSQL server, which is started for them"
    )
