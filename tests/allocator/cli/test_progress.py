"""Progress: on a terminal only, on stderr only."""

import os
import pty
import subprocess
import sys

COMMAND = [sys.executable, "-m", "allocator", "run"]


def test_a_terminal_shows_every_phase_and_the_stages_of_the_solve(crisis, tmp_path):
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen([*COMMAND, crisis], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=theirs) as running:
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b"")).decode("utf-8")
        answer = running.stdout.read().decode("utf-8")
    os.close(ours)
    assert running.returncode == 0
    places = [shown.index(f"done\x1b[0m {phase}") for phase in ("Read and check", "Work out the case", "Build the model", "Solve", "Audit")]
    assert places == sorted(places)
    assert "Solve: part 1 of" in shown
    assert "Solve: " not in answer
    assert "Report: " in answer


def test_a_pipe_shows_nothing(crisis, tmp_path):
    done = subprocess.run([*COMMAND, crisis, "--json"], cwd=tmp_path, capture_output=True, check=True)
    assert done.stderr == b""


def _read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side has closed
        return b""
