"""Traces: sent to the collector that the environment names, with ids and statuses and no figures; nothing without one."""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from allocator.errors import InvalidInput
from allocator_api.telemetry import Telemetry


class Collector(BaseHTTPRequestHandler):
    """Keeps what it is sent."""

    received: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        self.received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        pass


def test_requests_and_runs_are_traced_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    Collector.received = []
    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        telemetry, app = Telemetry.of({"OTEL_EXPORTER_OTLP_ENDPOINT": "as above"}), FastAPI()

        @app.get("/healthz")
        @app.get("/sign-in/callback")
        @app.get("/v1/runs/{runId}")
        def answer() -> str:
            return "there"

        telemetry.watch(app)
        client = TestClient(app)
        assert [client.get(path).status_code for path in ("/v1/runs/7?page=1", "/healthz", "/sign-in/callback?code=c0de")] == [200] * 3
        with telemetry.span("run", run="0d6f2f1c", attempt=1):
            pass
        telemetry.close()
        server.shutdown()
    assert {path for path, _ in Collector.received} == {"/v1/traces"}
    sent = b"".join(body for _, body in Collector.received)
    assert all(word in sent for word in (b"GET /v1/runs/{runId}", b"0d6f2f1c", b"stockpile-allocator"))
    assert b"healthz" not in sent
    assert b"c0de" not in sent


def test_nothing_is_loaded_without_the_setting_and_the_add_on_is_named_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace.export", None)
    with Telemetry.of({}).span("run"):
        pass
    with pytest.raises(InvalidInput, match=r"pip install 'stockpile-allocator\[telemetry\]'"):
        Telemetry.of({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:1"})
