"""Peers and figures register themselves: a new one is one file in `peers/` or `figures/`."""

from __future__ import annotations

from benchmarks.figures import FIGURES
from benchmarks.peers import PEERS

__all__ = ["FIGURES", "PEERS"]
