"""A scenario file to start from: every key with what it means, every kind with an example, all taken from the models that read it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from allocator.closed import ClosedModel, Example
from allocator.periods import Horizon, PeriodKind, split_period
from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import Disruption
from allocator.scenario.levers import LEVERS
from allocator.scenario.levers._base import Lever
from allocator.scenario.model import Scenario, Scope

#: A year by month, two by quarter, half a year by week.
PERIODS: Mapping[PeriodKind, int] = {"month": 12, "quarter": 8, "week": 26}
#: Levers that are written out: those that the shipped frameworks open; the others are remarks.
WRITTEN = ("demand_restraint", "reserve_release")
#: Column at which remarks begin, where the line is not longer.
REMARKS = 52

HEAD = """\
# A scenario: what goes wrong, when, and which decisions may be taken. What stands behind a # is a remark.
#
# Every fault with its line:            allocator validate {file}
# The allocation and its report:        allocator run {file}
# What may stand here:                  allocator list
# For an editor, to check as you type:  allocator schema scenario > scenario.schema.json
"""


@dataclass(frozen=True)
class Start:
    """What is decided before the file is there.

    Attributes:
        scenario: id of the scenario.
        baseline, framework: their ids.
        start: first period; it tells the kind of period.
        periods: how many; None for `PERIODS`.
        regions: in scope.
        disruptions: kinds that are written out; the others stand as remarks.
        owner: whose reserves may be released; None leaves the lever a remark.
        extends: the scenario that this one changes: what is None or empty here is taken from there.
    """

    scenario: str
    baseline: str = "eu_crm_2026"
    framework: str | None = "nl_draft"
    start: str | None = "2026-03"
    periods: int | None = None
    regions: tuple[str, ...] = ("NLD", "DEU", "FRA", "ITA")
    disruptions: tuple[str, ...] = ("chokepoint_closure",)
    owner: str | None = "NLD"
    extends: str | None = None


def starter_text(begun: Start, file: str) -> str:
    """Return the text of a scenario file.

    Args:
        begun: what is decided already.
        file: its name, as remarks give it.
    """
    words = begun.scenario.replace("_", " ").capitalize()
    blocks = [
        [_line("scenario", begun.scenario, Scenario), _line("title", {"en": words, "nl": words}, Scenario)],
        [
            _line("extends", begun.extends, Scenario) if begun.extends else _line("baseline", begun.baseline, Scenario),
            *_if(begun.framework is not None, [_line("framework", begun.framework or "nl_draft", Scenario)]),
        ],
        list(_horizon(begun)),
        _if(bool(begun.regions), ["scope:", *_members(Scope, {"regions": list(begun.regions or ("NLD",)), "commodities": "all"})]),
        _if(not begun.extends, [_line("crisis_level", 2, Scenario)]),
        list(_disruptions(begun)),
        list(_levers(begun)),
    ]
    return HEAD.format(file=file) + "".join("\n" + "\n".join(block) + "\n" for block in blocks)


def _horizon(begun: Start) -> Iterator[str]:
    start = begun.start or "2026-03"
    kind = split_period(start)[0]
    lines = ["horizon:", *_members(Horizon, {"start": start, "periods": begun.periods or PERIODS[kind], "period": kind})]
    yield from _if(begun.start is not None, lines)


def _disruptions(begun: Start) -> Iterator[str]:
    chosen = [kind for kind in DISRUPTIONS if kind in begun.disruptions]
    yield _remark("What goes wrong. Take the # away from what applies and change the figures; the same kind may stand more than once.")
    yield "disruptions:" if chosen or not begun.extends else "# disruptions:"
    for kind in [*chosen, *(kind for kind in DISRUPTIONS if kind not in chosen)]:
        example = {key: (begun.start or value) if key == "start" else value for key, value in DISRUPTIONS[kind].EXAMPLE.items()}
        yield from _item(kind, DISRUPTIONS[kind], example, kind in chosen)


def _levers(begun: Start) -> Iterator[str]:
    yield _remark("Decisions that the crisis team may take; the framework says from which crisis level on.")
    yield "# levers:" if begun.extends else "levers:"
    for kind, lever in LEVERS.items():
        own = {"owner": begun.owner, "commodities": "all"} if "owner" in lever.EXAMPLE and begun.owner else {}
        example = {key: own.get(key) or value for key, value in lever.EXAMPLE.items()}
        yield from _item(
            kind, lever, example, not begun.extends and kind in WRITTEN and ("owner" not in example or begun.owner is not None)
        )


def _item(kind: str, model: type[Disruption] | type[Lever], example: Example, written: bool) -> Iterator[str]:
    """Return a kind with what it means: key by key where it is written out, else as a remark on one line."""
    sentence = " ".join((inspect.getdoc(model) or "").split("\n\n")[0].split())
    yield f"  # {model.NAMES.en} ({model.NAMES.nl}): {sentence}"
    if written:
        yield f"  - kind: {kind}"
        yield from _members(model, example, "    ")
    else:
        yield f"  # - {_flow({'kind': kind, **example})}"


def _members(model: type[ClosedModel], values: Example, indent: str = "  ") -> Iterable[str]:
    return [_line(key, value, model, indent) for key, value in values.items()]


def _line(key: str, value: object, model: type[ClosedModel], indent: str = "") -> str:
    """Return a key and its value, and behind them what the model says of it."""
    return f"{indent}{key}: {_flow(value)}".ljust(REMARKS) + f" # {model.model_fields[key].description}"


def _if(written: bool, lines: list[str]) -> list[str]:
    """Return lines as they are, or as remarks."""
    return lines if written else [f"# {line}" for line in lines]


def _remark(text: str) -> str:
    return f"# {text}"


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return str(value)
