"""The one registry idiom: members are found by folder, and refused when doubled or undocumented."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Named members, each in its own file of one package; loaded when first asked for, listed by name."""

    def __init__(self, what: str, package: str) -> None:
        self.what = what
        self._package = package
        self._members: dict[str, T] = {}
        self._loaded = False

    def register(self, name: str) -> Callable[[T], T]:
        """Return a decorator that adds a member; a second member of that name, or one without docstring, is an error."""

        def add(member: T) -> T:
            if name in self._members:
                raise ValueError(f"{self.what} '{name}' is registered twice")
            if not (member.__doc__ or "").strip():
                raise ValueError(f"{self.what} '{name}' has no docstring")
            self._members[name] = member
            return member

        return add

    def _load(self) -> None:
        if not self._loaded:
            package = importlib.import_module(self._package)
            for module in sorted(found.name for found in pkgutil.iter_modules(package.__path__)):
                importlib.import_module(f"{self._package}.{module}")
            self._loaded = True

    def names(self) -> tuple[str, ...]:
        """Return the names of all members, sorted."""
        self._load()
        return tuple(sorted(self._members))

    def __getitem__(self, name: str) -> T:
        self._load()
        if name not in self._members:
            raise KeyError(f"no {self.what} '{name}'; there is: {', '.join(self.names())}")
        return self._members[name]

    def __contains__(self, name: object) -> bool:
        self._load()
        return name in self._members

    def __iter__(self) -> Iterator[tuple[str, T]]:
        for name in self.names():
            yield name, self._members[name]
