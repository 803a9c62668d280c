"""``/metrics``, for whoever watches the service; with a key of an administrator."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from allocator_api.identity import Caller, Permission, may
from allocator_api.jobs.lease import waiting

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def read_metrics(_: Annotated[Caller, may(Permission.READ_METRICS)], request: Request) -> Response:
    """Read the figures of operation."""
    with request.app.state.database.reading() as session:
        runs = waiting(session)
    return Response(request.app.state.metrics.text(runs), media_type=CONTENT_TYPE_LATEST)
