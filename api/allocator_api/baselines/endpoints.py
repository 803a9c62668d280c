"""``/v1/baselines``."""

from __future__ import annotations

import json
from typing import Annotated

from allocator_scenarios import ROOT
from fastapi import APIRouter, Path, Request
from pydantic import Field

from allocator_api.identity import Caller, Permission, may
from allocator_api.pages import Page, Paged
from allocator_api.problems import NOT_FOUND, missing
from allocator_api.schemas import Told

router = APIRouter(prefix="/v1/baselines", tags=["baselines"])


class Table(Told):
    """A table of a baseline."""

    name: str = Field(examples=["demands"])
    columns: list[str] = Field(examples=[["region", "sector", "commodity", "annual_quantity", "unit"]])


class Baseline(Told):
    """A data package of cited figures."""

    id: str = Field(examples=["eu_crm_2026"])
    title: str
    tables: list[Table]


def _found(request: Request) -> dict[str, Baseline]:
    library = request.app.state.catalogue.library
    folders = [ROOT / "baseline", *([library / "baseline"] if library else [])]
    packages = [package for folder in folders for package in sorted(folder.glob("*/datapackage.json"))]
    return {package.parent.name: _baseline(package.parent.name, json.loads(package.read_text(encoding="utf-8"))) for package in packages}


def _baseline(name: str, package: dict[str, object]) -> Baseline:
    tables = [
        Table(name=resource["name"], columns=[field["name"] for field in resource["schema"]["fields"]])
        for resource in package["resources"]  # type: ignore[attr-defined] # a data package is plain JSON
    ]
    return Baseline(id=name, title=str(package["title"]), tables=tables)


@router.get("")
def list_baselines(_: Annotated[Caller, may(Permission.READ_CATALOGUE)], request: Request, paging: Paged) -> Page[Baseline]:
    """List the baselines that scenarios can name."""
    return paging.of(list(_found(request).values()))


@router.get("/{baselineId}", responses=NOT_FOUND)
def read_baseline(
    _: Annotated[Caller, may(Permission.READ_CATALOGUE)],
    request: Request,
    baseline_id: Annotated[str, Path(alias="baselineId", pattern=r"^[a-z0-9_]{1,100}$", examples=["eu_crm_2026"])],
) -> Baseline:
    """Read what tables a baseline has."""
    found = _found(request)
    if baseline_id not in found:
        raise missing()
    return found[baseline_id]
