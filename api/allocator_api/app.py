"""The application: settings in, every noun's endpoints found by folder, and headers that no response goes without."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pkgutil import iter_modules
from time import perf_counter
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import allocator_api
from allocator_api.catalogue import Catalogue
from allocator_api.database import Database
from allocator_api.figures import Figures
from allocator_api.identity.issuer import Issuer
from allocator_api.identity.provider import Provider
from allocator_api.metrics import Metrics
from allocator_api.pace import Pace
from allocator_api.problems import Problem, ProblemBody, add_handlers, response_of, told
from allocator_api.releases.service import Releases
from allocator_api.runs.service import Runs
from allocator_api.sessions.endpoints import sessions_of
from allocator_api.settings import Settings
from allocator_api.sign_in.service import SignIn
from allocator_api.whatifs.service import WhatIfs

#: Version of the API, in the header ``API-Version`` of every response; the first number stands in every path.
API_VERSION = "1.0.0"
HEADERS = {
    "API-Version": API_VERSION,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
OPENAPI = "/v1/openapi.json"
#: Of operations that will go: the endpoint's name, since when partners should leave it (RFC 9745) and when it goes (RFC 8594), in seconds
#: since 1970 and as a date of HTTP. None is on its way out.
DEPRECATED: dict[str, tuple[int, str]] = {}
DESCRIPTION = """
Turns scarce critical raw materials and strategic reserves into an allocation under a written priority framework. The service computes what
`allocator run` computes, to the byte.

Every path but this description asks for an access token: `Authorization: Bearer TOKEN`. Failures are `application/problem+json` (RFC 9457)
and name all faults of a request at once. What changes stands in CHANGELOG.md of the program; an operation that will go says
so half a year before, in the headers `Deprecation` and `Sunset`.
"""


class Service(FastAPI):
    """The finished application. Headers are set outside everything, so that failures carry them too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        guarded: ASGIApp = super().__call__
        if scope["type"] != "http":
            await guarded(scope, receive, send)
            return

        began = perf_counter()
        large = response_of(
            Problem(413, f"The body is larger than the {self.state.settings.max_body_bytes} bytes that are read; send less.")
        )
        told_large = False

        async def send_with_headers(message: Message) -> None:
            nonlocal told_large
            if told_large and message["type"] == "http.response.body":
                message["body"] = large.body
            if message["type"] == "http.response.start":
                if message["status"] == large.status_code:  # the framework tells it as plain text
                    told_large, message["headers"] = True, list(large.raw_headers)
                self.state.metrics.count(scope, message["status"], perf_counter() - began)
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                leaving = DEPRECATED.get(getattr(scope.get("route"), "name", ""))
                if leaving:
                    headers["Deprecation"], headers["Sunset"] = f"@{leaving[0]}", leaving[1]
                if scope["path"] == OPENAPI:
                    headers["Access-Control-Allow-Origin"] = "*"
            await send(message)

        await guarded(scope, receive, send_with_headers)

    def openapi(self) -> dict[str, Any]:
        """Return the description of the API; failures are described as they are told, not as the framework would."""
        if self.openapi_schema is None:
            described = super().openapi()
            schemas = described["components"]["schemas"]
            schemas.update(_schemas_of_problems())
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            for operation in (operation for path in described["paths"].values() for operation in path.values()):
                operation["responses"].pop("422", None)
            self.openapi_schema = described
        return self.openapi_schema


def create_app(settings: Settings) -> Service:
    """Return the application for an installation, with its database brought up to date where that is the service's own file."""
    app = Service(
        title="Stockpile allocator",
        version=API_VERSION,
        summary="Who gets what when critical raw materials run short, under a written priority framework.",
        description=DESCRIPTION,
        contact={"name": "The maintainers; see SECURITY.md and README.md of the program"},
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        openapi_url=OPENAPI,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=told(400, 401, 403, 413, 429),
        max_body_size=settings.max_body_bytes,
        generate_unique_id_function=lambda route: route.name,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.program_version = version("stockpile-allocator")
    app.state.issuer = Issuer(settings.home, settings.audience)
    app.state.provider = Provider(settings) if settings.oidc_issuer else None
    app.state.database = Database(settings.database_url)
    app.state.sign_in = SignIn(settings, app.state.provider, app.state.database) if settings.oidc_client else None
    app.state.catalogue = Catalogue(app.state.database, settings.library, settings.max_cells)
    app.state.figures = Figures(app.state.database, settings.classification)
    app.state.runs = Runs(app.state.database, app.state.catalogue, app.state.figures)
    app.state.whatifs = WhatIfs(app.state.runs, settings)
    app.state.releases = Releases(app.state.database, settings.home)
    app.state.metrics = Metrics()
    app.state.pace = Pace(settings.requests_per_minute)
    if not settings.database:
        app.state.database.migrate()
    app.state.database.require_current()
    add_handlers(app)
    if settings.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins, allow_methods=["*"], allow_headers=["*"], max_age=600)
    for router in routers():
        app.include_router(router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.whatifs.close()
    sessions_of(app.state).close()


def routers() -> Iterator[APIRouter]:
    """Yield the router of every folder that has ``endpoints.py``, by name; each writes out its own paths."""
    for folder in iter_modules(allocator_api.__path__, f"{allocator_api.__name__}."):
        if folder.ispkg and find_spec(f"{folder.name}.endpoints"):
            yield import_module(f"{folder.name}.endpoints").router


def _schemas_of_problems() -> dict[str, Any]:
    schema = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "ProblemBody": schema}
