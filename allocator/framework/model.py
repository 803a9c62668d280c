"""A priority framework as it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from allocator.closed import (
    ClosedModel,
    CommodityId,
    CommodityList,
    CrisisLevel,
    Id,
    RegionId,
    ReserveId,
    SectorId,
    SectorList,
    Text,
    choices,
    fault,
)
from allocator.framework.basis import Bases, Basis
from allocator.framework.claims import FROM_LEVEL, Cap, Exemption, FromLevel, Guarantee, Override, PriorityOrder, holds_at
from allocator.framework.closing import TENTHS, HarmPiece, whole_curve
from allocator.framework.dated import Dated
from allocator.yaml_file import PathTuple, SourceFile

#: levers that `levels` may name; a test holds it equal to the registry of levers, which lies beside this package
LEVER_KINDS = (
    *("demand_restraint", "emergency_purchase", "export_retention", "inventory_direction", "joint_purchase", "loan", "recycling_ramp_up"),
    *("refill", "reserve_release", "substitution"),
)
DEFAULT = "default"
Use = Literal["first", "last"]


def _lever_kind(value: str) -> str:
    if value not in LEVER_KINDS:
        raise fault("07", f"unknown lever '{value}'" + choices(list(LEVER_KINDS), value))
    return value


def _lever_or_default(value: str) -> str:
    return value if value == DEFAULT else _lever_kind(value)


def _level(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isdigit() else value


class Rule(ClosedModel):
    """How claims share what their rank leaves them."""

    rule: Literal["leximin", "soft_priorities", "weighted"] = Field(
        description="how the tier shares: leximin raises the lowest coverage first, soft_priorities serves higher priorities first, "
        "weighted makes the harm of shortages least"
    )
    over: Literal["period", "horizon", "cumulative"] = Field(
        default="period", description="coverage counted per period, over the horizon, or over the horizon and earlier rounds"
    )
    satisfied_at: float = Field(
        default=1.0, gt=0, le=1, description="coverage from which on lower tiers go first; what is left to give is given after all tiers"
    )
    priorities: dict[SectorId, float] = Field(default={}, description="with soft_priorities: a priority for each sector; higher goes first")
    width: float | None = Field(default=None, gt=0, description="with soft_priorities: priorities less than this apart share")

    @model_validator(mode="after")
    def _is_whole(self) -> Rule:
        problem = self._problem()
        if problem:
            key, message = problem
            where = (key,) if key in self.model_fields_set else ("rule",)
            details = InitErrorDetails(type=fault("28", message), loc=where, input=getattr(self, key))
            raise ValidationError.from_exception_data(type(self).__name__, [details])
        return self

    def _problem(self) -> tuple[str, str] | None:
        if self.rule == "soft_priorities":
            if not self.priorities:
                return "priorities", "soft_priorities needs priorities, a number for each sector of the tier"
            if self.width is None:
                return "width", "soft_priorities needs a width; priorities less than it apart share"
        elif self.priorities or self.width is not None:
            key = "priorities" if self.priorities else "width"
            return key, f"{key} go with rule: soft_priorities; leave them out, or write that rule"
        if self.satisfied_at < 1.0 and self.rule != "leximin":
            return "satisfied_at", f"satisfied_at goes with rule: leximin, not with {self.rule}; leave it out"
        if self.rule == "weighted" and self.over != "period":
            return "over", "harm is summed over the periods anyway; leave over out"
        return None

    def offset(self, sector: str) -> float:
        """Return what a soft priority takes off the coverage that is compared; 0 under other rules."""
        if self.width is None:
            return 0.0
        return (self.priorities[sector] - min(self.priorities.values())) / self.width


class CommodityRule(Rule):
    """Another rule for some commodities of a tier."""

    commodities: tuple[CommodityId, ...] = Field(min_length=1, description="commodities that it holds for")
    from_level: FromLevel | None = FROM_LEVEL


class Tier(Rule):
    """A rank: everything its sectors can get, they get before the next rank gets anything."""

    rank: int = Field(ge=1, le=99, description="1 is served first")
    name: Text = Field(description="name in English and Dutch")
    sectors: SectorList = Field(description="sectors of this rank")
    commodities: CommodityList = Field(
        default="all", description="commodities for which they have this rank; all: those for which no other tier names them"
    )
    rules: tuple[CommodityRule, ...] = Field(default=(), description="other rules for some commodities, applied before the tier's own")
    delegated: Literal["region"] | None = Field(
        default=None, description="region: regions may put their own claims of this tier in an order of their own"
    )
    orders: dict[RegionId, tuple[SectorList, ...]] = Field(
        default={}, description="by region, groups of sectors from first to last; those that are left out come last"
    )
    cap: Dated | None = Field(default=None, description="largest share of demand that may be met, by date")
    basis: Basis = Field(description="legal ground")

    def rule_for(self, commodity: str, level: int) -> tuple[int, Rule]:
        """Return the rule for a commodity at a crisis level and its place in the order in which rules are applied.

        Of several exceptions for it the one of the highest level holds.
        """
        mine = [
            (exception.from_level or 0, number)
            for number, exception in enumerate(self.rules)
            if commodity in exception.commodities and holds_at(exception.from_level, level)
        ]
        if not mine:
            return len(self.rules), self
        _, number = max(mine)
        return number, self.rules[number]

    def order_of(self, region: str, sector: str) -> int:
        """Return the place of a sector in a region's own order, from 1; 0 where the region has none."""
        if region not in self.orders:
            return 0
        groups = self.orders[region]
        return next((number for number, group in enumerate(groups, 1) if sector in group), len(groups) + 1)


