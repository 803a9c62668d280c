"""The rules of a framework that are not how a rank shares, each with its legal ground."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from allocator.framework import Cap, Dated, Guarantee, PriorityOrder, holds_at
from allocator.framework.claims import ClaimRule
from allocator.framework.model import DEFAULT
from allocator.report.law import basis_words
from allocator.report.sections._conflicts import REGIMES
from allocator.report.view import View
from allocator.scenario.levers import LEVERS


def other_rules(view: View) -> list[Mapping[str, str]]:
    """Return what kind of rule it is, what it says, and its ground, for every rule that a framework writes besides its ranks."""
    law, pick = view.run.framework, view.language.pick
    rows = [(pick("Guarantee", "Gegarandeerd minimum"), _guarantee(view, one), one.basis) for one in law.guarantees]
    rows += [(pick("Cap", "Plafond"), _cap(view, one), one.basis) for one in law.caps]
    rows += [(pick("Priority order", "Voorrangsorder"), _order(view, one), one.basis) for one in law.priority_orders]
    rows += [
        (kind, says, getattr(law.bases, name))
        for name, kind, says in _whole(view)
        if name in law.model_fields_set  # what is written
    ]
    none = pick("none stated", "geen genoemd")
    return [{"kind": kind, "says": says, "basis": basis_words(view, basis) if basis else none} for kind, says, basis in rows]


def _guarantee(view: View, one: Guarantee) -> str:
    first, inside = ("before all classes", "vóór alle klassen"), ("first inside its class", "als eerste binnen de klasse")
    hard = [view.language.pick("hard", "hard")] if one.hard else []
    return ", ".join(
        [f"{_whose(view, one)}: {_shares(view, one.share)}", view.language.pick(*(first if one.before == "tiers" else inside)), *hard]
    ) + _level(view, one.from_level)


def _cap(view: View, one: Cap) -> str:
    return f"{_whose(view, one)}: {view.language.pick('at most', 'hoogstens')} {_shares(view, one.share)}{_level(view, one.from_level)}"


def _order(view: View, one: PriorityOrder) -> str:
    pick, day = view.language.pick, view.language.day
    span = pick("from {} until {}", "van {} tot {}").format(day(one.from_), day(one.until))
    month = f"{view.language.quantity(one.monthly, view.unit(one.commodity))} {pick('a month', 'per maand')}"
    return f"{one.id}, {pick(*REGIMES[one.regime])}: {_whose(view, one)}, {month}, {span}"


def _whose(view: View, one: ClaimRule) -> str:
    pick = view.language.pick
    good = view.inside(view.commodity(one.commodity)) if one.commodity else pick("all materials", "alle materialen")
    return ", ".join([*([view.region(one.region)] if one.region else []), view.sector(one.sector), good])


def _shares(view: View, dated: Dated) -> str:
    """Return a share, with the days from which it holds where it changes."""
    shares = [
        view.language.percent(share) + ("" if day == date.min else f" {view.language.pick('from', 'vanaf')} {view.language.day(day)}")
        for day, share in sorted(dated.root.items())
    ]
    return view.language.listing(shares)


def _level(view: View, level: int | None) -> str:
    if level is None:
        return ""
    pick = view.language.pick
    off = "" if holds_at(level, view.run.case.crisis_level) else pick(", off in this crisis", ", niet van kracht in deze crisis")
    return pick(f", from crisis level {level} on", f", vanaf crisisniveau {level}") + off


def _whole(view: View) -> Iterator[tuple[str, str, str]]:
    """Yield key, kind and words of the rules that are not about single claims."""
    law, pick = view.run.framework, view.language.pick
    yield "reserves", pick("Reserves", "Voorraden"), _reserves(view)
    kinds = {kind: pick(LEVERS[kind].NAMES.en, LEVERS[kind].NAMES.nl) for kind in LEVERS}
    kinds |= {DEFAULT: pick("other levers that bring goods", "andere maatregelen die aanvoer geven")}
    ranks = [_down_to(view, kinds[kind], rank) for kind, rank in law.levers.draw.items()]
    yield "levers", pick("Levers", "Maatregelen"), "; ".join([*ranks, *_allowances(view)])
    if law.restraint:
        level = law.restraint.mandatory_from_level
        yield (
            "restraint",
            pick("Demand restraint", "Vraagbeperking"),
            pick(f"an order from crisis level {level} on", f"een bevel vanaf crisisniveau {level}"),
        )
    opened = (
        f"{pick('from crisis level', 'vanaf crisisniveau')} {level}: {view.language.listing([view.inside(kinds[kind]) for kind in levers])}"
        for level, levers in sorted(law.levels.items())
    )
    yield "levels", pick("Crisis levels", "Crisisniveaus"), "; ".join(opened)
    yield "sharing", pick("Sharing", "Delen"), sharing_words(view)
    by_name = pick("what is left open is settled by names, always alike", "wat openblijft wordt naar naam beslist, altijd gelijk")
    yield "closing", pick("Who stands still", "Wie stilvalt"), _closing(view)
    yield "tie_break", pick("Tie-break", "Bij gelijkspel"), by_name


def _allowances(view: View) -> Iterator[str]:
    """Yield what all levers may cost, and how many may be used."""
    levers, words = view.run.framework.levers, view.language
    if levers.budget_eur is not None:
        amount = words.amount(levers.budget_eur)
        yield words.pick(f"all together at most {amount} EUR over the horizon", f"alle samen hoogstens {amount} euro over de horizon")
    if levers.at_most_together is not None:
        yield words.pick(f"at most {levers.at_most_together} of them", f"hoogstens {levers.at_most_together} ervan")


def sharing_words(view: View) -> str:
    """Return how members share."""
    pick = view.language.pick
    pooled = pick("what members have is pooled as far as lanes carry it", "wat leden hebben wordt gedeeld zover verbindingen reiken")
    return {
        "pooled": pooled,
        "guarded": pooled + pick("; none is worse off than it would be alone", "; geen is slechter af dan alleen"),
        "standalone": pick(
            "members send each other no more than they traded before, and use what their reserves release themselves",
            "leden sturen elkaar niet meer dan zij eerder verhandelden, en gebruiken zelf wat hun voorraden afgeven",
        ),
    }[view.run.case.sharing]


def _reserves(view: View) -> str:
    law, pick = view.run.framework.reserves, view.language.pick
    use = {"first": pick("before the market", "vóór de markt"), "last": pick("after the market", "na de markt")}
    names = {DEFAULT: pick("all others", "alle andere") if len(law.draw) > 1 else pick("all", "alle")}
    names |= {name: view.reserve(name) for name in view.run.case.reserves["reserve"]}
    known = [(name, rank) for name, rank in law.draw.items() if name in names]
    return "; ".join(f"{_down_to(view, names[name], rank)}, {use[law.use_of(name)]}" for name, rank in known)


def _closing(view: View) -> str:
    pick, begins = view.language.pick, 0.0
    parts = []
    for piece in view.run.framework.closing:
        span = f"{view.language.percent(begins)}-{view.language.percent(piece.up_to)}"
        parts.append(f"{span}: {view.language.number(piece.marginal_harm, 0 if piece.marginal_harm % 1 == 0 else 2)}")
        begins = piece.up_to
    return f"{pick('harm of what a claim misses', 'schade van wat een aanspraak mist')}: {'; '.join(parts)}"


def _down_to(view: View, what: str, rank: int) -> str:
    return f"{what} {view.language.pick('down to class', 'tot en met klasse')} {rank}"
