"""What the service stands: many clients at once, processes killed at random moments, and many random requests.

Started by ``make evidence NAMES=service-load,service-kills,service-requests``; the figures go to ``docs/evidence/`` and from there into
``docs/service-evidence.md``.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx

from allocator_api.app import create_app
from allocator_api.audit_events.repository import all_events
from allocator_api.audit_events.service import verified
from allocator_api.database import Database
from allocator_api.identity import Role
from allocator_api.identity.clients import add_client, new_client
from allocator_api.identity.issuer import Issuer
from allocator_api.settings import Settings, settings_from
from tests.allocator.conftest import CRISIS
from tests.api.postgresql import running
from tests.tiny import write_tiny

Figures = dict[str, Any]
CLIENTS, SECONDS = 100, 60
ROUNDS, RUNS_IN_A_ROUND = 30, 2
LEASE = 2
EXAMPLES = 15
#: Seconds that all runs may take to end once nothing is killed any more.
PATIENCE = 1200


class Installation:
    """A folder with a small crisis, the service on a free port, and a key of the crisis team."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (folder / "home").mkdir()
        write_tiny(folder / "library", CRISIS)
        own = {"ALLOCATOR_HOME": str(folder / "home"), "ALLOCATOR_LIBRARY": str(folder / "library"), "ALLOCATOR_LEASE_SECONDS": str(LEASE)}
        self.environment = {**os.environ, **own, "ALLOCATOR_REQUESTS_PER_MINUTE": "1000000"}
        self.settings = settings_from({name: text for name, text in self.environment.items() if name.startswith("ALLOCATOR_")})
        self.database = Database(self.settings.database_url)
        self.database.migrate()
        client = add_client(self.database, new_client("crisis team", Role.CRISIS_TEAM))
        token = Issuer(self.settings.home, self.settings.audience).sign(client.id, 86_400)
        self.headers = {"Authorization": f"Bearer {token}"}

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a command of the program."""
        quiet = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([sys.executable, "-m", "allocator", *words], env=self.environment, **quiet)

    def serve(self) -> subprocess.Popen[bytes]:
        """Start the API with its worker."""
        return self.start("serve", "--port", str(self.port))

    def client(self) -> httpx.Client:
        """A client of its own."""
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=self.headers, timeout=60)

    def wait_for(self, true: Callable[[httpx.Client], bool]) -> None:
        """Wait until something holds, whatever the service does meanwhile."""
        until = time.monotonic() + PATIENCE
        with self.client() as client:
            while time.monotonic() < until:
                try:
                    if true(client):
                        return
                except httpx.HTTPError:
                    pass
                time.sleep(0.3)
        raise TimeoutError("the service did not come to an end")

    def runs(self) -> list[Mapping[str, Any]]:
        """All runs."""
        with self.client() as client:
            first = client.get("/v1/runs?pageSize=500").json()
            assert first["total"] <= 500
            return first["items"]


@contextmanager
def installed() -> Iterator[Installation]:
    """Give an installation that is gone after the block."""
    with tempfile.TemporaryDirectory(prefix="service-") as folder:
        made = Installation(Path(folder))
        yield made
        made.database.close()


def ended(client: httpx.Client) -> bool:
    """Whether no run waits or is worked on."""
    items = client.get("/v1/runs?pageSize=500").json()["items"]
    return all(run["status"] not in ("queued", "running") for run in items)


def load() -> Figures:
    """Let many clients work for a minute."""
    with installed() as place, ExitStack() as stack:
        api = place.serve()
        stack.callback(stop, api)
        place.wait_for(lambda client: client.get("/readyz").status_code == 200)
        statuses: Counter[int] = Counter()
        waits: list[float] = []
        asked: list[str] = []
        until = time.monotonic() + SECONDS

        def work(number: int) -> None:
            with place.client() as client:
                found = client.post("/v1/runs", json={"scenario": "tiny"}, headers={"Idempotency-Key": f"client-{number}"})
                statuses[found.status_code] += 1
                asked.append(found.json()["id"])
                paths = (f"/v1/runs/{asked[-1]}", "/v1/runs?pageSize=5", "/v1/me", "/v1/scenarios?pageSize=3")
                while time.monotonic() < until:
                    for path in paths:
                        began = time.monotonic()
                        statuses[client.get(path).status_code] += 1
                        waits.append(time.monotonic() - began)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        place.wait_for(ended)
        runs = place.runs()
        waits.sort()
        return {
            "clients": CLIENTS,
            "seconds": SECONDS,
            "requests": sum(statuses.values()),
            "statuses": {str(status): count for status, count in sorted(statuses.items())},
            "server_errors": sum(count for status, count in statuses.items() if status >= 500),
            "median_wait": round(waits[len(waits) // 2], 3),
            "longest_wait": round(waits[-1], 3),
            "runs_asked": len(set(asked)),
            "runs_lost": len(set(asked) - {run["id"] for run in runs if run["status"] == "done"}),
        }


def kills() -> Figures:
    """Kill worker and API processes at random moments, and count what is lost or doubled."""
    chance = random.Random(0)
    killed: Counter[str] = Counter()
    with installed() as place, ExitStack() as stack:
        processes = {"api": place.serve(), "worker": place.start("worker")}
        stack.callback(lambda: [stop(process) for process in processes.values()])
        keys = []
        for number in range(ROUNDS):
            for part in range(RUNS_IN_A_ROUND):
                key = f"round-{number}-{part}"
                place.wait_for(lambda client, key=key: _asked(client, key))
                keys.append(key)
            time.sleep(chance.uniform(0, 3))
            for name in chance.choice((("api",), ("worker",), ("attached worker",), ("api", "worker", "attached worker"))):
                killed[name] += _kill(name, processes)
            for name, process in processes.items():
                if process.poll() is not None:
                    processes[name] = place.serve() if name == "api" else place.start("worker")
        place.wait_for(ended)
        runs = place.runs()
        with place.client() as client:
            manifests = {client.get(f"/v1/runs/{run['id']}/manifest").content for run in runs if run["status"] == "done"}
        events, _ = verified(place.database)
        with place.database.reading() as session:
            done = Counter(event.subject for event in all_events(session) if event.what == "run done")
        return {
            "rounds": ROUNDS,
            "killed": dict(sorted(killed.items())),
            "runs_asked": len(keys),
            "runs_there": len(runs),
            "runs_lost": len(keys) - sum(run["status"] == "done" for run in runs),
            "runs_doubled": len(runs) - len(keys) + sum(count > 1 for count in done.values()),
            "different_answers": len(manifests) - 1,
            "audit_events": events,
        }


def requests() -> Figures:
    """Send many random requests on both databases."""
    from tests.api.test_contract import answer_random_requests  # takes seconds to fetch, which pages and their tests have no use for

    found = {}
    for name in ("sqlite", "postgresql"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="service-")))
            write_tiny(folder, CRISIS)
            url = stack.enter_context(running()).emptied() if name == "postgresql" else ""
            app = create_app(Settings(home=folder, library=folder, database=url, requests_per_minute=10_000_000))
            stack.callback(app.state.database.close)
            callers = []
            for role, partner in ((Role.CRISIS_TEAM, None), (Role.PARTNER, "NLD"), (Role.AUDITOR, None)):
                client = add_client(app.state.database, new_client(str(role), role, partner))
                callers.append({"Authorization": f"Bearer {app.state.issuer.sign(client.id, 86_400)}"})
            found[name] = answer_random_requests(app, callers, EXAMPLES)
    return {"examples": EXAMPLES, "requests": found, "wrong": 0}


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process as an administrator would."""
    process.send_signal(signal.SIGTERM)
    process.wait(60)


