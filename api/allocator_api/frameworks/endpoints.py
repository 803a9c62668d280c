"""``/v1/frameworks``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response

from allocator_api.catalogue.schemas import ID, Listed, PostedFramework, Whole
from allocator_api.identity import Caller, Permission, may
from allocator_api.pages import Page, Paged
from allocator_api.problems import CONFLICT, NOT_FOUND

router = APIRouter(prefix="/v1/frameworks", tags=["frameworks"])


@router.get("")
def list_frameworks(caller: Annotated[Caller, may(Permission.READ_CATALOGUE)], request: Request, paging: Paged) -> Page[Listed]:
    """List the frameworks that the caller may name."""
    found = request.app.state.catalogue.documents(caller, "framework")
    return paging.of([Listed.of(document) for document in found.values()])


@router.post("", status_code=201, responses=CONFLICT)
def add_framework(
    caller: Annotated[Caller, may(Permission.WRITE_CATALOGUE)], request: Request, response: Response, body: PostedFramework
) -> Whole:
    """Add a framework; it is checked first, and never changed after."""
    document = request.app.state.catalogue.add(caller, "framework", body.text)
    response.headers["Location"] = f"/v1/frameworks/{document.id}"
    return Whole.of(document)


@router.get("/{frameworkId}", responses=NOT_FOUND)
def read_framework(
    caller: Annotated[Caller, may(Permission.READ_CATALOGUE)], request: Request, framework_id: Annotated[str, ID("frameworkId")]
) -> Whole:
    """Read a framework as it was written."""
    return Whole.of(request.app.state.catalogue.document(caller, "framework", framework_id))
