"""What is used and what comes in, region by region, while the chain is put together from its end to its beginning."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from allocator.baseline.build.figure import Figure, four_digits, twelve_digits

MONTHS = 12
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """A process with its undisturbed rate in runs a month."""

    process: str
    technology: str
    region: str
    runs_per_month: float
    figure: Figure


@dataclass
class Ledger:
    """Annual flows by (region, commodity).

    Quantities enter as they will stand in the files. Digits alone would leave gaps in the balances of small goods, so monthly flows and
    runs are rounded to a fixed number of decimals of their commodity or technology, claims to twelve such steps, and quantities per run to
    four digits: then sums have few digits themselves and the balances close to 1e-9.

    Attributes:
        claims: claims as figures, by (region, sector, commodity).
        flows: quantity per run by technology and direction, then commodity.
        decimals: decimals of a monthly flow by commodity, and of the monthly runs by technology.
        claimed: claims as they stand in the file.
        use: claims and process inputs.
        made: process outputs.
        runs: processes placed so far.
        trade: undisturbed flow in a month by (origin, destination, commodity).
        arrivals: imports by (commodity, region, origin) in a year.
    """

    claims: dict[tuple[str, str, str], Figure]
    flows: dict[tuple[str, str], dict[str, Figure]]
    decimals: dict[str, int]
    claimed: dict[tuple[str, str, str], float] = field(default_factory=dict)
    use: dict[Place, float] = field(default_factory=lambda: defaultdict(float))
    made: dict[Place, float] = field(default_factory=lambda: defaultdict(float))
    runs: list[Run] = field(default_factory=list)
    trade: dict[tuple[str, str, str], float] = field(default_factory=dict)
    arrivals: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Enter the claims."""
        for (region, sector, commodity), figure in self.claims.items():
            quantity = twelve_digits(MONTHS * self.step(commodity, figure.value / MONTHS))
            self.claimed[region, sector, commodity] = quantity
            self.use[region, commodity] += quantity

    def step(self, name: str, quantity: float) -> float:
        """Return a monthly flow of a commodity, or monthly runs of a technology, in its decimals."""
        return twelve_digits(round(quantity, self.decimals[name]))

    def add_claim(self, region: str, sector: str, commodity: str, figure: Figure) -> None:
        """Enter one more claim."""
        self.claims[region, sector, commodity] = figure
        self.claimed[region, sector, commodity] = twelve_digits(figure.value)
        self.use[region, commodity] += self.claimed[region, sector, commodity]

    def place(self, process: str, technology: str, region: str, annual_runs: Figure) -> None:
        """Place a process that makes `annual_runs` runs a year, with its inputs and outputs."""
        rate = self.step(technology, annual_runs.value / MONTHS)
        self.runs.append(Run(process, technology, region, rate, annual_runs))
        for direction, side in (("input", self.use), ("output", self.made)):
            for commodity, quantity in self.flows.get((technology, direction), {}).items():
                side[region, commodity] += rate * MONTHS * four_digits(quantity.value)

    def output_per_run(self, technology: str, commodity: str) -> float:
        """Return what one run of a technology gives of a commodity."""
        return four_digits(self.flows[technology, "output"][commodity].value)

    def regions_of(self, commodity: str) -> list[str]:
        """Return the regions that use or make a commodity."""
        return sorted({region for side in (self.use, self.made) for region, name in side if name == commodity and side[region, name] > 0})

    def traded(self, region: str, commodity: str) -> float:
        """Return what trade between states brings a region in a year, negative where it sends."""
        net = 0.0
        for (origin, destination, name), flow in sorted(self.trade.items()):
            if name == commodity:
                net += flow * MONTHS * ((destination == region) - (origin == region))
        return net

    def claims_behind(self, commodity: str) -> list[Figure]:
        """Return the claims on a commodity, or on the nearest goods made from it that are claimed."""
        goods, seen = {commodity}, {commodity}
        while goods:
            claims = [figure for (_, _, name), figure in self.claims.items() if name in goods]
            if claims:
                return claims
            users = [name for (name, way), inputs in sorted(self.flows.items()) if way == "input" and goods & set(inputs)]
            goods = {output for name in users for output in self.flows[name, "output"]} - seen
            seen |= goods
        raise ValueError(f"{commodity}: nothing made from it is claimed; add an application or a technology that uses it to the facts")

    def remainder(self, commodity: str, value: float, words: str) -> Figure:
        """Return a figure that closes a balance of a commodity: as uncertain as the claims behind it, and no better founded."""
        claims = self.claims_behind(commodity)
        outputs = [run.figure for run in self.runs if commodity in self.flows.get((run.technology, "output"), {})]
        total = sum(figure.value for figure in claims)
        assumed = frozenset({f"part of what is claimed of {commodity}"}) if any(figure.assumed for figure in claims) else frozenset[str]()
        return Figure(
            value,
            value * sum(figure.low for figure in claims) / total,
            value * sum(figure.high for figure in claims) / total,
            words,
            sources=frozenset[str]().union(*(figure.sources for figure in claims + outputs)),
            years=frozenset[str]().union(*(figure.years for figure in claims + outputs)),
            basis="assumed" if assumed else "derived",
            assumed=assumed,
            note=words,
        )

    def missing(self, region: str, commodity: str) -> float:
        """Return what a region uses in a year and neither makes nor gets from other states."""
        return self.use[region, commodity] - self.made[region, commodity] - self.traded(region, commodity)
