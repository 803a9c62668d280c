"""Traces of requests and runs, sent by OpenTelemetry where the environment says; else nothing of it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from allocator.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

#: Variables of the OpenTelemetry specification; one of them turns tracing on, and the exporter reads the others itself.
ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
NAME = "stockpile-allocator"
#: Requests by machines that only look whether the service is there, and the one whose query holds a code of the identity provider.
NOT_TRACED = "healthz,readyz,metrics,sign-in/callback"


class Telemetry:
    """Where traces go; nowhere without a provider. They carry ids, paths, statuses and seconds, never a body."""

    def __init__(self, provider: TracerProvider | None = None) -> None:
        self._provider = provider

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Telemetry:
        """Return what the environment asks for. Raises `InvalidInput` if that is not installed."""
        named = [name for name in ENDPOINTS if environment.get(name)]
        if not named:
            return cls()
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError:
            told = f"traces need the add-on telemetry: pip install '{NAME}[telemetry]', or remove the variable"
            raise InvalidInput([Finding(named[0], 0, 0, "", told, "A601")]) from None
        provider = TracerProvider(resource=Resource.create({"service.name": NAME, "service.version": version(NAME)}))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        return cls(provider)

    def watch(self, app: FastAPI) -> None:
        """Trace every request to an application."""
        if self._provider is not None:
            from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

            FastAPIInstrumentor.instrument_app(app, tracer_provider=self._provider, excluded_urls=NOT_TRACED)

    def span(self, name: str, **attributes: str | int) -> AbstractContextManager[Any]:
        """Return a block that is traced."""
        if self._provider is None:
            return nullcontext()
        return self._provider.get_tracer(NAME).start_as_current_span(name, attributes=attributes)

    def close(self) -> None:
        """Send what was not sent yet."""
        if self._provider is not None:
            self._provider.shutdown()
