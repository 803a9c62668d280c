"""The same model with other numbers: families whose tables are others than before state their numbers anew, and nothing else is built."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from allocator_models.formulation import FloatArray, Formulation, IndexTable, Ledger, finite_bounds, related_in
from allocator_models.instance import COLUMNS, Instance
from allocator_models.kept import Read

AddFamily = Callable[[Any], None]


class OtherForm(Exception):
    """The instance has other members, or others stand in relation, than the model."""


@dataclass(frozen=True)
class Declared:
    """What a family declared, in order, and what it read of the instance."""

    components: Sequence[Any]
    read: Read


@dataclass(frozen=True)
class Form:
    """A model with what each of its families declared."""

    model: Formulation
    families: Mapping[str, Declared]


class Renumbered:
    """A model of the same form as another one; what is not said here is as there.

    Families run on it as they run on a `Formulation`: sets and relations must be what they were, parameters and bounds are taken down.
    """

    def __init__(self, form: Form, instance: Instance, families: Mapping[str, AddFamily]) -> None:
        """Run the families whose tables have changed. Raises `OtherForm` where more than numbers has."""
        self.as_built, self.instance = form.model, instance
        self.values, self.bounds = dict(form.model.values), dict(form.model.bounds)
        self.balance = self.demand = Ledger()
        for name, declared in form.families.items():
            if not declared.read.holds(instance):
                self._declared: Iterator[Any] = iter(declared.components)
                families[name](self)

    def __getattr__(self, name: str) -> Any:
        """Return what the other model has."""
        return getattr(self.as_built, name)

    def table(self, name: str, frame: pd.DataFrame | None = None) -> Any:
        """Return the set that is already there."""
        index = self._next()
        if frame is None:
            frame = pd.DataFrame(getattr(self.instance, name)[list(COLUMNS[name][0])])
        self._require(self.tables[id(index)].columns, IndexTable(name, frame).columns)
        return index

    def relation(self, index: Any, frame: pd.DataFrame, on: Sequence[str], to: Sequence[str]) -> Any:
        """Return the relation that is already there."""
        related = self._next()
        before, now = self.relations[id(related)], related_in(self.tables[id(index)], frame, on, to)
        self._require((before.start, *before.members), (now.start, *now.members))
        return related

    def parameter(self, index: Any, values: pd.Series | FloatArray) -> Any:
        """Take down the values of a parameter."""
        del index
        parameter = self._next()
        self.values[id(parameter)] = np.asarray(values, dtype=np.float64)
        return parameter

    def columns(
        self, index: Any, upper: pd.Series | FloatArray | float, lower: pd.Series | FloatArray | float = 0.0, *, integer: bool = False
    ) -> Any:
        """Take down the bounds of a variable."""
        del integer
        variable = self._next()
        self.bounds[id(variable)] = finite_bounds(self.tables[id(index)], lower, upper)
        return variable

    def rows(self, *_: Any, **__: Any) -> None:
        """Leave the rules as they are."""

    def goal(self, *_: Any) -> None:
        """Leave the goals as they are."""

    def _next(self) -> Any:
        component = next(self._declared, None)
        if component is None:
            raise OtherForm
        return component

    @staticmethod
    def _require(before: Sequence[Any], now: Sequence[Any]) -> None:
        if len(before) != len(now) or not all(map(np.array_equal, before, now)):
            raise OtherForm
