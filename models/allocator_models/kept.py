"""Steps of a pure computation that are not done again while what they rest on is the same.

A step rests on its arguments. One that is wrapped in `Read` counts only by what the step reads of it, which is written down as it is read:
nobody has to say which table a step needs, and nobody can forget one. A step that is done again and gives what it gave before hands back
the very object of that time, so whatever rests on it stands as well. What is kept can therefore never change a result: it only spares the
work of reaching it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
import scipy.sparse as sp

T = TypeVar("T")
#: Results remembered by step, the latest first.
MOST = 3
#: In which order columns are compared, by the kind of their numbers: figures differ more often than codes, and both are told apart quickly.
_TOLD_APART = {"f": 0, "i": 1, "u": 2, "b": 3}


class Read:
    """What stands for an object in a step: its attributes or, of a mapping, its items, each written down when it is read."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._seen: dict[Any, Any] = {}

    def __getattr__(self, name: str) -> Any:
        """Return an attribute; what a property works out is read off the attributes that it reads."""
        told = getattr(type(self._source), name, None)
        if isinstance(told, cached_property):
            value = told.func(self)
            self.__dict__[name] = value
            return value
        return self._noted(name)

    def __getitem__(self, name: Any) -> Any:
        """Return an item of a mapping."""
        return self._noted(name)

    def _noted(self, name: Any) -> Any:
        if name not in self._seen:
            self._seen[name] = _part(self._source, name)
        return self._seen[name]

    def holds(self, source: Any) -> bool:
        """Return whether all that was read is the same in another object."""
        return all(same(value, _part(source, name)) for name, value in self._seen.items())


class Kept:
    """Results of steps by name; its methods may be called from several threads."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[tuple[Any, ...], Any], ...]] = {}

    def step(self, name: str, work: Callable[..., T], *arguments: Any) -> T:
        """Return ``work(*arguments)``, which must follow from its arguments alone and may not change them."""
        known = self._known.get(name, ())
        for rests_on, result in known:
            if len(rests_on) == len(arguments) and all(map(_holds, rests_on, arguments)):
                return cast(T, result)
        return self._keep(name, arguments, work(*arguments))

    def same(self, name: str, value: T) -> T:
        """Return a value, as the object of the last time where it is equal to that."""
        return self._keep(name, (), value)

    def known(self, name: str) -> list[Any]:
        """Return the results of a step that are remembered, the latest first."""
        return [result for _, result in self._known.get(name, ())]

    def _keep(self, name: str, arguments: tuple[Any, ...], result: T) -> T:
        known = self._known.get(name, ())
        result = next((before for _, before in known if same(before, result)), result)
        self._known[name] = ((arguments, result), *known)[:MOST]
        return result


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same to the last bit; tables and arrays are compared by what they hold."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, pd.DataFrame):
        if one.shape != other.shape or not one.columns.equals(other.columns) or not one.index.equals(other.index):
            return False
        quickest_first = sorted(one.columns, key=lambda name: _TOLD_APART.get(one[name].dtype.kind, len(_TOLD_APART)))
        return all(same(one[name], other[name]) for name in quickest_first)
    if isinstance(one, pd.Index):
        return bool(one.dtype == other.dtype and one.equals(other))
    if isinstance(one, pd.Series):
        return bool(one.dtype == other.dtype) and same(one.to_numpy(), other.to_numpy())
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and _same_bits(one, other)
    if isinstance(one, sp.csr_array):
        return one.shape == other.shape and all(same(getattr(one, name), getattr(other, name)) for name in ("data", "indices", "indptr"))
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if is_dataclass(one):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return bool(one == other)


def _same_bits(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    """Return whether two arrays of one shape and type hold the same; figures are compared as whole numbers, bit by bit."""
    if one.dtype == np.float64:
        one, other = one.view(np.int64), other.view(np.int64)
    return bool((one == other).all()) if one.dtype in (np.int64, object) else one.tobytes() == other.tobytes()


def _holds(before: Any, now: Any) -> bool:
    if isinstance(now, Read):
        return isinstance(before, Read) and before.holds(now._source)
    return same(before, now)


def _part(source: Any, name: Any) -> Any:
    return source[name] if isinstance(source, Mapping) else getattr(source, name)
