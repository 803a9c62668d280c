"""A priority framework as it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, ValidationError, ValidationInfo, model_validator
from pydantic_core import InitErrorDetails

from allocator.closed import ClosedModel, CommodityId, CrisisLevel, Id, ReserveId, SectorId, SectorList, Text, choices, fault
from allocator.framework.dated import Dated, Day
from allocator.framework.legal import Article, LegalRegister
from allocator.yaml_file import PathTuple, SourceFile

#: levers that `levels` may name; a test holds it equal to the registry of levers, which lies beside this package
LEVER_KINDS = ("demand_restraint", "reserve_release")
LEVER_KINDS_NOT_YET = ("emergency_purchase",)
DEFAULT = "default"


def _lever_kind(value: str) -> str:
    if value in LEVER_KINDS_NOT_YET:
        raise fault("06", f"{value} is not supported yet; supported: {', '.join(LEVER_KINDS)}")
    if value not in LEVER_KINDS:
        raise fault("07", f"unknown lever '{value}'" + choices(list(LEVER_KINDS), value))
    return value


def _article(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _level(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isdigit() else value


class Basis(ClosedModel):
    """The legal ground of a rule; only articles listed as citable in legal.csv may be cited."""

    status: Literal["in_force", "proposed", "none"] = Field(description="in_force, proposed, or none when there is no act")
    act: str | None = Field(default=None, description="id or title of the act, as in legal.csv")
    article: Annotated[str | None, BeforeValidator(_article)] = Field(
        default=None,
        description="number of the article, as in legal.csv",
        json_schema_extra={"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
    )
    in_force: Day | None = Field(default=None, description="day from which the article is in force")
    note: str | None = Field(default=None, description="what the rule is modelled on, or why there is no act")

    @model_validator(mode="after")
    def _is_listed(self, info: ValidationInfo) -> Basis:
        legal: LegalRegister | None = (info.context or {}).get("legal")
        problem = self._problem(legal)
        if problem:
            key, number, message = problem
            given = getattr(self, key)
            raise ValidationError.from_exception_data("Basis", [InitErrorDetails(type=fault(number, message), loc=(key,), input=given)])
        return self

    def _problem(self, legal: LegalRegister | None) -> tuple[str, str, str] | None:
        if self.status == "none":
            if self.act or self.article or self.in_force:
                return "status", "24", "status none says that there is no act; leave out act, article and in_force, or correct the status"
            return None if self.note else ("status", "24", "say in a note why there is no act, or what the rule is modelled on")
        if not self.act or not self.article:
            missing = "act and article" if not self.act and not self.article else "act" if not self.act else "article"
            return "status", "24", f"status {self.status} needs {missing}; name what legal.csv lists, or write status: none with a note"
        if legal is None:
            return None
        articles = legal.of_act(self.act)
        if not articles:
            return "act", "23", f"{legal.unknown_act(self.act)}; without an act write status: none with a note"
        if self.article not in articles:
            known = choices(list(articles))
            return "article", "23", f"legal.csv lists no article '{self.article}' of {self.act}{known}; never cite what is not listed"
        return self._disagreement(articles[self.article])

    def _disagreement(self, row: Article) -> tuple[str, str, str] | None:
        if not row.citable:
            return "article", "23", f"the text of article {row.article} of {row.act} was not seen, so no rule can rest on it"
        if row.status != self.status:
            return "status", "24", f"legal.csv says {row.status} for article {row.article} of {row.act}, not {self.status}"
        if self.in_force and row.in_force_from and not self.in_force.isoformat().startswith(row.in_force_from):
            return (
                "in_force",
                "24",
                f"legal.csv says from {row.in_force_from} on for article {row.article} of {row.act}, not {self.in_force}",
            )
        return None


class Tier(ClosedModel):
    """A rank: everything its sectors can get, they get before the next rank gets anything."""

    NOT_YET: ClassVar[Mapping[str, str]] = {
        "delegated": "leave it out: the order within a tier is the framework's everywhere",
        "commodities": "leave it out: a tier holds for all commodities",
        "satisfied_at": "leave it out: a tier is served as far as supply goes",
    }
    VALUES_NOT_YET: ClassVar[Mapping[str, tuple[object, ...]]] = {"rule": ("weighted",)}

    rank: int = Field(ge=1, le=99, description="1 is served first")
    name: Text = Field(description="name in English and Dutch")
    sectors: SectorList = Field(description="sectors of this rank")
    rule: Literal["leximin"] = Field(description="how the tier shares: leximin raises the lowest coverage first")
    over: Literal["period", "horizon"] = Field(default="period", description="coverage counted per period, or over the horizon")
    cap: Dated | None = Field(default=None, description="largest share of demand that may be met, by date")
    basis: Basis = Field(description="legal ground")


def _by_rank(tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    return tuple(sorted(tiers, key=lambda tier: tier.rank))


class Guarantee(ClosedModel):
    """A share of a sector's demand that comes before the rest."""

    sector: SectorId = Field(description="sector that is guaranteed its share")
    commodity: CommodityId = Field(description="commodity")
    share: Dated = Field(description="guaranteed share of demand, by date")
    before: Literal["tiers", "own_tier"] = Field(default="tiers", description="served before all tiers, or first within its own")
    hard: bool = Field(default=False, description="true: a case in which it cannot hold is refused")
    basis: Basis = Field(description="legal ground")


