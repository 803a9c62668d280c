"""``/v1/scenario-validations``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from allocator.errors import InvalidInput
from allocator_api.catalogue.schemas import PostedScenario
from allocator_api.identity import Caller, Permission, may
from allocator_api.problems import Fault, Problem, found_wrong
from allocator_api.schemas import Told

router = APIRouter(prefix="/v1/scenario-validations", tags=["scenarios"])


class Validation(Told):
    """What a check found."""

    valid: bool
    findings: list[Fault] = Field(description="every fault, in the order of the file; empty when it is valid")


@router.post("")
def validate_scenario(caller: Annotated[Caller, may(Permission.READ_CATALOGUE)], request: Request, body: PostedScenario) -> Validation:
    """Check a scenario as a run would, with all faults at once; nothing is kept."""
    catalogue = request.app.state.catalogue
    try:
        findings = found_wrong(catalogue.check(caller, catalogue.posted("scenario", body.text))).errors
    except InvalidInput as error:
        findings = found_wrong(error.findings).errors
    except Problem as problem:
        findings = problem.errors
    return Validation(valid=not findings, findings=[Fault.model_validate(finding) for finding in findings])
