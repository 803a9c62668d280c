"""What a guard found, in words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allocator.guards import GUARDS, Fact
from allocator.guards.features import FEATURES
from allocator.guards.shrink import Example
from allocator.guards.situation import Situation, Words
from allocator.report.language import Language


class Telling:
    """Says in one language what was found."""

    def __init__(self, language: Language) -> None:
        self.language, self.pick = language, language.pick

    def title(self, fact: Fact) -> str:
        """Return the kind of oddity."""
        return self.pick(*GUARDS[fact.guard].says())

    def cause(self, fact: Fact) -> str:
        """Return why it is so."""
        if not fact.causes:
            return self.pick("no single one; it takes several at once", "niet één; er zijn er meer tegelijk nodig")
        return "; ".join(self.pick(*FEATURES[name].says) for name in fact.causes)

    def sentence(self, fact: Fact) -> str:
        """Return who shows the oddity, and by how much."""
        find, change = fact.example.find, fact.example.change
        amounts = find.measure == "amount"
        was, now = (self._amount(value) if amounts else self.language.percent(value) for value in (find.before, find.after))
        if not change.key:
            return self.pick(
                f"{find.claim} is covered for {was} while {find.other} is for {now}",
                f"{find.claim} is voor {was} voorzien en {find.other} voor {now}",
            )
        what = self.pick(*change.says)
        who = self.pick("it", "hij") if what.startswith(find.claim) else find.claim
        gets = self.pick(*Words("gets", "krijgt") if amounts else Words("is covered for", "is voorzien voor"))
        return self.pick(f"when {what}, {who} {gets} {now} instead of {was}", f"{what}: {who} {gets} {now} in plaats van {was}")

    def claims(self, example: Example) -> tuple[list[str], list[list[str]]]:
        """Return heads and a row for each claim: class, what it asks for a month, coverage without the change and, if any, with it."""
        changes = bool(example.change.key)
        heads = [self.pick("Claim", "Aanspraak"), self.pick("Class", "Klasse"), self.pick("Asks", "Vraagt")]
        heads += [self.pick("Covered before", "Gedekt ervoor"), self.pick("after", "erna")] if changes else [self.pick("Covered", "Gedekt")]
        tiers = {name: one.tier(name) for one in (example.change.situation, example.situation) for name in one.claims}
        answers = (example.trial.before, example.trial.after) if changes else (example.trial.before,)
        rows = []
        for claim in sorted(tiers, key=lambda name: (tiers[name], name)):
            asked = dict.fromkeys(self._amount(float(one.demand[claim][0])) for one in answers if claim in one.demand)
            covered = [self.language.percent(one.coverage(claim)) if claim in one.demand else "-" for one in answers]
            rows.append([claim, str(tiers[claim]), " / ".join(asked), *covered])
        return heads, rows

    def means(self, example: Example) -> Iterator[str]:
        """Yield what there is besides the claims, and what is guaranteed, a line each."""
        one, pick, amount = example.situation, self.pick, self._amount
        if one.months > 1:
            yield pick(f"{one.months} months", f"{one.months} maanden")
        for name, months in one.supply.items():
            yield pick(f"market {name}: {self._months(months)} a month", f"markt {name}: {self._months(months)} per maand")
        for name, stock in one.reserves.items():
            held, rank = f"{stock.region}/{stock.commodity}: {amount(stock.quantity)}", one.law.reserves.rank_of(name) or 1
            yield pick(f"reserve {name}, {held}, down to class {rank}", f"voorraad {name}, {held}, tot en met klasse {rank}")
        for name, stored in one.stores.items():
            yield pick(f"stock of firms {name}: {amount(stored)}", f"voorraad van bedrijven {name}: {amount(stored)}")
        for name, room in one.lanes.items():
            yield pick(f"lane {name}: {amount(room)} a month", f"verbinding {name}: {amount(room)} per maand")
        for name, step in one.processes.items():
            uses, makes = (" + ".join(f"{amount(quantity)} {good}" for good, quantity in side.items()) for side in (step.uses, step.makes))
            runs = amount(step.runs)
            yield pick(
                f"process {name} in {step.region}: {uses} -> {makes}, up to {runs} times a month",
                f"proces {name} in {step.region}: {uses} -> {makes}, hoogstens {runs} keer per maand",
            )
        for name, share in one.restraint.items():
            yield f"{pick('restraint of', 'vraagbeperking van')} {name}: {self.language.percent(share)}"
        for name, share in one.minimums.items():
            least = self.language.percent(share)
            yield pick(f"{name}: runs at {least} at least, or stands still", f"{name}: draait op ten minste {least}, of staat stil")
        yield from self._law(one)

    def _law(self, one: Situation) -> Iterator[str]:
        """Yield how members share where they do not simply pool, and what is guaranteed."""
        pick = self.pick
        for name in ("guard", "standalone"):
            if FEATURES[name].there(one):
                yield pick(*FEATURES[name].says)
        for claim in one.claims:
            if guarantee := one.guaranteed(claim):
                percent = self.language.percent(max(guarantee.share.root.values()))
                first = pick("before all classes", "vóór alle klassen")
                when = first if guarantee.before == "tiers" else pick("inside its class", "binnen de klasse")
                yield f"{pick('guarantee of', 'gegarandeerd minimum van')} {claim}: {percent}, {when}"

    def _months(self, months: Sequence[float]) -> str:
        alike = len(set(months)) == 1
        return "; ".join(self._amount(one) for one in (months[:1] if alike else months))

    def _amount(self, value: float) -> str:
        """Write a quantity with three significant digits, and no zeros at the end of decimals."""
        text, mark = self.language.amount(value), self.pick(".", ",")
        return text.rstrip("0").rstrip(mark) if mark in text else text
