"""Pseudo-random costs made from names, the same on every machine."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.solve.linear import FloatArray
from allocator_models import Instance, MatrixForm
from allocator_models.lp_file import MEMBERS

_Words = npt.NDArray[np.uint64]


def name_costs(form: MatrixForm, instance: Instance, attempt: int) -> FloatArray:
    """Return a cost in [1, 2) for every column, made from its variable's name and the names of its members."""
    costs = np.empty(sum(len(block.index) for block in form.variables.values()))
    for variable, block in form.variables.items():
        words = np.full(len(block.index), _word(f"{variable}#{attempt}"), dtype=np.uint64)
        for column in block.index.columns:
            words = _mix(words ^ _words_of(instance, column, block.index[column]))
        costs[block.slice] = 1.0 + (words >> np.uint64(12)).astype(np.float64) / 2.0**52
    return costs


def _words_of(instance: Instance, column: str, codes: pd.Series) -> _Words:
    if column in MEMBERS:
        names: list[str] = getattr(instance, MEMBERS[column])["name"].tolist()
    else:
        names = [str(code) for code in range(int(codes.max()) + 1)] if len(codes) else []
    words: _Words = np.array([_word(name) for name in names], dtype=np.uint64)
    chosen: _Words = words[codes.to_numpy(dtype=np.int64)]
    return chosen


def _word(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")


def _mix(words: _Words) -> _Words:
    """Scramble 64-bit words (the finaliser of splitmix64, Steele, Lea and Flood 2014)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
