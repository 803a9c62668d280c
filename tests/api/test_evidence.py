"""The page of the trials shows the figures that they gave, and these are good."""

from __future__ import annotations

import pytest

from tests.api.evidence import BY_NAME, CLIENTS, EXAMPLES, ROUNDS, SECONDS, page
from tests.golden.evidence import SERVICE_PAGE, read_figures
from tests.golden.pages import block

FOUND = {name: read_figures(name) for name in BY_NAME}


@pytest.mark.parametrize("mark", page(FOUND))
def test_the_page_shows_what_was_found(mark: str) -> None:
    assert block(SERVICE_PAGE.read_text(encoding="utf-8"), mark) == page(FOUND)[mark]


def test_nothing_was_lost_doubled_or_wrong() -> None:
    many, hard, odd = (FOUND[name] for name in BY_NAME)
    assert (many["clients"], many["seconds"], many["server_errors"], many["runs_lost"]) == (CLIENTS, SECONDS, 0, 0)
    assert (hard["rounds"], hard["runs_lost"], hard["runs_doubled"], hard["different_answers"]) == (ROUNDS, 0, 0, 0)
    assert all(hard["killed"].values())
    assert (odd["examples"], odd["wrong"], set(odd["requests"])) == (EXAMPLES, 0, {"sqlite", "postgresql"})
