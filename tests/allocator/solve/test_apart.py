"""Cells that do not compete are settled at once, and no others."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from allocator.solve.apart import settled_apart
from allocator.solve.face import Face
from allocator.solve.highs import minimise
from allocator.solve.leximin import Round, leximin
from allocator.solve.linear import LinearProgram, Optimum
from allocator.solve.measures import Measures


def sharing(*sources: tuple[float, tuple[int, ...]], cells: int) -> tuple[Face, Measures]:
    """Cells that ask for 1 each; a source is a volume and the cells that may draw on it. One loose row links all."""
    pairs = [(source, cell) for source, (_, drawing) in enumerate(sources) for cell in drawing]
    rows = [(cell, cell) for cell in range(cells)] + [(cell, cells + number) for number, (_, cell) in enumerate(pairs)]
    rows += [(cells + source, cells + number) for number, (source, _) in enumerate(pairs)]
    rows += [(cells + len(sources), cells + number) for number in range(len(pairs))]
    at = np.array(rows).T
    shape = (cells + len(sources) + 1, cells + len(pairs))
    matrix = sp.csr_array((np.ones(len(rows)), (at[0], at[1])), shape=shape)
    row_lower = np.concatenate([np.ones(cells), np.full(len(sources) + 1, -np.inf)])
    row_upper = np.concatenate([np.ones(cells), [volume for volume, _ in sources], [1e3]])
    face = Face(matrix, row_lower, row_upper, np.zeros(shape[1]), np.ones(shape[1]))
    return face, Measures(np.arange(cells), np.ones(cells), np.ones(cells))


class Counter:
    """Counts programs and keeps rounds."""

    def __init__(self) -> None:
        self.programs, self.rounds = 0, list[Round]()

    def minimise(self, program: LinearProgram) -> Optimum:
        self.programs += 1
        return minimise(program)

    def levels(self, face: Face, measures: Measures) -> np.ndarray:
        return leximin(face, measures, self.minimise, self.rounds.append)


def test_a_hundred_places_with_limits_of_their_own_take_a_few_programs() -> None:
    volumes = np.linspace(0.0, 0.99, 100)
    face, measures = sharing(*((float(volume), (cell,)) for cell, volume in enumerate(volumes)), cells=100)
    counter = Counter()
    assert counter.levels(face, measures) == pytest.approx(volumes, abs=1e-12)
    assert counter.programs <= 5
    assert 1.0 - face.upper[:100] == pytest.approx(volumes, abs=1e-12)


def test_groups_that_share_evenly_are_settled_as_groups() -> None:
    face, measures = sharing((0.4, (0, 1)), (1.5, (2, 3, 4)), (1.6, (5, 6)), cells=7)
    counter = Counter()
    assert counter.levels(face, measures) == pytest.approx([0.2, 0.2, 0.5, 0.5, 0.5, 0.8, 0.8], abs=1e-12)
    assert counter.programs <= 5


def test_cells_with_one_source_share_it_whatever_either_could_have_alone() -> None:
    """Cell 0 has 0.1 and no more; 1 and 2 share a source of 1, of which either could have nearly all."""
    face, measures = sharing((0.1, (0,)), (1.0, (1, 2)), cells=3)
    assert Counter().levels(face, measures) == pytest.approx([0.1, 0.5, 0.5], abs=1e-12)


def test_groups_above_one_that_is_not_level_wait() -> None:
    """Cell 0 has 0.3 of its own and is in one group with 1 and 2, which can do better; cell 3, at 0.9, is not settled before them."""
    face, measures = sharing((0.3, (0,)), (0.5, (0, 1)), (0.9, (1, 2)), (0.9, (3,)), (0.05, (4,)), cells=5)
    apart = settled_apart(face, measures, minimise)
    reference = Counter().levels(*sharing((0.3, (0,)), (0.5, (0, 1)), (0.9, (1, 2)), (0.9, (3,)), (0.05, (4,)), cells=5))
    assert apart is not None
    assert apart.settled[4]
    assert apart.floor[apart.settled] == pytest.approx(reference[apart.settled], abs=1e-12)
    assert (apart.floor <= reference + 1e-12).all()


@pytest.mark.parametrize("seed", range(40))
def test_levels_are_those_found_one_after_another(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(seed)
    cells = int(draw.integers(4, 12))
    sources = []
    for _ in range(int(draw.integers(3, 10))):
        drawing = tuple(int(cell) for cell in np.unique(draw.integers(0, cells, size=int(draw.integers(1, 4)))))
        sources.append((float(draw.integers(0, 12)) / 8.0, drawing))
    together = Counter().levels(*sharing(*sources, cells=cells))
    face, measures = sharing(*sources, cells=cells)
    apart = settled_apart(face, measures, minimise)
    if apart is not None:
        assert apart.floor[apart.settled] == pytest.approx(together[apart.settled], abs=1e-9)
        assert (apart.floor <= together + 1e-9).all()
    monkeypatch.setattr("allocator.solve.leximin.settled_apart", lambda *_: None)
    one_by_one = Counter().levels(*sharing(*sources, cells=cells))
    assert together == pytest.approx(one_by_one, abs=1e-9)
