"""``/v1/comparisons``."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field

from allocator.compare import compare, read_side
from allocator.output.comparison import COLUMNS
from allocator.output.text import csv_text
from allocator_api.identity import Caller, Permission, may
from allocator_api.problems import CONFLICT, NOT_FOUND, told
from allocator_api.runs.forms import rows_of
from allocator_api.schemas import RUN_ID, Told, Written

router = APIRouter(prefix="/v1/comparisons", tags=["runs"])
Run = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$", examples=[RUN_ID])]
#: What a comparison reads of a run.
FILES = ("summary.json", "manifest.json", "allocation.csv", "reserves.csv")


class Both(Written):
    """Two runs."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"a": RUN_ID, "b": RUN_ID}]})

    a: Run
    b: Run


class Comparison(Told):
    """What differs from a to b."""

    a: str = Field(description="name of the run", examples=["hormuz_closure-1a2b3c4d"])
    b: str = Field(description="name of the run", examples=["hormuz_closure-5e6f7a8b"])
    compared: int = Field(description="claims that both have")
    claims: list[dict[str, str | float | None]] = Field(description="every claim that differs, as in comparison.csv of `allocator compare`")


@router.post("", responses={**NOT_FOUND, **CONFLICT, **told(410)})
def compare_runs(caller: Annotated[Caller, may(Permission.READ_RUNS)], request: Request, body: Both) -> Comparison:
    """Compare two finished runs that the caller may read: who gains, who loses; nothing is kept."""
    with TemporaryDirectory(prefix="allocator-") as name:
        sides = []
        for side, run in (("a", body.a), ("b", body.b)):
            folder = Path(name) / side
            folder.mkdir()
            for file in FILES:
                (folder / file).write_bytes(request.app.state.runs.file(caller, run, file))
            sides.append(read_side(folder))
    found = compare(*sides)
    table = found.claims.sort_values(["region", "sector", "commodity"])[list(COLUMNS)]
    return Comparison(a=sides[0].run, b=sides[1].run, compared=found.compared, claims=rows_of(csv_text(table)))
