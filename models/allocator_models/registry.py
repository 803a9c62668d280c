"""One registry idiom for everything that grows: found by folder, refused when doubled or undocumented, and its error names what there is.

A package that collects things declares one registry; every module of its folder registers into it::

    CHECKS: Registry[Callable[[Baseline], list[Finding]]] = Registry("baseline check", __name__)     # checks/__init__.py

    @CHECKS.register("balance")                                                                      # checks/balance.py
    def check_balance(baseline: Baseline) -> list[Finding]:
        "Supply equals use in every region."

Modules are imported when the registry is first read, in the order of their names; a module whose name starts with ``_`` is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from threading import RLock
from typing import Generic, TypeVar

Entry = TypeVar("Entry")
SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class RegistryError(TypeError):
    """A defect of the program, not of a user's file: an entry is doubled, undocumented or badly named, or a module registers nothing."""


class UnknownNameError(LookupError):
    """No entry has this name; the message says which there are."""


class Registry(Mapping[str, Entry], Generic[Entry]):
    """Entries by name, sorted by name.

    Args:
        noun: what an entry is, in words of the user ("disruption kind").
        package: name of the package whose modules register entries; empty when entries are registered by hand.
    """

    def __init__(self, noun: str, package: str = "") -> None:
        self.noun = noun
        self._package = package
        self._entries: dict[str, Entry] = {}
        self._found = not package
        self._looking = RLock()

    def register(self, name: str) -> Callable[[Entry], Entry]:
        """Return the decorator that enters a class or function under `name`.

        Raises:
            RegistryError: the name is taken or not snake_case, or the entry has no docstring of its own.
        """

        def enter(entry: Entry) -> Entry:
            if not SNAKE_CASE.fullmatch(name):
                raise RegistryError(f"{self.noun} '{name}': a name is lower case words joined by _")
            if name in self._entries:
                raise RegistryError(f"{self.noun} '{name}' is registered twice: {self._entries[name]!r} and {entry!r}")
            if not (vars(entry).get("__doc__") if isinstance(entry, type) else entry.__doc__):
                raise RegistryError(f"{self.noun} '{name}' has no docstring; its page and its help are made from it")
            self._entries[name] = entry
            return entry

        return enter

    def __getitem__(self, name: str) -> Entry:
        entries = self._all()
        if name not in entries:
            close = get_close_matches(name, list(entries), n=1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            raise UnknownNameError(f"there is no {self.noun} '{name}'{hint} (there is {', '.join(entries) or 'none'})")
        return entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> dict[str, Entry]:
        with self._looking:  # threads that come while the folder is read wait for all of it; its modules may read what is there so far
            if not self._found:
                self._found = True
                self._import_folder()
        return {name: self._entries[name] for name in sorted(self._entries)}

    def _import_folder(self) -> None:
        folder = import_module(self._package).__path__
        for module in sorted(module.name for module in iter_modules(folder)):
            if module.startswith("_"):
                continue
            full_name = f"{self._package}.{module}"
            import_module(full_name)
            if not any(getattr(entry, "__module__", None) == full_name for entry in self._entries.values()):
                raise RegistryError(f"{full_name} registers no {self.noun}; start its name with _ if it only helps others")
