"""``/v1/releases``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Path, Request, Response
from pydantic import ConfigDict, Field

from allocator_api.identity import Caller, Permission, may
from allocator_api.pages import Page, Paged
from allocator_api.problems import CONFLICT, NOT_FOUND, told
from allocator_api.releases.tables import Release as ReleaseRow
from allocator_api.runs.endpoints import RunId
from allocator_api.runs.forms import CSV, JSON, Form, accepted
from allocator_api.schemas import RUN_ID, Told, Written

router = APIRouter(prefix="/v1/releases", tags=["releases"])
Reader = Annotated[Caller, may(Permission.READ_RELEASES)]


class Shown(Written):
    """A run that is to be shown to partners."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"run": RUN_ID}]})

    run: str = Field(pattern=r"^[0-9a-f-]{36}$", examples=[RUN_ID])


class Release(Told):
    """A run that partners are shown."""

    run: str = Field(examples=[RUN_ID])
    scenario: str = Field(examples=["hormuz_closure"])
    created_at: datetime

    @classmethod
    def of(cls, row: ReleaseRow) -> Release:
        """Return the release of a row."""
        return cls(run=row.run, scenario=row.scenario, created_at=row.created_at)


class Aggregate(Told):
    """Sums over regions and the horizon; none where they would tell of one contributor."""

    sector: str
    commodity: str
    unit: str
    suppressed: bool = Field(description="fewer than three contributors, or one with more than 75 per cent")
    demand: float | None
    restrained: float | None
    allocated: float | None
    shortfall: float | None


@router.post("", status_code=201, responses={**NOT_FOUND, **CONFLICT})
def release_run(caller: Annotated[Caller, may(Permission.RELEASE_RUNS)], request: Request, response: Response, body: Shown) -> Release:
    """Show a finished run to partners; refused where the difference from an earlier one would tell of one or two of them."""
    row = request.app.state.releases.add(caller, body.run)
    response.headers["Location"] = f"/v1/releases/{row.run}/aggregates"
    return Release.of(row)


@router.get("")
def list_releases(_: Reader, request: Request, paging: Paged) -> Page[Release]:
    """List what is shown, the newest first."""
    return paging.of([Release.of(row) for row in request.app.state.releases.shown()])


@router.get("/{runId}/aggregates", responses=NOT_FOUND)
def read_aggregates(_: Reader, request: Request, run_id: RunId, paging: Paged) -> Page[Aggregate]:
    """Read sums over all regions, by sector and commodity."""
    return paging.of([Aggregate.model_validate(row) for row in request.app.state.releases.aggregates(run_id)])


@router.get("/{runId}/{part}", responses={**NOT_FOUND, **told(406)}, response_class=Response)
def read_own_part(
    caller: Reader,
    request: Request,
    run_id: RunId,
    part: Annotated[str, Path(pattern=r"^(allocations|cuts)$", examples=["allocations"])],
    accept: Annotated[str, Header(description="application/json or text/csv")] = "*/*",
) -> Response:
    """Read the caller's own rows; of others they say nothing but that there is another member."""
    file = {"allocations": "allocation.csv", "cuts": "cuts.csv"}[part]
    form = Form(part, accepted(part, accept, (JSON, CSV)), file)
    return form.response(request.app.state.releases.own(caller, run_id, file).encode())
