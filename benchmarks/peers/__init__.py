"""Peers: one file each, written as a competent analyst would with that tool; all read the same tables and do the same ranked job."""

from __future__ import annotations

from collections.abc import Callable

from allocator_models.registry import Registry
from benchmarks.job import Answer, Clock, Job

#: Builds, solves and reports its phases: build, hand over, a stage each.
Peer = Callable[[Job, Clock], Answer]
PEERS: Registry[Peer] = Registry("peer", __name__)
