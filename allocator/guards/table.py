"""A small crisis as people read it, and where a guard's find breaks a law."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.guards.search import Fact
from allocator.guards.shrink import Example
from allocator.guards.situation import Words


def rows_of(example: Example) -> Iterator[tuple[str, ...]]:
    """Yield a row for each claim: name, class, what it asks for a month, coverage without and with the change (empty: not there)."""
    before, after = example.trial.before, example.trial.after
    claims = dict.fromkeys((*example.situation.claims, *example.change.situation.claims))
    for claim in sorted(claims, key=lambda name: (_rank(example, name), name)):
        asked = [answer.demand[claim][0] for answer in (before, after) if claim in answer.demand]
        shown = [f"{asked[0]:g}" if len(set(asked)) == 1 else f"{asked[0]:g} / {asked[1]:g}"]
        shown += [f"{answer.coverage(claim):.3f}" if claim in answer.demand else "" for answer in (before, after)]
        yield claim, str(_rank(example, claim)), *shown


def _rank(example: Example, claim: str) -> int:
    there = example.situation if claim in example.situation.claims else example.change.situation
    return there.tier(claim)


def supplies(example: Example) -> Iterator[Words]:
    """Yield what there is besides the claims, a sentence each."""
    one = example.situation
    months = Words(f", {one.months} months", f", {one.months} maanden") if one.months > 1 else Words("", "")
    for name, amounts in one.supply.items():
        brought = (
            ", ".join(f"{amount:g}" for amount in dict.fromkeys(amounts))
            if len(set(amounts)) == 1
            else "; ".join(f"{amount:g}" for amount in amounts)
        )
        yield Words(f"market {name}: {brought} a month{months.en}", f"markt {name}: {brought} per maand{months.nl}")
    for name, stock in one.reserves.items():
        rank = one.law.reserves.rank_of(name) or 1
        held = f"{stock.region}/{stock.commodity}: {stock.quantity:g}"
        yield Words(f"reserve {name} of {held}, down to class {rank}", f"voorraad {name} van {held}, tot en met klasse {rank}")
    for name, amount in one.stores.items():
        yield Words(f"stock of firms {name}: {amount:g}", f"voorraad van bedrijven {name}: {amount:g}")
    for name, amount in one.lanes.items():
        yield Words(f"lane {name}: {amount:g} a month", f"verbinding {name}: {amount:g} per maand")
    for name, step in one.processes.items():
        uses, makes = (" + ".join(f"{amount:g} {good}" for good, amount in side.items()) for side in (step.uses, step.makes))
        yield Words(
            f"process {name} in {step.region}: {uses} -> {makes}, up to {step.runs:g} times a month",
            f"proces {name} in {step.region}: {uses} -> {makes}, hoogstens {step.runs:g} keer per maand",
        )
    for name, share in one.restraint.items():
        yield Words(f"restraint of {name}: {share:.0%}", f"vraagbeperking van {name}: {share:.0%}")
    for claim in one.claims:
        guarantee = one.guaranteed(claim)
        if guarantee:
            first = (
                Words("before all classes", "vóór alle klassen")
                if guarantee.before == "tiers"
                else Words("inside its class", "binnen de klasse")
            )
            share = max(guarantee.share.root.values())
            yield Words(f"guarantee of {claim}: {share:.0%}, {first.en}", f"gegarandeerd minimum van {claim}: {share:.0%}, {first.nl}")


def sentence(fact: Fact) -> Words:
    """Return who shows the oddity, and by how much."""
    find, change = fact.example.find, fact.example.change
    was, now = (f"{value:.3g}" if find.measure == "amount" else f"{value:.1%}" for value in (find.before, find.after))
    if find.other and not change.key:
        return Words(
            f"{find.claim} is covered for {was} while {find.other} is for {now}",
            f"{find.claim} is voor {was} voorzien en {find.other} voor {now}",
        )
    gets = Words("gets", "krijgt") if find.measure == "amount" else Words("is covered for", "is voorzien voor")
    return Words(
        f"when {change.says.en}, {find.claim} {gets.en} {now} instead of {was}",
        f"als {change.says.nl}: {find.claim} {gets.nl} {now} in plaats van {was}",
    )
