"""Reasons in words, for readers who know no linear programming: who is cut, what holds them back, and what would have changed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from allocator.case.standing import standing_of
from allocator.explain import Binding, Limit, Reason, Remedy, Trial, grounds_of
from allocator.report.law import basis_words, ground_words
from allocator.report.view import View

#: What a reader is told of a limit, in English and Dutch; the English is that of the model.
SAYS_NL = {
    "cap": "het kader laat niet meer toe dan dit deel van de vraag",
    "floor": "een voorraad geeft niets af onder de ondergrens",
    "inventory": "bedrijven hadden bij het begin niet meer in voorraad",
    "lane": "een vervoersverbinding kan niet meer aan dan haar capaciteit",
    "line": "een aanvoerlijn brengt na de verstoringen niet meer dan zij kan",
    "process": "een fabriek maakt na de verstoringen niet meer dan haar capaciteit",
    "release": "een voorraad geeft per periode niet meer af dan mag",
    "restraint": "een aanspraak levert niet meer in dan is opgelegd",
    "room": "bedrijven houden niet meer dan waar zij ruimte voor hebben",
    "stock": "een voorraad kan niet afgeven wat er niet ligt",
    "supply": "er gaat niet meer uit dan er binnenkomt",
    "working_stock": "bedrijven houden hun werkvoorraad",
}
#: Holders and chains are told up to this many.
MOST_TOLD = 6
#: Periods of a crisis are written as a stretch from this many on.
STRETCH = 3


class Teller:
    """Tells reasons in the language of a view."""

    def __init__(self, view: View) -> None:
        self.view, self.words, self.pick = view, view.language, view.language.pick

    # ---- names -------------------------------------------------------------------------------------------------------------------
    def claim(self, claim: str) -> str:
        """Name a claim: sector, region and commodity."""
        region, sector, commodity = claim.split("/")
        return f"{self.view.sector(sector)} in {self.view.place(region)}: {self.view.inside(self.view.commodity(commodity))}"

    def place(self, region: str, commodity: str) -> str:
        """Name a region and a commodity."""
        return f"{self.view.inside(self.view.commodity(commodity))} in {self.view.place(region)}"

    def limit(self, limit: Limit) -> str:
        """Name a limit."""
        pick, name = self.pick, limit.name
        if limit.kind == "line":
            line = self._lines[name]
            good = self.view.inside(self.view.commodity(limit.commodity))
            ends = self.view.place(str(line["origin"])), self.view.place(str(line["region"]))
            return pick("supply of {} from {} to {}", "aanvoer van {} uit {} naar {}").format(good, *ends)
        if limit.kind == "lane":
            lane = self._lanes[name]
            good = self.view.inside(self.view.commodity(limit.commodity))
            ends = self.view.place(str(lane["origin"])), self.view.place(str(lane["region"]))
            return pick("transport of {} from {} to {}", "vervoer van {} van {} naar {}").format(good, *ends)
        if limit.kind == "process":
            return pick("capacity of {}", "capaciteit van {}").format(self.process(name))
        if limit.kind in ("stock", "release", "floor"):
            what = {
                "stock": pick("what reserve '{}' holds", "wat er ligt in voorraad '{}'"),
                "release": pick("the largest release of reserve '{}'", "de grootste vrijgave van voorraad '{}'"),
                "floor": pick("the floor of reserve '{}'", "de ondergrens van voorraad '{}'"),
            }[limit.kind]
            return what.format(self.view.reserve(name))
        if limit.kind in ("cap", "restraint"):
            what = pick("cap of", "plafond van") if limit.kind == "cap" else pick("demand restraint of", "vraagbeperking van")
            return f"{what} {self.claim(name)}"
        what = {
            "inventory": pick("stocks of firms at the start of", "voorraad van bedrijven bij het begin van"),
            "working_stock": pick("working stock of", "werkvoorraad van"),
            "room": pick("storage room for", "opslagruimte voor"),
        }.get(limit.kind, pick("supply of", "aanbod van"))
        return f"{what} {self.place(*name.split('/'))}"

    def process(self, name: str) -> str:
        """Name a process: its technology and where it stands."""
        row = self._processes[name]
        technology = self.view.inside(self.view.name("technologies", str(row["technology"])))
        return f"{technology} in {self.view.place(str(row['region']))}"

    def says(self, limit: Limit) -> str:
        """Say what a limit says."""
        return self.pick(limit.says, SAYS_NL[limit.kind])

    @cached_property
    def _lines(self) -> dict[str, dict[Any, Any]]:
        return self.view.run.case.lines.set_index("line").to_dict("index")  # type: ignore[return-value]  # ids are text

    @cached_property
    def _lanes(self) -> dict[str, dict[Any, Any]]:
        return self.view.run.case.lanes.set_index("lane").to_dict("index")  # type: ignore[return-value]  # ids are text

    @cached_property
    def _processes(self) -> dict[str, dict[Any, Any]]:
        return self.view.run.case.processes.set_index("process").to_dict("index")  # type: ignore[return-value]  # ids are text

    # ---- figures -----------------------------------------------------------------------------------------------------------------
    def points(self, change: float) -> str:
        """Write a change of coverage in percentage points, without its sign."""
        points = self.words.amount(round(100.0 * abs(change), 6))
        return self.pick("{} percentage points", "{} procentpunt").format(points)

    def step(self, limit: Limit, trial: Trial) -> str:
        """Write a step of a limit, without its sign."""
        size = abs(trial.step)
        if limit.unit == "share":
            return self.pick("{} of demand", "{} van de vraag").format(self.words.percent(size))
        unit = self.pick("runs", "productiegangen") if limit.unit == "run" else self.words.unit(limit.unit)
        each = "" if limit.kind in ("stock", "inventory") else " " + self._each
        return f"{self.words.amount(size)} {unit}{each}"

    @property
    def _each(self) -> str:
        kind = self.view.run.case.horizon.period
        return {
            "month": self.pick("a month", "per maand"),
            "quarter": self.pick("a quarter", "per kwartaal"),
            "week": self.pick("a week", "per week"),
        }[kind]

    def periods(self, names: Sequence[str]) -> str:
        """Write periods: a stretch where they follow each other, else one by one, or how many of how many."""
        every = self.view.periods
        first = every.index(names[0])
        if list(names) == every[first : first + len(names)]:
            return self.words.span(names)
        if len(names) <= STRETCH:
            return self.words.listing([self.words.period(name) for name in names])
        text = self.pick("{} of the {} periods from {} to {}", "{} van de {} perioden van {} tot en met {}")
        ends = self.words.period(names[0]), self.words.period(names[-1])
        return text.format(len(names), every.index(names[-1]) - first + 1, *ends)

    # ---- sentences ---------------------------------------------------------------------------------------------------------------
    def tell(self, reason: Reason) -> Iterator[str]:
        """Yield the paragraphs of a reason."""
        yield self.what(reason)
        yield self.rank(reason)
        yield from (self.binding(reason, binding) for binding in reason.bindings)
        if not reason.bindings and not reason.capped:
            yield self.pick(
                "No single limit was found whose move by a hundredth changes this.",
                "Er is geen afzonderlijke grens gevonden die met een honderdste verschuiven hieraan iets verandert.",
            )
        if reason.inputs:
            yield self.inputs(reason)
        if reason.holders:
            yield self.holders(reason)
        if reason.remedies:
            yield from (self.remedy(reason, remedy) for remedy in reason.remedies)
        yield self.basis(reason)

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
        own = self.view.tier(reason.tier)
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
            return text.format(own, self.view.tier(reason.deciding_tier))
        shared = self.pick("whose claims share what there is", "waarbinnen de aanspraken delen wat er is")
        left = self.pick(
            "whose claims share what the classes before it leave", "waarbinnen de aanspraken delen wat de klassen ervoor overlaten"
        )
        text = self.pick(
            "It is in class {}, {}; there is too little for all of them.", "De aanspraak valt in klasse {}, {}; voor alle is het te weinig."
        )
        return text.format(own, shared if reason.tier == 1 else left)

    def binding(self, reason: Reason, binding: Binding) -> str:
        """Say which limit holds a claim back, how it reaches it, and what moving it does."""
        limit, claim = binding.limit, reason.claim
        parts = [self.pick("What holds it back: {} ({}).", "Wat haar tegenhoudt: {} ({}).").format(self.limit(limit), self.says(limit))]
        if binding.chain:
            parts.append(self.chain(binding))
        parts += [self.trial(limit, trial, claim) for trial in (binding.up, binding.down) if trial and trial.changes]
        if limit.rule:
            parts.append(self.pick("Rule: {}; basis: {}.", "Regel: {}; grondslag: {}.").format(limit.rule, limit.legal_basis))
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
        """Yield who else gains and who loses most."""
        gains, loses = trial.gains_most(claim), trial.loses_most(claim)
        if gains:
            text = self.pick("of others {} gains most, {}", "van de anderen wint {} het meest, {}")
            yield text.format(self.claim(gains[0]), self.points(gains[1]))
        if loses:
            text = self.pick("{} loses most, {}", "{} verliest het meest, {}")
            yield text.format(self.claim(loses[0]), self.points(loses[1]))

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
        parts = []
        for holder in reason.holders[:MOST_TOLD]:
            good = self.view.inside(self.view.commodity(holder.commodity))
            text = self.pick("class {} {} {}", "klasse {} {} {}")
            parts.append(text.format(holder.tier, self.words.quantity(holder.quantity, holder.unit), good))
        text = self.pick(
            "Who has what it lacks, where it is scarce and while this claim is short: {}.",
            "Wie heeft wat hier ontbreekt, waar het schaars is en zolang deze aanspraak tekortkomt: {}.",
        )
        return text.format(self.words.listing(parts))

    def remedy(self, reason: Reason, remedy: Remedy) -> str:
        """Say what would have changed the cut, and at whose expense."""
        region, _, commodity = reason.claim.split("/")
        what = {
            "supply": self.pick("{} more {} over its short periods", "{} meer {} in de perioden van het tekort").format(
                self.words.quantity(remedy.amount, reason.unit), self.place(region, commodity)
            ),
            "guarantee": self.pick("A guarantee of {} before all classes", "Een gegarandeerd minimum van {} voor alle klassen").format(
                self.words.percent(remedy.amount)
            ),
            "cap": self.pick("A cap of {}", "Een plafond van {}").format(self.words.percent(remedy.amount)),
            "rank": self.pick("A place in class {}", "Een plaats in klasse {}").format(
                self.view.tier(int(remedy.amount)) if remedy.kind == "rank" else ""
            ),
        }[remedy.kind]
        full = remedy.target >= 1.0
        goal = self.pick("in full", "volledig") if full else self.pick("to {}", "tot {}").format(self.words.percent(remedy.target))
        if remedy.suffices:
            text = self.pick("{} would have met it {} in every period; it {}.", "{} had de vraag in elke periode {} gedekt; dat {}.")
            return text.format(what, goal, self.effect(remedy.trial, reason.claim))
        reached = self.words.percent(remedy.reached)
        text = self.pick(
            "{} would not have met it {}: the worst period would stand at {}.",
            "{} had de vraag niet {} gedekt: de slechtste periode kwam op {}.",
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
