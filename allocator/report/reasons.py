"""Reasons in words, for readers who know no linear programming: who is cut, what holds them back, and what would have changed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

import pandas as pd

from allocator.case.standing import standing_of
from allocator.explain import Binding, Limit, Reason, Remedy, Trial, grounds_of
from allocator.report.law import basis_words, ground_words
from allocator.report.names import STRETCH, Namer

#: Holders, lost lines and the like are told up to this many.
MOST_TOLD = 6
#: Effects of a step up and down mirror each other within this, in coverage.
MIRRORED = 1e-5


class Teller(Namer):
    """Tells reasons in the language of a view."""

    def tell(self, reason: Reason) -> Iterator[tuple[str, list[str]]]:
        """Yield the parts of a reason: a heading and paragraphs."""
        yield self.pick("What is missing", "Wat er ontbreekt"), [self.what(reason)]
        yield self.pick("Whose turn it is", "Wie er voorgaat"), [self.rank(reason), *self.standing(reason), *self.guarded(reason)]
        if reason.lost:
            yield self.pick("What the crisis took away", "Wat de crisis heeft weggenomen"), [self.lost(reason)]
        held = [self.binding(reason, binding) for binding in reason.bindings]
        if not held and not reason.capped:
            held = [
                self.pick(
                    "No single limit was found whose move by a hundredth changes this.",
                    "Er is geen afzonderlijke grens gevonden die met een honderdste verschuiven hieraan iets verandert.",
                )
            ]
        elif held:
            held.insert(0, self.how())
        if reason.inputs:
            held.append(self.inputs(reason))
        if held:
            yield self.pick("What holds it back now", "Wat het nu tegenhoudt"), held
        if reason.holders:
            yield self.pick("Who has what it lacks", "Wie heeft wat hier ontbreekt"), [self.holders(reason)]
        if reason.remedies:
            changed = self.pick("What would have changed it", "Wat het had veranderd")
            yield changed, [self.remedy(reason, remedy) for remedy in reason.remedies]
        yield self.pick("Rule and basis", "Regel en grondslag"), [self.basis(reason)]

    def how(self) -> str:
        """Say how limits were found."""
        return self.pick(
            "These limits stand in its way. Each was moved by a hundredth, and the whole plan worked out again: what then changes is told.",
            "Deze grenzen staan in de weg. Elk is een honderdste verschoven en het hele plan opnieuw uitgerekend: verteld is wat dat doet.",
        )

    def what(self, reason: Reason) -> str:
        """Say what is asked for, got and missed."""
        unit, words = reason.unit, self.words
        given = self.pick(", gives up {}", ", levert {} in").format(words.quantity(reason.restrained, unit)) if reason.restrained else ""
        text = self.pick(
            "It asks for {} over {}, gets {}{} and misses {}: {} of the demand is met, {} in the worst period. It is short in {}.",
            "Gevraagd is {} over {}, toegewezen {}{} en er ontbreekt {}: {} van de vraag is gedekt, {} in de slechtste periode. "
            "Het tekort valt in {}.",
        )
        return text.format(
            words.quantity(reason.demand, unit),
            words.span(self.view.periods),
            words.quantity(reason.allocated, unit),
            given,
            words.quantity(reason.shortfall, unit),
            words.percent(reason.coverage),
            words.percent(reason.lowest),
            self.periods(reason.periods),
        )

    def rank(self, reason: Reason) -> str:
        """Say whose turn decided."""
        own = self.rank_name(reason.tier)
        if reason.capped:
            text = self.pick(
                "It is in class {}. The framework caps what it may get, and the cap is reached: more supply would not help it.",
                "De aanspraak valt in klasse {}. Het kader begrenst wat zij mag krijgen, en die grens is bereikt: meer aanbod helpt niet.",
            )
            return text.format(own)
        if reason.deciding_tier < reason.tier:
            text = self.pick(
                "It is in class {}. Class {} comes first, and what that class needs leaves no more: the reason is rank.",
                "De aanspraak valt in klasse {}. Klasse {} gaat voor, en wat die klasse nodig heeft laat niet meer over: "
                "de reden is de rangorde.",
            )
            return text.format(own, self.rank_name(reason.deciding_tier))
        shared = self.pick("whose claims share what there is", "waarbinnen de aanspraken delen wat er is")
        left = self.pick(
            "whose claims share what the classes before it leave", "waarbinnen de aanspraken delen wat de klassen ervoor overlaten"
        )
        text = self.pick(
            "It is in class {}, {}; there is too little for all of them.", "De aanspraak valt in klasse {}, {}; voor alle is het te weinig."
        )
        return text.format(own, shared if reason.tier == 1 else left)

    def standing(self, reason: Reason) -> list[str]:
        """Say when the line of a claim stands still; nothing where it never does."""
        text = self.pick(
            "Its line stands still in {}: what could be given is less than its minimum, or it has not started again yet.",
            "De lijn staat stil in {}: wat gegeven kan worden is minder dan haar minimum, of zij is nog niet opnieuw gestart.",
        )
        return [text.format(self.periods(reason.standing))] if reason.standing else []

    def guarded(self, reason: Reason) -> list[str]:
        """Say what the guard that no member is worse off keeps from a claim; nothing where it keeps nothing from it."""
        lost = self.view.run.guard.gains.get(reason.claim, 0.0) if self.view.run.guard else 0.0
        text = self.pick(
            "The framework guards that nobody is worse off by sharing; without that its coverage would be {} higher.",
            "Het kader waarborgt dat niemand door delen slechter af is; zonder dat zou de dekkingsgraad {} hoger zijn.",
        )
        return [text.format(self.points(lost))] if lost else []

    def short_rank(self, reason: Reason) -> str:
        """Say whose turn decided, for a group of claims of one class."""
        if reason.capped:
            return self.pick(
                "The framework caps what they may get; more supply would not help.",
                "Het kader begrenst wat zij mogen krijgen; meer aanbod helpt niet.",
            )
        if reason.deciding_tier < reason.tier:
            text = self.pick("Class {} comes first and needs what there is.", "Klasse {} gaat voor en heeft nodig wat er is.")
            return text.format(self.rank_name(reason.deciding_tier))
        return self.pick(
            "No higher class takes any of it away: there is too little for everyone in this class, and they share it.",
            "Geen hogere klasse neemt er iets van weg: er is te weinig voor iedereen in deze klasse, en zij delen het.",
        )

    def taken(self, reason: Reason) -> list[str]:
        """Name the supply that the crisis took away, by good and country."""
        text = self.pick("{} from {}", "{} uit {}")
        goods = ((self.view.inside(self.view.commodity(one.commodity)), str(self._lines[one.line]["origin"])) for one in reason.lost)
        return list(dict.fromkeys(text.format(good, self.view.place(origin)) for good, origin in goods))

    def binding(self, reason: Reason, binding: Binding) -> str:
        """Say which limit holds a claim back, how it reaches it, and what moving it does."""
        limit, claim = binding.limit, reason.claim
        parts = [f"{self._sentence(self.limit(limit))}: {self.says(limit)}."]
        if binding.chain:
            parts.append(self.chain(binding))
        parts += self.trials(binding, claim)
        if limit.rule:
            parts.append(self.pick("Rule: {}; basis: {}.", "Regel: {}; grondslag: {}.").format(limit.rule, limit.legal_basis))
        elif limit.legal_basis and (basis := self.view.run.framework.bases.sharing):
            parts.append(self.pick("Basis: {}.", "Grondslag: {}.").format(basis_words(self.view, basis)))
        return " ".join(parts)

    def chain(self, binding: Binding) -> str:
        """Say by which steps what a limit is about becomes what the claim asks for."""
        steps = []
        for step in reversed(binding.chain):
            good = self.view.inside(self.view.commodity(step.commodity))
            if step.kind == "process":
                steps.append(self.pick("{} makes {}", "{} maakt er {} van").format(self.process(step.name), good))
            else:
                ends = self._lanes[step.name]
                text = self.pick("{} goes from {} to {}", "{} gaat van {} naar {}")
                steps.append(text.format(good, self.view.place(str(ends["origin"])), self.view.place(str(ends["region"]))))
        return self.pick("From there to this claim: {}.", "Van daar naar deze aanspraak: {}.").format("; ".join(steps))

    def trials(self, binding: Binding, claim: str) -> Iterator[str]:
        """Yield what a step up and a step down do; a step down that undoes one up is told in few words."""
        up, down = binding.up, binding.down
        if up and up.changes:
            yield self.trial(binding.limit, up, claim)
            if down and _mirrored(up, down):
                yield self.pick("As much less does the opposite.", "Evenveel minder doet het omgekeerde.")
                return
        if down and down.changes:
            yield self.trial(binding.limit, down, claim)

    def trial(self, limit: Limit, trial: Trial, claim: str) -> str:
        """Say what a step does to a claim, and to whoever else gains or loses most."""
        more = self.pick("{} more", "{} meer") if trial.step > 0 else self.pick("{} less", "{} minder")
        moved = more.format(self.step(limit, trial))
        return f"{self._sentence(moved)} {self.effect(trial, claim)}."

    def effect(self, trial: Trial, claim: str) -> str:
        """Say what a change does to a claim, and to whoever else gains or loses most."""
        change = trial.of(claim)
        if change:
            verb = self.pick("raises its coverage by {}", "verhoogt de dekking met {}")
            fall = self.pick("lowers its coverage by {}", "verlaagt de dekking met {}")
            said = (verb if change > 0 else fall).format(self.points(change))
        else:
            said = self.pick("does not change its coverage", "verandert de dekking niet")
        return "; ".join([said, *self._others(trial, claim)])

    def _others(self, trial: Trial, claim: str) -> Iterator[str]:
        """Yield who else gains and who loses most, all equals."""
        gain, lose = trial.gain_most(claim), trial.lose_most(claim)
        verbs = self.pick("gains gain loses lose", "wint winnen verliest verliezen").split()
        for (names, change), (one, many) in ((gain, verbs[:2]), (lose, verbs[2:])):
            if len(names) > STRETCH:
                text = self.pick("{} {} most, {} each", "{} {} het meest, elk {}")
                yield text.format(self._counted(names), many, self.points(change))
            elif names:
                text = self.pick("of others {0} {1} most, {2}{3}", "van de anderen {1} {0} het meest, {3}{2}")
                each = self.pick(" each", "elk ") if len(names) > 1 else ""
                who = self.words.listing([self.claim_inside(name) for name in names])
                yield text.format(who, one if len(names) == 1 else many, self.points(change), each)

    def _counted(self, claims: Sequence[str]) -> str:
        """Count claims by class."""
        tiers = Counter(self._tier_of[claim] for claim in claims)
        text = self.pick("{} other claims of class {}", "{} andere aanspraken in klasse {}")
        return self.words.listing([text.format(count, tier) for tier, count in sorted(tiers.items())])

    @cached_property
    def _tier_of(self) -> dict[str, int]:
        rows = self.view.run.case.claims
        names = rows["region"] + "/" + rows["sector"] + "/" + rows["commodity"]
        return {str(name): int(tier) for name, tier in zip(names, rows["tier"], strict=True)}

    def lost(self, reason: Reason) -> str:
        """Say which supply brings less than before, and what it would do to have that back."""
        lines = pd.DataFrame([{**self._lines[one.line], "quantity": one.quantity, "near": near} for near, one in enumerate(reason.lost)])
        units = self.view.run.case.commodities.set_index("commodity")["unit"]
        ways = lines.groupby(["commodity", "origin", "region"], as_index=False).agg(
            quantity=("quantity", "sum"), sent=("undisturbed", "sum"), near=("near", "min")
        )
        told = []
        for way in ways.sort_values("near").head(MOST_TOLD).to_dict("records"):
            good = self.view.inside(self.view.commodity(str(way["commodity"])))
            text = self.pick(
                "{} from {} to {} {} less, {} of what would have been sent", "{} uit {} naar {} {} minder, {} van wat er verzonden zou zijn"
            )
            ends = self.view.place(str(way["origin"])), self.view.place(str(way["region"]))
            amount = self.words.quantity(float(way["quantity"]), str(units[way["commodity"]]))
            told.append(text.format(good, *ends, amount, self.words.percent(way["quantity"] / (way["sent"] * len(self.view.periods)))))
        more = self.pick("; and {} more", "; en nog {} andere").format(len(ways) - len(told)) if len(ways) > len(told) else ""
        said = [self._sentence("; ".join(told)) + more + "."]
        if reason.given_back is not None:
            text = self.pick("Had all of it been sent as before, {}.", "Was dat alles verzonden als voorheen, dan {}.")
            said.append(text.format(self._had(reason)))
        return " ".join(said)

    def _had(self, reason: Reason) -> str:
        change = reason.given_back.of(reason.claim) if reason.given_back else 0.0
        if not change:
            return self.pick("nothing would have changed for this claim", "was er voor deze aanspraak niets veranderd")
        text = self.pick("{} of the demand would have been met", "was {} van de vraag gedekt")
        return text.format(self.words.percent(min(reason.coverage + change, 1.0)))

    def inputs(self, reason: Reason) -> str:
        """Say which inputs of a process stop it, and which do not."""
        said = []
        for process in dict.fromkeys(one.process for one in reason.inputs):
            own = [one for one in reason.inputs if one.process == process]
            name = {one.commodity: self.view.inside(self.view.commodity(one.commodity)) for one in own}
            stops = [name[one.commodity] for one in own if one.trial.of(reason.claim) > 0.0]
            rest = [name[one.commodity] for one in own if one.trial.of(reason.claim) <= 0.0]
            if stops:
                text = self.pick("Of what {} takes, {} stops it", "Van wat {} nodig heeft, houdt {} het tegen")
                also = self.pick(", not {}", ", niet {}").format(self.words.listing(rest)) if rest else ""
                said.append(text.format(self.process(process), self.words.listing(stops)) + also + ".")
            else:
                text = self.pick(
                    "More of any input of {} ({}) would change nothing.", "Meer van enige grondstof van {} ({}) verandert niets."
                )
                said.append(text.format(self.process(process), self.words.listing(rest)))
        return " ".join(said)

    def holders(self, reason: Reason) -> str:
        """Say who has what the claim lacks."""
        by_tier: dict[int, list[str]] = {}
        for holder in reason.holders:
            good = self.view.inside(self.view.commodity(holder.commodity))
            by_tier.setdefault(holder.tier, []).append(
                self.pick("{} of {}", "{} {}").format(self.words.quantity(holder.quantity, holder.unit), good)
            )
        parts = [f"{self.pick('class', 'klasse')} {tier} {self.words.listing(goods[:MOST_TOLD])}" for tier, goods in by_tier.items()]
        text = self.pick(
            "Where it is scarce and while this claim is short, this was allocated: {}.",
            "Waar het schaars is en zolang deze aanspraak tekortkomt, is toegewezen: {}.",
        )
        return text.format("; ".join(parts))

    def remedy(self, reason: Reason, remedy: Remedy) -> str:
        """Say what would have changed the cut, and at whose expense."""
        region, _, commodity = reason.claim.split("/")
        what = {
            "supply": self.pick("{} more {} over its short periods", "{} meer {} in de perioden van het tekort").format(
                self.words.quantity(remedy.amount, reason.unit), self.place(region, commodity)
            ),
            "guarantee": self.pick("A guarantee of {} before all classes", "een gegarandeerd minimum van {} vóór alle klassen").format(
                self.words.percent(remedy.amount)
            ),
            "cap": self.pick("A cap of {}", "een plafond van {}").format(self.words.percent(remedy.amount)),
            "rank": self.pick("A place in class {}", "een plaats in klasse {}").format(
                self.rank_name(int(remedy.amount)) if remedy.kind == "rank" else ""
            ),
        }[remedy.kind]
        full = remedy.target >= 1.0
        goal = self.pick("in full", "volledig") if full else self.pick("to {}", "tot {}").format(self.words.percent(remedy.target))
        if remedy.suffices:
            text = self.pick("{} would have met it {} in every period; it {}.", "Met {} was de vraag in elke periode {} gedekt; dat {}.")
            return text.format(what, goal, self.effect(remedy.trial, reason.claim))
        reached = self.words.percent(remedy.reached)
        text = self.pick(
            "{} would not have met it {}: the worst period would stand at {}.",
            "Met {} was de vraag niet {} gedekt: de slechtste periode kwam op {}.",
        )
        return text.format(what, goal, reached)

    def basis(self, reason: Reason) -> str:
        """Say the rule and its basis, and whether it has legal force."""
        run = self.view.run
        rank = None if reason.capped else reason.tier
        grounds = grounds_of(standing_of(run.case, run.framework), reason.claim, rank, reason.at_cap)
        commodity = reason.claim.split("/")[2]
        text = self.pick("Rule: {}. Basis: {}.", "Regel: {}. Grondslag: {}.")
        said = [text.format(ground_words(self.view, one, commodity), basis_words(self.view, one.basis)) for one in grounds]
        if self.view.concept:
            said.append(self.pick("The framework is a concept without legal force.", "Het kader is een concept zonder rechtskracht."))
        return " ".join(said)

    @staticmethod
    def _sentence(text: str) -> str:
        return text[:1].upper() + text[1:]


def _mirrored(up: Trial, down: Trial) -> bool:
    """Return whether a step down undoes what one up does."""
    claims = {*up.changes, *down.changes}
    return all(abs(up.of(claim) + down.of(claim)) <= MIRRORED for claim in claims)