class Reserves(ClosedModel):
    """Which ranks may draw on which reserve."""

    VALUES_NOT_YET: ClassVar[Mapping[str, tuple[object, ...]]] = {"use": ("first",)}

    draw: dict[ReserveId, Annotated[int, Field(ge=1, le=99)]] = Field(
        default={}, description="lowest rank that may draw, by reserve, or default"
    )
    use: Literal["last"] = Field(default="last", description="last: the market's volume goes first")

    def rank_of(self, reserve: str) -> int | None:
        """Return the lowest rank that may draw on a reserve; None when the framework does not say."""
        return self.draw.get(reserve, self.draw.get(DEFAULT))


class Restraint(ClosedModel):
    """When giving up demand is an order and not a request."""

    mandatory_from_level: CrisisLevel = Field(description="crisis level from which restraint is mandatory")


class Sharing(ClosedModel):
    """How members share what they have."""

    NOT_YET: ClassVar[Mapping[str, str]] = {"key": "leave it out: what is pooled is not divided by a key"}
    VALUES_NOT_YET: ClassVar[Mapping[str, tuple[object, ...]]] = {"mode": ("standalone", "rights"), "no_member_worse_off": (True,)}

    mode: Literal["pooled"] = Field(default="pooled", description="pooled: volume moves freely as far as lanes carry it")
    no_member_worse_off: Literal[False] = Field(default=False, description="guard against a loss by sharing; false: no guard")


class Framework(ClosedModel):
    """The law of a run: ranks, guarantees, and which measures may be taken when."""

    NOT_YET: ClassVar[Mapping[str, str]] = {"levers": "leave it out: there is no budget and no largest number of levers"}

    framework: Id = Field(description="id of the framework")
    title: Text = Field(default_factory=Text.of_id("framework"), description="title in English and Dutch; left out: the id")
    status: Literal["concept", "adopted"] = Field(description="concept or adopted; a concept has no legal force")
    owner: Id = Field(description="who is responsible for the framework")
    tiers: Annotated[tuple[Tier, ...], AfterValidator(_by_rank)] = Field(min_length=1, description="ranks, each with its sectors")
    guarantees: tuple[Guarantee, ...] = Field(default=(), description="shares that come before the rest")
    reserves: Reserves = Field(default=Reserves(), description="who may draw on reserves")
    restraint: Restraint | None = Field(default=None, description="when restraint is mandatory")
    sharing: Sharing = Field(default=Sharing(), description="how members share")
    levels: dict[Annotated[CrisisLevel, BeforeValidator(_level)], tuple[Annotated[str, AfterValidator(_lever_kind)], ...]] = Field(
        default={}, description="levers that may be used from a crisis level on"
    )
    tie_break: Literal["by_name"] = Field(default="by_name", description="by_name: what remains open is settled by names, always alike")
    _source: SourceFile = PrivateAttr()

    @property
    def source(self) -> SourceFile:
        """The file it was read from, with the place of every key."""
        return self._source

    @property
    def sectors(self) -> frozenset[str]:
        """All sectors that have a tier."""
        return frozenset(sector for tier in self.tiers for sector in tier.sectors)

    def tier_of(self, sector: str) -> int | None:
        """Return the rank of a sector; None when it is in no tier."""
        return next((tier.rank for tier in self.tiers if sector in tier.sectors), None)

    def opens(self, lever: str, level: int) -> bool:
        """Whether a kind of lever may be used at a crisis level."""
        return any(lever in kinds for start, kinds in self.levels.items() if start <= level)

    def _path_of(self, tier: Tier) -> PathTuple:
        """Return where a tier stands in the file; `tiers` is sorted by rank, the file need not be."""
        ranks = [at_path(written, "rank") for written in at_path(self.source.tree, "tiers")]
        return ("tiers", ranks.index(tier.rank))

    def dated(self) -> Iterator[tuple[PathTuple, Dated]]:
        """Yield every dated parameter with its path in the file."""
        for tier in self.tiers:
            if tier.cap is not None:
                yield (*self._path_of(tier), "cap"), tier.cap
        for number, guarantee in enumerate(self.guarantees):
            yield ("guarantees", number, "share"), guarantee.share


def at_path(tree: Any, *path: str | int) -> Any:
    """Return what a raw tree holds at a path, None where it does not go that far."""
    for part in path:
        try:
            tree = tree[part]
        except (KeyError, IndexError, TypeError):
            return None
    return tree