def _asked(client: httpx.Client, key: str) -> bool:
    return client.post("/v1/runs", json={"scenario": "tiny"}, headers={"Idempotency-Key": key}).status_code == 202


def _kill(name: str, processes: Mapping[str, subprocess.Popen[bytes]]) -> int:
    """Kill a process without notice; return how many there were."""
    if name == "attached worker":
        parent = processes["api"].pid
        lists = Path(f"/proc/{parent}/task").glob("*/children")  # a child belongs to the thread that started it
        pids = [int(pid) for children in lists for pid in children.read_text().split()]
    else:
        pids = [processes[name].pid]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    if name in processes:
        processes[name].wait()
    return len(pids)


#: What `make evidence` starts, by name.
BY_NAME: Mapping[str, Callable[[], Figures]] = {"service-load": load, "service-kills": kills, "service-requests": requests}


def page(found: Mapping[str, Figures]) -> dict[str, str]:
    """Return the marked blocks of the page."""
    many, hard, odd = (found[name] for name in BY_NAME)
    statuses = ", ".join(f"{count:,} times {status}" for status, count in many["statuses"].items())
    killed = ", ".join(f"{count} times the {name}" for name, count in hard["killed"].items())
    waits = f"Half of them came within {many['median_wait']:g} s, the last after {many['longest_wait']:g} s."
    sums = f"{many['server_errors']} server errors, {many['runs_lost']} of {many['runs_asked']} runs lost"
    lost = f"{hard['runs_lost']} lost, {hard['runs_doubled']} doubled, {hard['different_answers']} answers that differ"
    sent = ", ".join(f"{count:,} requests on {name}" for name, count in odd["requests"].items())
    return {
        "load": f"**{many['clients']} clients for {many['seconds']} seconds: {many['requests']:,} requests, {sums}.** "
        f"Answers: {statuses}. {waits}",
        "kills": f"**{hard['rounds']} rounds, {hard['runs_asked']} runs asked for: {lost}.** Killed: {killed}. "
        f"The audit has {hard['audit_events']} events and is whole.",
        "requests": f"**{sent}: {odd['wrong']} answered wrongly.**",
    }
