"""``/whatif/``: the page, its files by name, and plotly's script."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from allocator_api.problems import missing

router = APIRouter(include_in_schema=False)
FOLDER = Path(__file__).parent / "static"
KINDS: Mapping[str, str] = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
#: Everything from this host and nothing written into the page; data: is what plotly draws its patterns with.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.get("/")
def read_root() -> Response:
    """Lead to the page."""
    return RedirectResponse("/whatif/")


@router.get("/whatif")
def read_folder() -> Response:
    """Lead to the page."""
    return RedirectResponse("/whatif/")


@router.get("/whatif/")
def read_page() -> Response:
    """Return the page."""
    return _file("index.html")


@router.get("/whatif/plotly.js")
def read_plotly(request: Request) -> Response:
    """Return plotly's script of the installed package; a browser keeps it until another one is installed."""
    path = _plotly()
    tag = f'"{path.stat().st_size:x}-{int(path.stat().st_mtime):x}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type=KINDS[".js"], headers=headers)


@router.get("/whatif/{name}")
def read_file(name: str) -> Response:
    """Return a file of the page."""
    if name not in _names():
        raise missing()
    return _file(name)


def _file(name: str) -> Response:
    path = FOLDER / name
    return Response(path.read_bytes(), media_type=KINDS[path.suffix], headers={"Content-Security-Policy": POLICY})


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in FOLDER.iterdir() if path.suffix in KINDS)


@cache
def _plotly() -> Path:
    return Path(str(files("plotly") / "package_data" / "plotly.min.js"))
