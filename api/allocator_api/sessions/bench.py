"""The engines behind the sessions: each scenario is opened once per framework and serves every session that looks at it."""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock, RLock
from typing import Any

from allocator_scenarios import ROOT

from allocator.audit import Audit, audit_allocation
from allocator.baseline.countries import NAMES
from allocator.case import known_ids
from allocator.closed import KnownIds
from allocator.framework import Framework, load_framework
from allocator.framework.load import framework_of
from allocator.inputs import Inputs, read_inputs
from allocator.overrides import apply_overrides
from allocator.scenario import load_scenario
from allocator.scenario.files import ids_in
from allocator.solve import Control
from allocator.whatif import WhatIf
from allocator_api.sessions.controls import Panel
from allocator_api.sessions.desk import Shelf
from allocator_api.sessions.screen import Finding, flows_of, screen_of
from allocator_api.sessions.state import KINDS, State, law_settings, refused, settings, state_of

#: Engines kept ready; each holds a solved scenario.
MOST_ENGINES = 4
#: Objects made before the youngest are searched for cycles: a move makes tens of thousands and leaves few.
YOUNG = 50_000
#: Screens remembered in all; going back to one costs nothing.
MOST_SCREENS = 400

Key = tuple[str, str, tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Crisis:
    """A shipped scenario with what it names."""

    path: Path
    inputs: Inputs
    state: State
    ids: KnownIds


@dataclass
class _Engine:
    """A scenario under a framework, opened when it is first needed."""

    inputs: Inputs
    whatif: WhatIf | None = None
    lock: Lock = field(default_factory=Lock)


class Bench:
    """What all sessions of a process share; every method may be called from any thread."""

    def __init__(self) -> None:
        self._crises: dict[str, Crisis] = {}
        self._panels: dict[tuple[str, int], Panel] = {}
        self._engines: OrderedDict[tuple[str, str], _Engine] = OrderedDict()
        self._screens: OrderedDict[Key, dict[str, Any]] = OrderedDict()
        self._latest: OrderedDict[Key, Finding] = OrderedDict()
        self._lock = RLock()

    @cached_property
    def scenarios(self) -> Mapping[str, Path]:
        """Files of the shipped scenarios by id."""
        return ids_in(ROOT, "scenario")

    @cached_property
    def frameworks(self) -> Mapping[str, Framework]:
        """The shipped frameworks by id."""
        return {name: load_framework(path) for name, path in sorted(ids_in(ROOT / "frameworks", "framework").items())}

    @cached_property
    def presets(self) -> list[dict[str, Any]]:
        """Id and title of the shipped scenarios."""
        titles = {name: load_scenario(path).title for name, path in sorted(self.scenarios.items())}
        return [{"id": name, "title": [title.en, title.nl]} for name, title in titles.items()]

    @cached_property
    def shelf(self) -> Shelf:
        """What moves may refer to."""
        guarantees = {name: len(law.guarantees) for name, law in self.frameworks.items()}
        return Shelf(lambda name: self.crisis(name).state, guarantees, lambda name: self.crisis(name).ids)

    def crisis(self, name: str) -> Crisis:
        """Return a shipped scenario. Raises `InvalidInput` where there is none."""
        with self._lock:
            if name not in self._crises:
                if name not in self.scenarios:
                    raise refused("scenario", f"there is no scenario '{name}'; there are {', '.join(sorted(self.scenarios))}", "A320")
                path = self.scenarios[name]
                inputs = read_inputs(path)
                self._crises[name] = Crisis(path, inputs, state_of(inputs.scenario), known_ids(inputs.baseline))
            return self._crises[name]

    def panel(self, state: State) -> Panel:
        """Return what reads the controls off a state."""
        key = state.scenario, state.periods
        with self._lock:
            if key not in self._panels:
                inputs = self.crisis(state.scenario).inputs
                horizon = inputs.scenario.horizon.model_copy(update={"periods": state.periods})
                self._panels[key] = Panel(inputs.baseline, horizon, self.frameworks)
            return self._panels[key]

    def names(self, state: State) -> dict[str, Any]:
        """Return names in English and Dutch by id, of everything that a screen of the scenario names."""
        inputs = self.crisis(state.scenario).inputs
        tables, law = inputs.baseline.tables, self.frameworks[state.framework]
        goods = tables["commodities"]
        return {
            "title": [inputs.scenario.title.en, inputs.scenario.title.nl],
            "framework": [law.title.en, law.title.nl],
            "concept": law.status == "concept",
            "kinds": {kind: [model.NAMES.en, model.NAMES.nl] for models in KINDS.values() for kind, model in models.items()},
            "sectors": {**_named(tables["sectors"]), "exports": ["Use outside these countries", "Gebruik buiten deze landen"]},
            "goods": _named(goods),
            "units": dict(zip(goods["commodity"].astype(str), goods["unit"].astype(str), strict=True)),
            "regions": {
                "EU": ["European Union", "Europese Unie"],
                **{code: list(words) for code, words in NAMES.items()},
                **_named(tables["regions"]),
            },
            "reserves": _reserves(tables["reserves"]),
            "tiers": {str(tier.rank): [tier.name.en, tier.name.nl] for tier in law.tiers},
        }

    def key(self, state: State) -> Key:
        """Return what tells the answer to a state from others, whatever the way to it."""
        return state.scenario, state.framework, settings(state, self.crisis(state.scenario).state), law_settings(state)

    def known(self, state: State) -> dict[str, Any] | None:
        """Return the screen of a state that was solved already."""
        key = self.key(state)
        with self._lock:
            if key in self._screens:
                self._screens.move_to_end(key)
            return self._screens.get(key)

    def screen(self, state: State, control: Control) -> dict[str, Any]:
        """Solve a state and return its screen.

        Raises:
            InvalidInput: the state is no scenario that can be run.
            NotCertified, SolverStopped: there is no answer that can be shown.
            Cancelled: `control` was cancelled.
        """
        found = self.found(state, control)
        shown = screen_of(found)
        control.check()
        _remember(self._screens, self.key(state), shown, MOST_SCREENS, self._lock)
        return shown

    def flows(self, state: State, commodities: list[str], control: Control) -> dict[str, Any]:
        """Return the flows of some goods of a state; raises as `screen` does."""
        return flows_of(self.found(state, control), commodities)

    def audit(self, state: State, control: Control) -> Audit:
        """Recompute an answer without the solver; raises as `screen` does."""
        found = self.found(state, control)
        return audit_allocation(found.case, found.allocation)

    def found(self, state: State, control: Control) -> Finding:
        """Return the answer to a state, solved unless it is one of the last; raises as `screen` does."""
        key = self.key(state)
        with self._lock:
            if key in self._latest:
                return self._latest[key]
        engine = self._engine(state)
        with engine.lock:
            if engine.whatif is None:
                engine.whatif = WhatIf(self.crisis(state.scenario).path, state.framework, control=control)
                _set_aside()
        control.check()
        law = self.law(state)
        answer = engine.whatif.change(key[2], control, law) if key[2] or key[3] else engine.whatif.opened
        found = Finding(answer, law, engine.inputs.baseline)
        _remember(self._latest, key, found, MOST_ENGINES, self._lock)
        return found

    def law(self, state: State) -> Framework:
        """Return the framework of a state, with the guarantees that were moved. Raises `InvalidInput`."""
        told, law = law_settings(state), self.frameworks[state.framework]
        return framework_of(apply_overrides(law.source, told), self.crisis(state.scenario).ids) if told else law

    def _engine(self, state: State) -> _Engine:
        crisis = self.crisis(state.scenario)
        key = state.scenario, state.framework
        with self._lock:
            if key not in self._engines:
                inputs = crisis.inputs
                if state.framework != inputs.framework.framework:
                    inputs = read_inputs(crisis.path, state.framework)
                self._engines[key] = _Engine(inputs)
            self._engines.move_to_end(key)
            while len(self._engines) > MOST_ENGINES:
                self._engines.popitem(last=False)
            return self._engines[key]


def _set_aside() -> None:
    """Keep what is there for long from the search for cycles, which takes a tenth of a second where an engine is part of it."""
    gc.set_threshold(YOUNG)
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _named(table: Any) -> dict[str, list[str]]:
    columns = [table[name].astype(str).tolist() for name in (table.columns[0], "name_en", "name_nl")]
    return {name: [english, dutch] for name, english, dutch in zip(*columns, strict=True)}


def _reserves(table: Any) -> dict[str, dict[str, str]]:
    rows = table[["reserve", "owner", "region", "commodity"]].astype(str).itertuples(index=False)
    return {reserve: {"owner": owner, "region": region, "good": good} for reserve, owner, region, good in rows}


def _remember(kept: OrderedDict[Any, Any], key: Any, value: Any, most: int, lock: RLock) -> None:
    with lock:
        kept[key] = value
        kept.move_to_end(key)
        while len(kept) > most:
            kept.popitem(last=False)
