"""What happens while a stage is solved: its certificates, and the chain that proves its rank."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
import scipy.sparse as sp

from allocator.solve.face import NONZERO, Face, Held
from allocator.solve.leximin import Round
from allocator.solve.linear import FloatArray, Optimum
from allocator.solve.rank import Link, Proof, prove, trial
from allocator.solve.solution import StageResult


@dataclass(frozen=True)
class Protected:
    """What a stage reached, to be compared with the final plan, and where it stands in the order of all stages.

    `links` says which links of the chain are the stage's; empty when its rank was proven at once, because its holds did not last.
    """

    order: tuple[int, int, int]
    result: StageResult
    behind: Callable[[FloatArray], float]
    links: range


@dataclass
class Watch:
    """What happens during one stage: the worst certificate of its programs, and the chain that proves its rank.

    Attributes:
        chain: links of earlier stages and of this one.
        matrix: of the rows in force.
        lower, upper: bounds that are data or numbers reached so far.
        first: position of the stage's own first link.
        x: the last optimum.
        proofs: of rank, of programs whose holds did not last.
    """

    chain: list[Link]
    matrix: sp.csr_array
    lower: FloatArray
    upper: FloatArray
    first: int = 0
    started: float = field(default_factory=perf_counter)
    primal: float = 0.0
    dual: float = 0.0
    gap: float = 0.0
    leak: float = 0.0
    x: FloatArray = field(default_factory=lambda: np.zeros(0))
    proofs: list[Proof] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.first = len(self.chain)

    def certify(self, optimum: Optimum) -> None:
        """Keep the worst figures."""
        self.x = optimum.x
        self.primal = max(self.primal, optimum.primal_residual)
        self.dual = max(self.dual, optimum.dual_residual)
        self.gap = max(self.gap, optimum.gap)

    def round(self, done: Round) -> None:
        """Take in a leximin round: its level is a number from now on, which the bounds that it puts on columns stand for."""
        self.certify(done.optimum)
        self.x = done.optimum.x[: len(self.upper)]
        self.upper = self.upper.copy()
        self.upper[done.columns] = np.minimum(self.upper[done.columns], done.bound)
        self.link(done.optimum, np.zeros(len(self.upper)), Held(np.union1d(done.held.columns, done.stuck), done.held.rows, done.held.leak))

    def link(self, optimum: Optimum, goal: FloatArray, held: Held) -> None:
        """Add what a program held to the chain; `optimum` may have more columns and rows after those in force."""
        height, width = self.matrix.shape
        dual = optimum.dual[:height]
        reduced_cost = goal - self.matrix.T @ dual
        columns = held.columns[np.abs(reduced_cost[held.columns]) > NONZERO]
        scale = max(1.0, abs(optimum.value))
        value = float(goal @ optimum.x[:width])
        weighed = np.flatnonzero(goal)
        self.chain.append(Link(weighed, goal[weighed], value, reduced_cost, dual, columns, held.rows, self.lower, self.upper, scale))

    def prove(self, data: Face) -> None:
        """Prove the rank of the stage's own links at its last optimum, on the rows of `data`."""
        plan = trial(self.x, data)
        self.proofs.extend(prove(self.chain[: place + 1], plan) for place in range(self.first, len(self.chain)))

    def absorb(self, other: Watch, data: Face) -> None:
        """Take in what happened in a program apart, whose rows before any stage are `data`."""
        other.prove(data)
        self.proofs.extend(other.proofs)
        self.primal, self.dual, self.gap = max(self.primal, other.primal), max(self.dual, other.dual), max(self.gap, other.gap)
        self.leak += other.leak
