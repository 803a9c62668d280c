"""The walk on the page for partners works as written, against a service with its worker."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import uvicorn

from allocator_api.app import create_app
from allocator_api.jobs.worker import Worker
from allocator_api.settings import Settings
from tests.docs.blocks import BLOCKS, ROOT, Block

PAGE = "docs/how-to/api.md"
#: The mark above the blocks that are run from here.
BY = "pytest tests/api"
ADDRESS = "127.0.0.1:8000"


#: Pages of which a test of this folder runs the marked blocks.
PAGES = (PAGE, "docs/how-to/deploy.md")


def blocks(*pages: str) -> list[Block]:
    """Return the marked blocks of some pages, of all when none is named."""
    return [block for block in BLOCKS if block.page in (pages or PAGES) and block.run_by == BY]


def test_the_walk_works_as_written(tmp_path: Path) -> None:
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    settings = Settings(home=tmp_path)
    app, stop = create_app(settings), Event()
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    threads = [Thread(target=server.run), Thread(target=Worker(app.state.database, settings).work, args=(stop,))]
    for thread in threads:
        thread.start()
    try:
        while not server.started:
            stop.wait(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        python = next(block for block in blocks(PAGE) if block.language == "python").text.replace(ADDRESS, f"127.0.0.1:{port}")
        (tmp_path / "walk.py").write_text(python, encoding="utf-8")
        shell = "\n".join(block.text for block in blocks(PAGE) if block.language == "sh").replace(ADDRESS, f"127.0.0.1:{port}")
        program = f'allocator() {{ "{sys.executable}" -m allocator "$@"; }}\nset -eu\n{shell}\n"{sys.executable}" walk.py\n'
        done = subprocess.run(["bash", "-c", program], cwd=tmp_path, env=os.environ.copy(), capture_output=True, text=True, timeout=300)
    finally:
        stop.set()
        server.should_exit = True
        for thread in threads:
            thread.join()
        app.state.database.close()
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert '"partner":"NLD"' in done.stdout
