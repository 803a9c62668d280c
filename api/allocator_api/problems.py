"""What a caller is told when a request fails: RFC 9457, all faults at once, and nothing of how the service is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from allocator.errors import Finding, InvalidInput

MEDIA_TYPE = "application/problem+json"
_REMEDIES = {
    404: "There is no such resource, or it is not yours to see; check the path.",
    405: "The resource does not take this method; see the header Allow.",
}


_TOLD = {
    400: "The request has faults; all are listed.",
    401: "No access token in force.",
    403: "The caller may not do this.",
    404: "There is no such resource, or it is not the caller's to see.",
    406: "There is no such form of the resource.",
    409: "The request conflicts with what is there.",
    410: "The run was removed.",
    412: "The resource has changed since.",
    413: "The body is too large.",
    415: "The body is of a type that is not read here.",
    422: "The key of the request was used for another request.",
    428: "The request must say which revision it changes.",
    429: "Too many requests; see the header Retry-After.",
    503: "There is no answer within the time that is allowed.",
}


class Problem(Exception):
    """A request that cannot be answered; `detail` says why and what to do, `errors` names every fault."""

    def __init__(
        self, status: int, detail: str, errors: Sequence[Mapping[str, Any]] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        self.status, self.detail, self.errors, self.headers = status, detail, tuple(errors), dict(headers or {})
        super().__init__(detail)


class Fault(BaseModel):
    """One fault in a request."""

    model_config = ConfigDict(extra="allow")

    place: str = Field(description="where it is: body, query, path, header or the name of a file")
    path: str = Field(description="path into that place, such as disruptions.0.closed; may be empty")
    message: str = Field(description="what is wrong, what was expected and what to do")


class ProblemBody(BaseModel):
    """The body of a problem."""

    type: str = Field(examples=["about:blank"])
    status: int = Field(examples=[404])
    title: str = Field(examples=["Not Found"])
    detail: str = Field(examples=[_REMEDIES[404]])
    errors: list[Fault] | None = Field(None, description="every fault, when there are several or they have a place")


def told(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of failures for the description of the API."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    return {status: {"description": _TOLD[status], "content": content} for status in statuses}


def missing() -> Problem:
    """Return the answer for what is not there and for what the caller may not know of: both look the same."""
    return Problem(404, _REMEDIES[404])


def found_wrong(findings: Sequence[Finding]) -> Problem:
    """Return the answer to input with faults, each with its place and code."""
    faults = [{"place": finding.file, **{name: value for name, value in asdict(finding).items() if name != "file"}} for finding in findings]
    return Problem(400, "The input has faults; every one is listed under errors.", faults)


def response_of(problem: Problem) -> Response:
    """Return the response that tells a problem."""
    body = {"type": "about:blank", "status": problem.status, "title": HTTPStatus(problem.status).phrase, "detail": problem.detail}
    content = {**body, **({"errors": list(problem.errors)} if problem.errors else {})}
    return JSONResponse(content, problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


def add_handlers(app: FastAPI) -> None:
    """Let every failure of a request end as a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(InvalidInput, _invalid)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _failed)


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for it
    return response_of(error)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, InvalidInput)  # noqa: S101 - registered for it
    return response_of(found_wrong(error.findings))


async def _unreadable(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    faults = []
    for fault in error.errors():
        place, *path = fault["loc"]
        faults.append({"place": str(place), "path": ".".join(map(str, path)), "message": fault["msg"]})
    return response_of(Problem(400, "The request does not fit the description of the API; every fault is listed under errors.", faults))


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    phrase = HTTPStatus(error.status_code).phrase
    return response_of(Problem(error.status_code, _REMEDIES.get(error.status_code, f"{phrase}."), headers=error.headers))


async def _failed(_: Request, __: Exception) -> Response:
    return response_of(Problem(500, "The service failed on this request; try again, and tell the administrator if it stays."))


NOT_FOUND = told(404)
CONFLICT = told(409)
