"""What can be moved: every number, choice and period of the disruptions and levers of a state, read off the models of the scenario file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import pandas as pd
from annotated_types import Ge, Gt, Le, Lt

from allocator.baseline import Baseline
from allocator.baseline.countries import NAMES
from allocator.closed import ClosedModel, Text
from allocator.framework import Framework
from allocator.periods import Horizon, first_day, period_names
from allocator_api.sessions.state import GUARANTEES, KINDS, Part, State

Form = Literal["slider", "choice", "list"]
Words = tuple[str, str]


@dataclass(frozen=True)
class Scale:
    """How a number is moved: over which stretch, by which steps, and how it is written.

    Attributes:
        low, high, step: of the slider; limits of the model narrow it, and a larger value widens it.
        unit: ``percent``, ``times``, ``months``, ``days``, ``level``, ``periods`` or empty for a plain number.
    """

    low: float
    high: float
    step: float
    unit: str = ""


SHARE = Scale(0.0, 1.0, 0.01, "percent")
SCALES: Mapping[str, Scale] = {
    "closed": SHARE,
    "share": SHARE,
    "premium": SHARE,
    "factor": Scale(0.5, 2.0, 0.01, "times"),
    "months": Scale(0.5, 24.0, 0.5, "months"),
    "recovery_months": Scale(0.0, 24.0, 0.5, "months"),
    "delay_days": Scale(1.0, 180.0, 1.0, "days"),
    "lead_days": Scale(0.0, 180.0, 1.0, "days"),
}
LABELS: Mapping[str, Words] = {
    "chokepoint": ("Chokepoint", "Doorgang"),
    "closed": ("Traffic stopped", "Verkeer gestremd"),
    "commodities": ("Materials", "Materialen"),
    "commodity": ("Material", "Materiaal"),
    "cost_eur": ("Cost a unit, in EUR", "Kosten per eenheid, in euro"),
    "delay_days": ("Delay", "Vertraging"),
    "destination": ("To", "Naar"),
    "effect_days": ("Days until it works", "Dagen tot het werkt"),
    "factor": ("Demand against normal", "Vraag ten opzichte van normaal"),
    "fixed_cost_eur": ("Fixed cost, in EUR", "Vaste kosten, in euro"),
    "lead_days": ("Delivery time", "Levertijd"),
    "minimum": ("Least order", "Kleinste bestelling"),
    "monthly": ("Bought a month", "Ingekocht per maand"),
    "months": ("Duration", "Duur"),
    "needed": ("Needed for one unit", "Nodig voor één eenheid"),
    "origin": ("Country of origin", "Land van herkomst"),
    "owner": ("Owner", "Eigenaar"),
    "premium": ("Price above normal", "Prijs boven normaal"),
    "process": ("Plant", "Fabriek"),
    "quantity": ("Quantity a year", "Hoeveelheid per jaar"),
    "ramp_months": ("Months to its full size", "Maanden tot volle omvang"),
    "recovery_months": ("Recovery after that", "Herstel daarna"),
    "region": ("Country", "Land"),
    "regions": ("Countries", "Landen"),
    "reserve": ("Reserve", "Voorraad"),
    "sector": ("Sector", "Sector"),
    "sectors": ("Sectors", "Sectoren"),
    "share": ("Share", "Aandeel"),
    "start": ("Begins in", "Begint in"),
    "technologies": ("Kinds of plants", "Soorten fabrieken"),
    "technology": ("Kind of plant", "Soort fabriek"),
}
#: A share means something else in each kind.
SHARES: Mapping[str, Words] = {
    "demand_restraint": ("Demand given up, at most", "Vraag ingeleverd, ten hoogste"),
    "energy_price_outage": ("Capacity lost", "Capaciteit verloren"),
    "export_restriction": ("Exports withheld", "Uitvoer achtergehouden"),
    "process_outage": ("Capacity lost", "Capaciteit verloren"),
    "quota": ("Exports let out", "Uitvoer toegelaten"),
    "reserve_loss": ("Stock lost", "Voorraad verloren"),
    "supplier_outage": ("Deliveries lost", "Leveringen verloren"),
    "transit_loss": ("Cargo lost", "Lading verloren"),
    "transport_capacity": ("Transport lost", "Vervoer verloren"),
    "yield_loss": ("Yield lost", "Opbrengst verloren"),
}
LEVELS: Sequence[Words] = (
    ("0 none declared", "0 niet afgekondigd"),
    ("1 early warning", "1 vroegtijdige waarschuwing"),
    ("2 alert", "2 alarm"),
    ("3 emergency", "3 noodsituatie"),
)
#: Keys whose values are one id of the baseline, and the table that has them.
ONE_OF = {"chokepoint": "chokepoints", "sector": "sectors", "commodity": "commodities", "technology": "technologies"}
COUNTRIES = ("origin", "region", "destination", "owner")
#: Keys whose values are a list of ids of the table of that name, and the words for all of them where a list may say so.
LISTS: Mapping[str, Words | None] = {
    "commodities": ("all materials", "alle materialen"),
    "sectors": None,
    "regions": ("all countries", "alle landen"),
    "technologies": ("all kinds", "alle soorten"),
}


@dataclass(frozen=True)
class Control:
    """Something that can be moved.

    Attributes:
        path: that a move names.
        form: how it is moved.
        label: in English and Dutch.
        value: as it stands; of a list its ids, or ``all``.
        scale: of a slider.
        options: of a choice: value and words, in order.
        rebuilds: whether moving it means building the problem anew, which takes seconds.
        written: its value where nobody moved it.
    """

    path: str
    form: Form
    label: Words
    value: Any
    scale: Scale | None = None
    options: Sequence[tuple[Any, Words]] = ()
    rebuilds: bool = False
    written: Any = None


@dataclass(frozen=True)
class Card:
    """A disruption or lever with its controls.

    Attributes:
        path: such as ``disruptions.0``.
        on: whether it holds.
        title: name of its kind.
        kind: of the disruption or lever.
        about: whom or what it strikes, where no choice on the card says so; lists say it as well.
        controls: in the order of its model.
    """

    path: str
    on: bool
    kind: str
    title: Words
    about: Words
    controls: Sequence[Control] = field(default_factory=tuple)


@dataclass(frozen=True)
class Addition:
    """A disruption or lever that can be added: `key` of `values` is chosen among `options`."""

    part: Part
    title: Words
    values: Mapping[str, Any]
    key: str
    options: Sequence[tuple[Any, Words]]


class Panel:
    """Reads the controls off a state of a scenario over a baseline."""

    def __init__(self, baseline: Baseline, horizon: Horizon, frameworks: Mapping[str, Framework]) -> None:
        """Take what names, periods and frameworks come from."""
        self.baseline, self.horizon, self.frameworks = baseline, horizon, frameworks
        self._names: dict[str, dict[str, Words]] = {}

    def whole(self, state: State) -> list[Control]:
        """Return the controls of the whole scenario that are decisions: the level of the crisis, and the framework."""
        levels = [(number, words) for number, words in enumerate(LEVELS)]
        laws = [(name, (law.title.en, law.title.nl)) for name, law in self.frameworks.items()]
        return [
            Control("crisis_level", "choice", ("Crisis level", "Crisisniveau"), state.crisis_level, options=levels),
            Control("framework", "choice", ("Priority framework", "Prioriteringskader"), state.framework, options=laws, rebuilds=True),
        ]

    def horizon_control(self, state: State) -> Control:
        """Return the control of how far is looked ahead."""
        scale = Scale(1.0, max(24.0, float(self.horizon.periods)), 1.0, "periods")
        return Control("horizon.periods", "slider", ("Looking ahead", "Vooruitkijken"), state.periods, scale, rebuilds=True)

    def guarantees(self, state: State) -> list[Control]:
        """Return a control for every guarantee of the framework: the share that holds when the horizon begins."""
        moved, begins = dict(state.guarantees), first_day(self.horizon.start)
        found = []
        for number, rule in enumerate(self.frameworks[state.framework].guarantees):
            about = [(rule.sector, "sector"), *([(rule.commodity, "commodity")] if rule.commodity else [])]
            words = [self._name(key, str(name)) for name, key in about]
            words += [self._name("region", rule.region)] if rule.region else []
            label = (f"Guaranteed: {', '.join(word[0] for word in words)}", f"Gewaarborgd: {', '.join(word[1] for word in words)}")
            written = rule.share.value_on(begins)
            value = moved.get(number, written)
            found.append(Control(f"{GUARANTEES}.{number}", "slider", label, value, SHARE, written=written))
        return found

    def cards(self, state: State, part: Part) -> list[Card]:
        """Return the cards of all disruptions, or of all levers."""
        return [self._card(part, number, item.values, item.on) for number, item in enumerate(state.part(part))]

    def additions(self) -> list[Addition]:
        """Return what can be added, one per kind that is about one thing of which the baseline knows several."""
        found = []
        for part, kinds in KINDS.items():
            for kind, model in kinds.items():
                keys = [key for key in model.EXAMPLE if key in ONE_OF or key in COUNTRIES]
                if keys:
                    found.append(self._addition(part, kind, model, keys[0]))
        return found

    def lists(self) -> dict[str, list[tuple[str, Words]]]:
        """Return what lists on cards may name, by key: where it may be everything that first, then by name."""
        found = {}
        for key, everything in LISTS.items():
            table = self.baseline.tables[key]
            named = [(str(name), self._name(key, str(name))) for name in table[table.columns[0]]]
            found[key] = [*([("all", everything)] if everything else []), *sorted(named, key=lambda one: one[1][0])]
        return found

    def as_json(self, state: State) -> dict[str, Any]:
        """Return both groups as the page reads them: what happens, and what we decide."""
        return {
            "crisis": {
                "whole": [_json(self.horizon_control(state))],
                "cards": [_json(card) for card in self.cards(state, "disruptions")],
                "guarantees": [],
            },
            "decisions": {
                "whole": [_json(one) for one in self.whole(state)],
                "cards": [_json(card) for card in self.cards(state, "levers")],
                "guarantees": [_json(one) for one in self.guarantees(state)],
            },
        }

    def told(self, state: State, do: str, path: str, value: Any) -> dict[str, Any]:
        """Return what a move on a state is called: `label` of what it is done to, `said` of what is chosen, `scale` of a slider."""
        within = next((part for part in KINDS if path == part or path.startswith(f"{part}.")), None)
        title: Words | None = None
        if within is None:
            controls = [*self.whole(state), self.horizon_control(state), *self.guarantees(state)]
        elif do == "add":
            return {"label": _words(KINDS[within][value["kind"]].NAMES)}
        else:
            number = int(path.split(".")[1])
            item = state.part(within)[number]
            card = self._card(within, number, item.values, item.on)
            title, controls = _title(card), list(card.controls)
        control = next((one for one in controls if one.path == path), None)
        if control is None:
            return {"label": title}
        label = (f"{title[0]}: {control.label[0]}", f"{title[1]}: {control.label[1]}") if title else control.label
        return {"label": label, "said": self._said(control, value), "scale": control.scale and asdict(control.scale)}

    def _said(self, control: Control, value: Any) -> Words | None:
        """Return the words of what is chosen, None where a figure is set."""
        if control.form == "list":
            named = dict(self.lists()[control.path.rpartition(".")[2]])
            chosen = [named.get(one, (one, one)) for one in ([value] if isinstance(value, str) else value)]
            return ", ".join(words[0] for words in chosen), ", ".join(words[1] for words in chosen)
        return next((words for option, words in control.options if str(option) == str(value)), None)

    def _card(self, part: Part, number: int, values: Mapping[str, Any], on: bool) -> Card:
        model = KINDS[part][str(values["kind"])]
        path = f"{part}.{number}"
        return Card(path, on, str(values["kind"]), _words(model.NAMES), self._about(values), tuple(self._controls(path, model, values)))

    def _controls(self, path: str, model: type[ClosedModel], values: Mapping[str, Any]) -> Iterator[Control]:
        kind = str(values["kind"])
        for key, info in model.model_fields.items():
            value = values.get(key, info.default)
            label = SHARES.get(kind, LABELS["share"]) if key == "share" else LABELS.get(key, (key,) * 2)
            place = f"{path}.{key}"
            if key == "start":
                begins = str(value or self.horizon.start)
                yield Control(place, "choice", label, begins, options=self._starts(begins))
            elif key in values and (key in ONE_OF or key in COUNTRIES):
                yield Control(place, "choice", label, value, options=self._ids(key, str(value)))
            elif key in LISTS and value:
                yield Control(place, "list", label, value)
            elif isinstance(value, int | float) and not isinstance(value, bool) and (key in values or not key.endswith("_eur")):
                yield Control(place, "slider", label, value, _scale(key, float(value), info.metadata))

    def _starts(self, value: str) -> list[tuple[str, Words]]:
        """Return the periods of the horizon; the page writes them."""
        names = period_names(self.horizon)
        return [(name, (name, name)) for name in ([] if value in names else [value]) + list(names)]

    def _ids(self, key: str, value: str = "") -> list[tuple[str, Words]]:
        tables = self.baseline.tables
        if key in ONE_OF:
            table = tables[ONE_OF[key]]
            ids = [str(name) for name in table[table.columns[0]]]
        elif key == "owner":
            ids = sorted({str(name) for name in tables["reserves"]["owner"]})
        else:
            senders = [] if key in ("region", "destination") else tables["supply_lines"]["origin"].tolist()
            ids = sorted({*map(str, senders), *map(str, tables["regions"]["region"])})
        known = [(name, self._name(key, name)) for name in ids]
        return sorted(known if not value or value in ids else [(value, (value, value)), *known], key=lambda one: one[1][0])

    def _name(self, key: str, name: str) -> Words:
        table = ONE_OF.get(key) or (key if key in LISTS else "regions")
        if table not in self._names:
            self._names[table] = _names_of(self.baseline.tables[table])
        known = self._names[table].get(name)
        if table == "regions":
            known = known or NAMES.get(name) or (("European Union", "Europese Unie") if name == "EU" else None)
        return known or (name.replace("_", " "),) * 2

    def _about(self, values: Mapping[str, Any]) -> Words:
        """Name what a card is about where no choice on it does."""
        told: list[Words] = []
        for key in LISTS:
            named = values.get(key)
            told += [self._name(key, str(name)) for name in named] if isinstance(named, list) else []
        told += [(str(values[key]),) * 2 for key in ("line", "process", "reserve") if key in values]
        return ", ".join(words[0] for words in told), ", ".join(words[1] for words in told)

    def _addition(self, part: Part, kind: str, model: Any, key: str) -> Addition:
        values = {"kind": kind, **model.EXAMPLE}
        if "start" in values:
            values["start"] = self.horizon.start
        if "commodities" in values and "quantity" not in values:
            values["commodities"] = "all"
        return Addition(part, _words(model.NAMES), values, key, self._ids(key))


def _names_of(table: pd.DataFrame) -> dict[str, Words]:
    if "name_en" not in table:
        return {}
    columns = [table[name].astype(str).tolist() for name in (table.columns[0], "name_en", "name_nl")]
    return {name: (english, dutch) for name, english, dutch in zip(*columns, strict=True)}


def _title(card: Card) -> Words:
    """Return what a card is about: its kind, and whom or what it strikes."""
    choices = [one for one in card.controls if one.form == "choice" and not one.path.endswith(".start")]
    about = next((words for one in choices[:1] for option, words in one.options if option == one.value), card.about)
    return f"{card.title[0]} ({about[0]})" if about[0] else card.title[0], f"{card.title[1]} ({about[1]})" if about[1] else card.title[1]


def _words(text: Text) -> Words:
    return text.en, text.nl


def _json(thing: Control | Card) -> dict[str, Any]:
    return {**asdict(thing), "name": _title(thing)} if isinstance(thing, Card) else asdict(thing)


def _scale(key: str, value: float, limits: Sequence[Any]) -> Scale:
    """Return the scale of a number within the limits of its model, and wide enough for its value."""
    known = SCALES.get(key) or Scale(0.0, 2.0 * value or 1.0, 10.0 ** (len(str(int(value))) - 2))
    low, high = known.low, max(known.high, value)
    for limit in limits:
        if isinstance(limit, Ge):
            low = max(low, float(limit.ge))  # type: ignore[arg-type]  # limits of numbers are numbers
        elif isinstance(limit, Gt):
            low = max(low, float(limit.gt) + known.step)  # type: ignore[arg-type]  # as above
        elif isinstance(limit, Le):
            high = min(high, float(limit.le))  # type: ignore[arg-type]  # as above
        elif isinstance(limit, Lt):
            high = min(high, float(limit.lt) - known.step)  # type: ignore[arg-type]  # as above
    return Scale(min(low, value), high, known.step, known.unit)
