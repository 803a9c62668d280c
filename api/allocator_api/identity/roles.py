"""Roles, and what each may do."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the service."""

    PARTNER = "partner"
    CRISIS_TEAM = "crisis_team"
    FACILITATOR = "facilitator"
    TEAM = "team"
    OBSERVER = "observer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What an endpoint asks of its caller."""

    READ_CATALOGUE = "read_catalogue"
    WRITE_CATALOGUE = "write_catalogue"
    START_RUNS = "start_runs"
    READ_RUNS = "read_runs"
    RELEASE_RUNS = "release_runs"
    READ_RELEASES = "read_releases"
    READ_FIGURES = "read_figures"
    WRITE_FIGURES = "write_figures"
    WATCH_SESSIONS = "watch_sessions"
    PLAY_SESSIONS = "play_sessions"
    LEAD_SESSIONS = "lead_sessions"
    READ_AUDIT = "read_audit"
    READ_METRICS = "read_metrics"


_RUNS = {Permission.READ_CATALOGUE, Permission.WRITE_CATALOGUE, Permission.START_RUNS, Permission.READ_RUNS}
_WATCH = {Permission.READ_CATALOGUE, Permission.WATCH_SESSIONS}
_LEAD = {*_WATCH, Permission.PLAY_SESSIONS, Permission.LEAD_SESSIONS}
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.PARTNER: frozenset({*_RUNS, Permission.READ_FIGURES, Permission.WRITE_FIGURES, Permission.READ_RELEASES}),
    Role.CRISIS_TEAM: frozenset({*_RUNS, *_LEAD, Permission.READ_FIGURES, Permission.RELEASE_RUNS, Permission.READ_RELEASES}),
    Role.FACILITATOR: frozenset({*_LEAD, Permission.WRITE_CATALOGUE}),
    Role.TEAM: frozenset({*_WATCH, Permission.PLAY_SESSIONS}),
    Role.OBSERVER: frozenset(_WATCH),
    Role.AUDITOR: frozenset(
        {Permission.READ_CATALOGUE, Permission.READ_RUNS, Permission.READ_FIGURES, Permission.READ_RELEASES, Permission.READ_AUDIT}
    ),
    Role.ADMINISTRATOR: frozenset({Permission.READ_METRICS, Permission.READ_CATALOGUE}),
}
