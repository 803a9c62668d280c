"""``/v1/stock-figures``: rows of the table reserves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response

from allocator_api.figures.schemas import Body, FigureRows, FigureSet, IfMatch, IfNoneMatch, Partner, Revision, body_of
from allocator_api.figures.service import etag
from allocator_api.identity import Caller, Permission, may
from allocator_api.pages import Page, Paged
from allocator_api.problems import NOT_FOUND, told

router = APIRouter(prefix="/v1/stock-figures", tags=["figures"])
KIND = "reserves"
#: A row in the description.
EXAMPLE = {
    "reserve": "nld_helium",
    "owner": "NLD",
    "region": "NLD",
    "commodity": "helium_liquid",
    "quantity": "45.5",
    "floor_share": "0.1",
    "max_release_per_month": "30",
    "first_release_days": "8",
    "crisis_level": "2",
    "loss_per_month": "0.0861924",
    "low": "40",
    "high": "50",
    "source": "project_assumption",
    "year": "2026",
    "basis": "assumed",
    "note": "to try it out",
}
Reader = Annotated[Caller, may(Permission.READ_FIGURES)]
Writer = Annotated[Caller, may(Permission.WRITE_FIGURES)]


@router.get("", responses=NOT_FOUND)
def read_stock_figures(caller: Reader, request: Request, response: Response, partner: Partner = None) -> FigureRows:
    """Read a partner's newest figures; their ETag is what a change must name."""
    row = request.app.state.figures.read(caller, KIND, partner)
    response.headers["ETag"] = etag(row.revision)
    return FigureRows.of(row)


@router.put("", responses=told(412, 415, 428), openapi_extra=body_of(EXAMPLE))
def write_stock_figures(
    caller: Writer, request: Request, response: Response, body: Body, if_match: IfMatch = None, if_none_match: IfNoneMatch = None
) -> FigureSet:
    """Write the caller's figures anew, all rows at once; what was there stays as a revision."""
    media_type = request.headers.get("Content-Type", "")
    row = request.app.state.figures.write(caller, KIND, body, media_type, if_match, if_none_match)
    response.headers["ETag"] = etag(row.revision)
    return FigureSet.of(row)


@router.get("/revisions")
def list_stock_figure_revisions(caller: Reader, request: Request, paging: Paged, partner: Partner = None) -> Page[FigureSet]:
    """List the revisions, the newest first."""
    return paging.of([FigureSet.of(row) for row in request.app.state.figures.revisions(caller, KIND, partner)])


@router.get("/revisions/{revision}", responses=NOT_FOUND)
def read_stock_figure_revision(caller: Reader, request: Request, revision: Revision, partner: Partner = None) -> FigureRows:
    """Read an earlier revision."""
    return FigureRows.of(request.app.state.figures.read(caller, KIND, partner, revision))
