"""Claims that are cut for the same reason, told once: who they are, what they get, why, and what would help them most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from allocator.explain import Reason
from allocator.report.reasons import Teller
from allocator.report.view import View

#: Groups that are told; the table holds every claim.
MOST_GROUPS = 40
#: Sectors are named up to this many.
MOST_NAMED = 5
#: Effects of a step are the same up to this many decimals of coverage.
SAME = 4
#: The worst period is told where it lies so much below the whole.
LEVEL = 1e-4


def groups(view: View) -> list[Mapping[str, Any]]:
    """Return heading and sentences of each group of claims of one class and good that are cut for one reason, the first by class."""
    teller = Teller(view)
    grouped: dict[tuple[Any, ...], list[Reason]] = {}
    for reason in view.run.explanation.reasons.values():
        grouped.setdefault(_why(reason), []).append(reason)
    order = sorted(grouped.values(), key=lambda own: (own[0].tier, _good(own[0]), -sum(one.shortfall for one in own), own[0].claim))
    return [{"heading": _heading(view, own), "sentences": list(_sentences(view, teller, own))} for own in order[:MOST_GROUPS]]


def _why(reason: Reason) -> tuple[Any, ...]:
    main = reason.main
    effect = round(main.up.of(reason.claim), SAME) if main and main.up else 0.0
    return reason.tier, _good(reason), reason.deciding_tier, reason.capped, str(main.limit) if main else "", effect


def _good(reason: Reason) -> str:
    return reason.claim.split("/")[2]


def _heading(view: View, own: Sequence[Reason]) -> str:
    text = view.language.pick("Class {}: {}", "Klasse {}: {}")
    regions = {one.claim.split("/")[0] for one in own}
    good = view.inside(view.commodity(_good(own[0])))
    where = f", {view.region(*regions)}" if len(regions) == 1 else ""
    return text.format(view.tier(own[0].tier).replace(". ", ", ", 1), good) + where


def _sentences(view: View, teller: Teller, own: Sequence[Reason]) -> Iterator[str]:
    first, pick = own[0], view.language.pick
    yield _who(view, own)
    yield teller.short_rank(first)
    if first.lost and not first.capped:
        taken = pick("The crisis takes supply away: {}.", "De crisis neemt aanvoer weg: {}.")
        yield taken.format(view.language.listing(teller.taken(first)))
    main = first.main
    if main and main.up and main.up.of(first.claim) > 0.0 and not first.capped:
        text = pick(
            "What would help most now: {}. With {} more {} would get {} more of its demand.",
            "Wat nu het meest zou helpen: {}. Met {} meer kreeg {} {} van de vraag erbij.",
        )
        who = pick("each of them", "elk van hen") if len(own) > 1 else pick("the claim", "de aanspraak")
        points = view.language.amount(round(100.0 * main.up.of(first.claim), 6)) + "%"
        yield text.format(teller.limit(main.limit), teller.step(main.limit, main.up), who, points)


def _who(view: View, own: Sequence[Reason]) -> str:
    words, pick = view.language, view.language.pick
    sectors = list(dict.fromkeys(view.inside(view.sector(one.claim.split("/")[1])) for one in own))
    regions = sorted({view.place(one.claim.split("/")[0]) for one in own})
    if len(sectors) > MOST_NAMED + 1:
        sectors = [*sectors[:MOST_NAMED], pick("{} more sectors", "{} andere sectoren").format(len(sectors) - MOST_NAMED)]
    who = f"{words.listing(sectors)} in {words.listing(regions)}"
    asked, got, short = (sum(getattr(one, name) for one in own) for name in ("demand", "allocated", "shortfall"))
    lowest, unit = min(one.lowest for one in own), own[0].unit
    text = pick("{}: {} asked for, {} allocated, {} met", "{}: {} gevraagd, {} toegewezen, {} gedekt")
    said = text.format(
        who[:1].upper() + who[1:], words.quantity(asked, unit), words.quantity(got, unit), words.percent(1.0 - short / asked)
    )
    worst = pick(", {} in the worst period", ", {} in de slechtste periode").format(words.percent(lowest))
    return said + (worst if lowest < 1.0 - short / asked - LEVEL else "") + "."
