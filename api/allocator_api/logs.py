"""Logs: one JSON object a line on stderr, with ids, statuses and seconds, and never a figure or a text that somebody wrote."""

from __future__ import annotations

import sys

import structlog


def configure() -> None:
    """Let every log line of this process be one JSON object."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
