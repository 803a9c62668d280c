"""``/v1/scenarios``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response

from allocator_api.catalogue.schemas import ID, Listed, PostedScenario, Whole
from allocator_api.identity import Caller, Permission, may
from allocator_api.pages import Page, Paged
from allocator_api.problems import CONFLICT, NOT_FOUND

router = APIRouter(prefix="/v1/scenarios", tags=["scenarios"])


@router.get("")
def list_scenarios(caller: Annotated[Caller, may(Permission.READ_CATALOGUE)], request: Request, paging: Paged) -> Page[Listed]:
    """List the scenarios that the caller may name."""
    found = request.app.state.catalogue.documents(caller, "scenario")
    return paging.of([Listed.of(document) for document in found.values()])


@router.post("", status_code=201, responses=CONFLICT)
def add_scenario(
    caller: Annotated[Caller, may(Permission.WRITE_CATALOGUE)], request: Request, response: Response, body: PostedScenario
) -> Whole:
    """Add a scenario; it is checked first, and never changed after."""
    document = request.app.state.catalogue.add(caller, "scenario", body.text)
    response.headers["Location"] = f"/v1/scenarios/{document.id}"
    return Whole.of(document)


@router.get("/{scenarioId}", responses=NOT_FOUND)
def read_scenario(
    caller: Annotated[Caller, may(Permission.READ_CATALOGUE)], request: Request, scenario_id: Annotated[str, ID("scenarioId")]
) -> Whole:
    """Read a scenario as it was written."""
    return Whole.of(request.app.state.catalogue.document(caller, "scenario", scenario_id))