def _by_rank(tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    return tuple(sorted(tiers, key=lambda tier: tier.rank))


class Reserves(ClosedModel):
    """Which ranks may draw on which reserve."""

    draw: dict[ReserveId, Annotated[int, Field(ge=1, le=99)]] = Field(
        default={}, description="lowest rank that may draw, by reserve, or default"
    )
    use: Use | dict[ReserveId, Use] = Field(
        default="last", description="last: the market's volume goes first; first: it is drawn on before the market; or by reserve"
    )

    def rank_of(self, reserve: str) -> int | None:
        """Return the lowest rank that may draw on a reserve; None when the framework does not say."""
        return self.draw.get(reserve, self.draw.get(DEFAULT))

    def use_of(self, reserve: str) -> Use:
        """Return whether a reserve is drawn on before the market or last; last when the framework does not say."""
        return self.use if isinstance(self.use, str) else self.use.get(reserve, self.use.get(DEFAULT, "last"))


class Levers(ClosedModel):
    """Which ranks may use levers that bring goods, what all levers may cost, and how many may be used."""

    draw: dict[Annotated[str, AfterValidator(_lever_or_default)], Annotated[int, Field(ge=1, le=99)]] = Field(
        default={}, description="lowest rank for which a kind of lever may be used, or default; left out: every rank"
    )
    budget_eur: float | None = Field(
        default=None, ge=0, description="most that all levers may cost together over the horizon, in EUR; left out: no limit"
    )
    at_most_together: int | None = Field(default=None, ge=0, description="most levers that may be used; left out: all")

    def rank_of(self, kind: str, lowest: int) -> int:
        """Return the lowest rank for which a kind of lever may be used, `lowest` where the framework does not say."""
        return min(lowest, self.draw.get(kind, self.draw.get(DEFAULT, lowest)))


class Restraint(ClosedModel):
    """When giving up demand is an order and not a request."""

    mandatory_from_level: CrisisLevel = Field(description="crisis level from which restraint is mandatory")


class Sharing(ClosedModel):
    """How members share what they have."""

    NOT_YET: ClassVar[Mapping[str, str]] = {"key": "leave it out: what is pooled is not divided by a key"}
    VALUES_NOT_YET: ClassVar[Mapping[str, tuple[object, ...]]] = {"mode": ("rights",)}

    mode: Literal["pooled", "standalone"] = Field(
        default="pooled",
        description="pooled: volume moves freely as far as lanes carry it; standalone: lanes carry no more than was traded before, and "
        "what reserves release is used where they lie",
    )
    no_member_worse_off: bool = Field(
        default=False, description="true: no claim is short of more, over the horizon and the tail, than it would be standalone"
    )


class Framework(ClosedModel):
    """The law of a run: ranks, guarantees, and which measures may be taken when."""

    framework: Id = Field(description="id of the framework")
    title: Text = Field(default_factory=Text.of_id("framework"), description="title in English and Dutch; left out: the id")
    status: Literal["concept", "adopted"] = Field(description="concept or adopted; a concept has no legal force")
    owner: Id = Field(description="who is responsible for the framework")
    tiers: Annotated[tuple[Tier, ...], AfterValidator(_by_rank)] = Field(min_length=1, description="ranks, each with its sectors")
    guarantees: tuple[Guarantee, ...] = Field(default=(), description="shares that come before the rest")
    caps: tuple[Cap, ...] = Field(default=(), description="largest shares of demand that may be met, besides those of tiers")
    exemptions: tuple[Exemption, ...] = Field(default=(), description="sectors that are exempt from caps or restraint until a day")
    overrides: tuple[Override, ...] = Field(default=(), description="manual minimums and ranks of claims until a day")
    priority_orders: tuple[PriorityOrder, ...] = Field(
        default=(), description="orders that several regimes put first; they bind nothing, their conflicts are reported"
    )
    reserves: Reserves = Field(default=Reserves(), description="who may draw on reserves")
    levers: Levers = Field(default=Levers(), description="who may use levers that bring goods")
    restraint: Restraint | None = Field(default=None, description="when restraint is mandatory")
    sharing: Sharing = Field(default=Sharing(), description="how members share")
    levels: dict[
        Annotated[CrisisLevel, BeforeValidator(_level)],
        Annotated[tuple[Annotated[str, AfterValidator(_lever_kind)], ...], Field(min_length=1)],
    ] = Field(default={}, description="levers that may be used from a crisis level on")
    closing: Annotated[tuple[HarmPiece, ...], Field(min_length=1), AfterValidator(whole_curve)] = Field(
        default=TENTHS,
        description="where plants that need a minimum cannot all run: curve of harm by which it is chosen who stands still; left out: each "
        "tenth missed does twice the harm of the one before",
    )
    tie_break: Literal["by_name"] = Field(default="by_name", description="by_name: what remains open is settled by names, always alike")
    bases: Bases = Field(default=Bases(), description="legal grounds of the rules that are not about one rank or claim")
    _source: SourceFile = PrivateAttr()

    @property
    def source(self) -> SourceFile:
        """The file it was read from, with the place of every key."""
        return self._source

    @property
    def sectors(self) -> frozenset[str]:
        """All sectors that have a tier."""
        return frozenset(sector for tier in self.tiers for sector in tier.sectors)

    @property
    def ungrounded(self) -> tuple[Tier, ...]:
        """Tiers of an adopted framework whose basis is no act in force; none of a concept, which has no legal force anyway."""
        return tuple(tier for tier in self.tiers if self.status == "adopted" and tier.basis.status != "in_force")

    def tier_of(self, sector: str, commodity: str = "") -> Tier | None:
        """Return the tier of a sector for a commodity, or the one that has no commodities of its own; None when there is none."""
        own = [tier for tier in self.tiers if sector in tier.sectors]
        named = [tier for tier in own if tier.commodities != "all" and commodity in tier.commodities]
        return next(iter([*named, *(tier for tier in own if tier.commodities == "all")]), None)

    def opens(self, lever: str, level: int) -> bool:
        """Whether a kind of lever may be used at a crisis level."""
        return any(lever in kinds for start, kinds in self.levels.items() if start <= level)

    def path_of(self, tier: Tier) -> PathTuple:
        """Return where a tier stands in the file; `tiers` is sorted by rank, the file need not be."""
        ranks = [at_path(written, "rank") for written in at_path(self.source.tree, "tiers")]
        return "tiers", ranks.index(tier.rank)

    def path_of_rule(self, tier: Tier, commodity: str, level: int) -> PathTuple:
        """Return where a tier's rule for a commodity stands in the file."""
        place, rule = tier.rule_for(commodity, level)
        return (*self.path_of(tier), *(("rules", place) if rule is not tier else ()))

    def dated(self, level: int) -> Iterator[tuple[PathTuple, Dated]]:
        """Yield every dated parameter that holds at a crisis level, with its path in the file."""
        for tier in self.tiers:
            if tier.cap is not None:
                yield (*self.path_of(tier), "cap"), tier.cap
        for path, rule in self._shares():
            if holds_at(rule.from_level, level):
                yield (*path, "share"), rule.share

    def _shares(self) -> Iterator[tuple[PathTuple, Guarantee | Cap]]:
        yield from ((("guarantees", number), guarantee) for number, guarantee in enumerate(self.guarantees))
        yield from ((("caps", number), cap) for number, cap in enumerate(self.caps))

    def off_at(self, level: int) -> Iterator[tuple[PathTuple, str]]:
        """Yield every rule that holds only from a higher crisis level on: its path in the file and whom it is for."""
        for path, rule in self._shares():
            if not holds_at(rule.from_level, level):
                yield path, rule.named
        for tier in self.tiers:
            for number, exception in enumerate(tier.rules):
                if not holds_at(exception.from_level, level):
                    yield (*self.path_of(tier), "rules", number), ", ".join(exception.commodities)


def at_path(tree: Any, *path: str | int) -> Any:
    """Return what a raw tree holds at a path, None where it does not go that far."""
    for part in path:
        try:
            tree = tree[part]
        except (KeyError, IndexError, TypeError):
            return None
    return tree
