"""Names and figures of an explanation in words: claims, limits and steps of a limit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from allocator.case.scope import EXPORTS
from allocator.explain import Limit, Trial
from allocator.explain.limits import KINDS, OF_CLAIMS
from allocator.report.view import View

#: What a reader is told of a limit, in English and Dutch; the English is that of the model.
SAYS_NL = {
    "cap": "het kader laat niet meer toe dan dit deel van de vraag",
    "floor": "een voorraad geeft niets af onder de ondergrens",
    "guard": "delen maakt geen lid slechter af dan alleen",
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
#: Periods of a crisis are written as a stretch from this many on.
STRETCH = 3


class Namer:
    """Names what an explanation is about, in the language of a view."""

    def __init__(self, view: View) -> None:
        self.view, self.words, self.pick = view, view.language, view.language.pick

    # ---- names -------------------------------------------------------------------------------------------------------------------
    def claim(self, claim: str) -> str:
        """Name a claim: sector, region and commodity."""
        region, sector, commodity = claim.split("/")
        return f"{self._of(sector, region)}: {self.view.inside(self.view.commodity(commodity))}"

    def claim_inside(self, claim: str) -> str:
        """Name a claim inside a sentence."""
        region, sector, commodity = claim.split("/")
        good = self.view.inside(self.view.commodity(commodity))
        return f"{self.view.inside(self._of(sector, region))} ({good})"

    def _of(self, sector: str, region: str) -> str:
        """Name a sector where it stands; use outside the scope by where its goods come from."""
        where = self.pick("from", "vanuit") if sector == EXPORTS else "in"
        return f"{self.view.sector(sector)} {where} {self.view.place(region)}"

    def rank_name(self, rank: int) -> str:
        """Rank and name of a class inside a sentence."""
        return "{} ({})".format(*self.view.tier(rank).split(". ", 1))

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
        if limit.kind in OF_CLAIMS:
            what = {
                "cap": pick("cap of {}", "plafond van {}"),
                "guard": pick("the shortage that {} would have alone", "het tekort dat {} alleen zou hebben"),
                "restraint": pick("demand restraint of {}", "vraagbeperking van {}"),
            }[limit.kind]
            return what.format(self.claim_inside(name))
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
        each = " " + self._each if KINDS[limit.kind].at == "horizon" else ""
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
