"""``/v1/runs``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Request, Response

from allocator_api.identity import Caller, Permission, may
from allocator_api.pages import Page, Paged
from allocator_api.problems import CONFLICT, NOT_FOUND, told
from allocator_api.runs.forms import form_of
from allocator_api.runs.schemas import Asked, Run
from allocator_api.runs.tables import Status
from allocator_api.schemas import RUN_ID

router = APIRouter(prefix="/v1/runs", tags=["runs"])
#: Seconds after which it is worth asking how a run stands.
WAIT = "1"
Starter = Annotated[Caller, may(Permission.START_RUNS)]
Reader = Annotated[Caller, may(Permission.READ_RUNS)]
RunId = Annotated[str, Path(alias="runId", pattern=r"^[0-9a-f-]{36}$", examples=[RUN_ID])]
Key = Annotated[str | None, Header(alias="Idempotency-Key", pattern=r"^[!-~]{1,200}$", description="the same key and request are one run")]


@router.post("", status_code=202, responses=told(422))
def start_run(caller: Starter, request: Request, response: Response, body: Asked, key: Key = None) -> Run:
    """Ask for a run; `Location` says where it can be followed."""
    row = request.app.state.runs.start(caller, body, key)
    response.headers.update({"Location": f"/v1/runs/{row.id}", "Retry-After": WAIT})
    return Run.of(row)


@router.get("")
def list_runs(caller: Reader, request: Request, paging: Paged) -> Page[Run]:
    """List the caller's runs, the newest first."""
    rows, total = request.app.state.runs.list(caller, paging.offset, paging.size)
    return paging.part([Run.of(row) for row in rows], total)


@router.get("/{runId}", responses=NOT_FOUND)
def read_run(caller: Reader, request: Request, response: Response, run_id: RunId) -> Run:
    """Say how a run stands."""
    row = request.app.state.runs.read(caller, run_id)
    if row.status in (Status.QUEUED, Status.RUNNING):
        response.headers["Retry-After"] = WAIT
    return Run.of(row)


@router.post("/{runId}/cancellations", status_code=202, responses={**NOT_FOUND, **CONFLICT})
def cancel_run(caller: Starter, request: Request, run_id: RunId) -> Run:
    """Ask for a run to stop, also in the middle of a solve."""
    return Run.of(request.app.state.runs.cancel(caller, run_id))


@router.get("/{runId}/bundle", responses={**NOT_FOUND, **CONFLICT, **told(410)}, response_class=Response)
def read_bundle(caller: Reader, request: Request, run_id: RunId) -> Response:
    """Read a finished run as one sealed file, an RO-Crate: its inputs, its outputs, and the command that makes it again."""
    content = request.app.state.runs.bundle(caller, run_id)
    return Response(content, media_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{run_id}.zip"'})


@router.get("/{runId}/{part}", responses={**NOT_FOUND, **CONFLICT, **told(406, 410)}, response_class=Response)
def read_part(
    caller: Reader,
    request: Request,
    run_id: RunId,
    part: Annotated[str, Path(pattern=r"^(allocations|reserves|supply|cuts|summary|manifest|report)$", examples=["allocations"])],
    accept: Annotated[str, Header(description="application/json, text/csv, text/html or the type of XLSX")] = "*/*",
) -> Response:
    """Read a part of the answer, byte for byte as `allocator run` writes it; tables also as JSON."""
    form = form_of(part, accept)
    return form.response(request.app.state.runs.file(caller, run_id, form.file))
