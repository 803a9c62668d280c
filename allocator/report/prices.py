"""The price of each rule in words, and the least change of the framework that gives a claim its minimum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from allocator.explain.prices import Change, Price
from allocator.explain.relaxed import Relaxation
from allocator.explain.remedies import SHORT_OF
from allocator.framework import Cap, Exemption, Guarantee, Override, Rule, Tier
from allocator.report.law import basis_words, decision_words
from allocator.report.reasons import MOST_TOLD, Teller
from allocator.scenario.levers import LEVERS

#: Claims that change alike are named up to this many, and are alike up to so many decimals of coverage.
FEW, ALIKE = 2, 4
#: What a rule is when it stands inside a sentence, by kind, in English and Dutch.
RULES: Mapping[str, tuple[str, str]] = {
    "guarantee": ("the guarantee of {share} for {who}", "het gegarandeerd minimum van {share} voor {who}"),
    "override": ("the decision on {who} ({what})", "het besluit over {who} ({what})"),
    "cap": ("the cap of {share} on {who}", "het plafond van {share} voor {who}"),
    "class_cap": ("the cap of {share} on class {tier}", "het plafond van {share} voor klasse {tier}"),
    "exemption": ("the exemption of {who} ({what})", "de uitzondering voor {who} ({what})"),
    "classes": ("the order of classes {upper} and {tier}", "de volgorde van de klassen {upper} en {tier}"),
    "own_rule": ("the own rule of class {tier} for {goods}", "de eigen regel van klasse {tier} voor {goods}"),
    "satisfied": ("the limit of {share} up to which class {tier} goes first", "de grens van {share} tot waar klasse {tier} voorgaat"),
    "own_order": ("the regions' own order inside class {tier}", "de eigen volgorde van regio's binnen klasse {tier}"),
    "draw": ("the reserve '{reserve}' for higher classes only", "de voorraad '{reserve}' alleen voor hogere klassen"),
    "use": ("the turn of the reserve '{reserve}' and the market", "de beurt van de voorraad '{reserve}' en de markt"),
    "floor": ("the floor of {share} of the reserve '{reserve}'", "de ondergrens van {share} van de voorraad '{reserve}'"),
    "level": ("the crisis level from which '{lever}' may be used", "het crisisniveau vanaf waar '{lever}' mag worden gebruikt"),
    "reserve_level": (
        "the crisis level from which the reserve '{reserve}' may be released",
        "het crisisniveau vanaf waar de voorraad '{reserve}' mag worden vrijgegeven",
    ),
    "lever_draw": ("'{lever}' for higher classes only", "'{lever}' alleen voor hogere klassen"),
    "guard": ("the guard that no member is worse off by sharing", "de waarborg dat geen lid door delen slechter af is"),
    "standalone": ("that members do not share", "dat leden niet delen"),
}
#: What was changed when a rule is relaxed as far as it goes.
WITHOUT: Mapping[str, tuple[str, str]] = {
    "classes": ("the two made one class", "de twee tot één klasse gemaakt"),
    "draw": ("the reserve open to all classes", "de voorraad open voor alle klassen"),
    "use": ("the two turned round", "de twee omgekeerd"),
    "level": ("the lever allowed now", "de maatregel nu toegestaan"),
    "reserve_level": ("the reserve allowed to be released now", "de voorraad nu vrij te geven"),
    "lever_draw": ("the lever open to all classes", "de maatregel open voor alle klassen"),
    "standalone": ("everything pooled", "alles gedeeld"),
}


class RuleTeller(Teller):
    """Tells rules and their prices in the language of a view."""

    def prices(self, found: Sequence[Price]) -> Iterator[tuple[str, list[str]]]:
        """Yield each rule that costs somebody something, with what it gives and takes; then those that cost nobody anything."""
        for price in found:
            if price.changes:
                yield self._sentence(self.rule(price.relaxation)), [self.price(price)]
        idle = [self.rule(price.relaxation) for price in found if not price.changes and not price.refused]
        if idle:
            heading = self.pick("Rules that change nothing in this crisis", "Regels die in deze crisis niets veranderen")
            yield heading, [f"{self._sentence('; '.join(idle))}."]
        refused = [f"{self.rule(price.relaxation)} ({price.refused})" for price in found if price.refused]
        if refused:
            yield self.pick("Rules that the rest cannot do without", "Regels waar de rest niet zonder kan"), ["; ".join(refused) + "."]

    def rule(self, rule: Relaxation) -> str:
        """Name a rule inside a sentence."""
        return self.pick(*RULES[rule.kind]).format(**dict(self._parts(rule)))

    def _parts(self, rule: Relaxation) -> Iterator[tuple[str, str]]:
        ground = rule.ground
        share = rule.size if rule.size is not None else ground.satisfied_at if isinstance(ground, Tier) else None
        if share is not None:
            yield "share", self.words.percent(share)
        if isinstance(ground, (Guarantee, Cap, Exemption, Override)):
            yield "who", self.whom(ground.region, ground.sector, ground.commodity)
        if isinstance(ground, (Exemption, Override)):
            yield "what", decision_words(self.view, ground)
        if isinstance(ground, Rule) and not isinstance(ground, Tier):
            goods = getattr(ground, "commodities", ())
            yield "goods", self.words.listing([self.view.inside(self.view.commodity(good)) for good in goods if good in self._goods])
        if rule.kind in ("class_cap", "classes", "own_rule", "satisfied", "own_order"):
            upper, *lower = (int(rank) for rank in rule.name.split())
            yield "upper", self.rank_name(upper)
            yield "tier", self.rank_name(lower[0] if lower else upper)
        if rule.kind in ("draw", "use", "floor", "reserve_level"):
            yield "reserve", self.view.reserve(rule.name)
        if rule.kind in ("level", "lever_draw"):
            names = LEVERS[rule.name].NAMES
            yield "lever", self.view.inside(self.pick(names.en, names.nl))

    @property
    def _goods(self) -> set[str]:
        return set(self.view.run.case.commodities["commodity"])

    def whom(self, region: str | None, sector: str, commodity: str | None) -> str:
        """Name whom a rule is for inside a sentence: a sector, in one region or all, for one material or all."""
        good = self.view.inside(self.view.commodity(commodity)) if commodity in self._goods and commodity else (commodity or "")
        where = self.pick(" in {}", " in {}").format(self.view.place(region)) if region else ""
        return self.view.inside(self.view.sector(sector)) + where + (f" ({good})" if good else "")

    def price(self, price: Price) -> str:
        """Say what a rule gives to whom, and takes from whom."""
        given, taken = self._moved(price.losses), self._moved(price.gains)
        said = []
        if given:
            said.append(self.pick("It gives {}", "Deze regel geeft {}").format(given))
        if taken:
            said.append(self.pick("it takes from {}", "deze regel neemt van {}").format(taken))
        text = f"{self._sentence('; '.join(said))}."
        changed = WITHOUT.get(price.relaxation.kind)
        if changed:
            text += self.pick(" (Compared with {}.)", " (Vergeleken met {}.)").format(self.pick(*changed))
        if price.relaxation.basis:
            text += self.pick(" Basis: {}.", " Grondslag: {}.").format(basis_words(self.view, price.relaxation.basis))
        return text

    def _moved(self, changes: Mapping[str, float]) -> str:
        """Name claims with their changes, the largest first: those of one class that change alike together; count the rest by class."""
        alike: dict[tuple[int, float], list[str]] = {}
        for name, change in changes.items():
            alike.setdefault((self._tier_of[name], round(change, ALIKE)), []).append(name)
        groups = list(alike.values())
        told = [self._group(names, self.points(changes[names[0]])) for names in groups[:MOST_TOLD]]
        rest = Counter(self._tier_of[name] for names in groups[MOST_TOLD:] for name in names)
        text = self.pick("{} more in class {}", "nog {} in klasse {}")
        return "; ".join([*told, *(text.format(count, tier) for tier, count in sorted(rest.items()))])

    def _group(self, names: Sequence[str], points: str) -> str:
        if len(names) <= FEW:
            text = self.pick("{} {}", "{} {}") if len(names) == 1 else self.pick("{} {} each", "{} elk {}")
            return text.format(self.words.listing([self.claim_inside(name) for name in names]), points)
        goods = dict.fromkeys(self.view.inside(self.view.commodity(name.split("/")[2])) for name in names)
        text = self.pick("{} claims of class {} ({}) {} each", "{} aanspraken in klasse {} ({}) elk {}")
        return text.format(len(names), self._tier_of[names[0]], self.words.listing(list(goods)), points)

    # ---- the least change of the framework ---------------------------------------------------------------------------------------
    def least(self, claim: str, target: float, changes: Sequence[Change]) -> list[str]:
        """Say which change of one rule gives a claim its minimum at the least cost to others, and which others do."""
        goal = self.pick("in full", "volledig") if target >= 1.0 else self.pick("to {}", "tot {}").format(self.words.percent(target))
        if self.view.run.inquiry.lowest_of(claim) >= target - SHORT_OF:
            return [self.pick("It has that already.", "Dat heeft zij al.")]
        if not changes:
            text = self.pick(
                "No change of one rule of the framework was found that meets it {} in every period.",
                "Er is geen wijziging van één regel van het kader gevonden waarmee de vraag in elke periode {} is gedekt.",
            )
            return [text.format(goal)]
        first = self.pick(
            "The least change that meets it {} in every period: {}.", "De kleinste wijziging die de vraag in elke periode {} dekt: {}."
        )
        also = self.pick("It suffices as well, and costs others more: {}.", "Ook voldoende, maar voor anderen duurder: {}.")
        same = self.pick("It suffices as well, at the same cost to others: {}.", "Ook voldoende, en voor anderen even duur: {}.")
        told = [first.format(goal, self.change(changes[0], claim))]
        for one in changes[1:]:
            equal = {**one.trial.changes, claim: 0.0} == {**changes[0].trial.changes, claim: 0.0}
            told.append((same if equal else also).format(self.change(one, claim)))
        return told

    def change(self, change: Change, claim: str) -> str:
        """Say a change, what it does to the claim, and who pays most."""
        return f"{self._changed(change)}; {self.pick('this', 'dit')} {self.effect(change.trial, claim)}"

    def _changed(self, change: Change) -> str:
        if change.relaxation is None:
            share = self.words.percent(change.amount)
            return {
                "guarantee_of_claim": self.pick(
                    "a guarantee of {} of its own, before all classes", "een eigen gegarandeerd minimum van {}, vóór alle klassen"
                ),
                "cap_of_claim": self.pick("a cap of {} of its own", "een eigen plafond van {}"),
                "rank_of_claim": self.pick("a place in class {}", "een plaats in klasse {}"),
            }[change.kind].format(self.rank_name(int(change.amount)) if change.kind == "rank_of_claim" else share)
        name = self.rule(change.relaxation)
        if change.relaxation.size is not None and change.amount != change.relaxation.free:
            return self.pick("{}, changed to {}", "{}, gewijzigd in {}").format(name, self.words.percent(change.amount))
        how = WITHOUT.get(change.kind, ("left out", "weggelaten"))
        return self.pick("{}, {}", "{}, {}").format(name, self.pick(*how))
