"""The files of a baseline package: their columns, what a cell may hold, and what makes a row unique.

Reading, the tests of cells and ``datapackage.json`` are all made from these declarations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["text", "word", "number", "date", "year", "country"]

UNITS = ("MW", "MWh", "piece", "t")
STAGES = ("component", "end_product", "raw", "refined", "semi_finished")
TECHNOLOGY_KINDS = ("alloying", "assembly", "recycling", "refining", "substitution")
BASES = ("assumed", "derived", "reported")
#: What is published: a reliance of the Union, or shares of countries in its sourcing, its imports or the production of the world.
PUBLISHED = ("import_reliance", "union_imports", "union_sourcing", "world_production")
#: Who carries the words of a source, where these were not read at its publisher's.
CARRIER_KINDS = ("data_package", "press", "repository")
#: What stands beside countries: the owner of common reserves, and origins that are not told apart.
UNION = "EU"
REST_OF_WORLD = "ROW"
LARGEST = 1e12
LONGEST = 1095.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: heading in the file.
        kind: ``text`` anything; ``word`` an identifier or one of `words`; ``number``; ``date`` as 2026-03-01; ``year`` as 2024, 2016-2020
            or several parted by "; "; ``country`` as in ISO 3166-1 alpha-3, or one of `words`.
        title: what stands in it, in one sentence; goes into ``datapackage.json``.
        minimum, maximum: bounds of a number, both allowed values.
        words: the only words allowed, empty for any; of a country, what is allowed beside countries.
        may_be_empty: whether the cell may be left empty.
        refers_to: ``table.column`` whose values are the only ones allowed.
        optional: whether a file may lack the column, which is then empty.
    """

    name: str
    kind: Kind
    title: str
    minimum: float | None = None
    maximum: float | None = None
    words: tuple[str, ...] = ()
    may_be_empty: bool = False
    refers_to: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One file; `key` makes a row unique and `figure` is the column that `low` and `high` enclose (empty: none).

    A package may lack the file of an `optional` table, which is then without rows.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    figure: str = ""
    optional: bool = False

    @property
    def file(self) -> str:
        """Name of the file."""
        return f"{self.name}.csv"

    @property
    def names(self) -> tuple[str, ...]:
        """Headings in the order of the file."""
        return tuple(column.name for column in self.columns)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Headings that the file may lack."""
        return tuple(column.name for column in self.columns if column.optional)


def word(name: str, title: str, *words: str, refers_to: str = "", may_be_empty: bool = False) -> Column:
    """Return a column of identifiers or of a closed list of words."""
    return Column(name, "word", title, words=words, refers_to=refers_to, may_be_empty=may_be_empty)


def text(name: str, title: str, may_be_empty: bool = False) -> Column:
    """Return a column of free text."""
    return Column(name, "text", title, may_be_empty=may_be_empty)


def amount(name: str, title: str) -> Column:
    """Return a column of numbers from 0 up, to what no good on earth exceeds."""
    return Column(name, "number", title, minimum=0, maximum=LARGEST)


def days(name: str, title: str) -> Column:
    """Return a column of days, at most three years: longer leads would only make the modelled tail endless."""
    return Column(name, "number", title, minimum=0, maximum=LONGEST)


def share(name: str, title: str) -> Column:
    """Return a column of numbers from 0 to 1."""
    return Column(name, "number", title, minimum=0, maximum=1)


def date(name: str, title: str, may_be_empty: bool = False) -> Column:
    """Return a column of dates."""
    return Column(name, "date", title, may_be_empty=may_be_empty)


def country(name: str, title: str, *others: str) -> Column:
    """Return a column of countries, or one of `others`."""
    return Column(name, "country", title, words=others)


def _table(
    name: str, title: str, key: tuple[str, ...], *columns: Column, figure: str = "", cited: bool = True, optional: bool = False
) -> Table:
    bounds = (amount("low", f"lowest plausible {figure}"), amount("high", f"highest plausible {figure}")) if figure else ()
    citation = (
        text("source", "ids in sources.csv, parted by '; '"),
        Column("year", "year", "year or period of the figure, several parted by '; '"),
        word("basis", "reported, derived (arithmetic in the note) or assumed (reason in the note)", *BASES),
        text("note", "arithmetic or reason", may_be_empty=True),
    )
    return Table(name, title, (*columns, *bounds, *(citation if cited else ())), key, figure, optional)


_COMMODITY = word("commodity", "what is asked for, made or moved", refers_to="commodities.commodity")
_REGION = word("region", "member state, ISO 3166-1 alpha-3", refers_to="regions.region")
_SECTOR = word("sector", "who uses it", refers_to="sectors.sector")
_TECHNOLOGY = word("technology", "way of making", refers_to="technologies.technology")
_UNIT = word("unit", "unit of the commodity", *UNITS)
_NAMES = (text("name_en", "English name"), text("name_nl", "Dutch name"))

_COMPARED = (
    _COMMODITY,
    word("figure", "what is published", *PUBLISHED),
    country("place", "country, ROW for the rest of the world, or EU for a figure of the Union", REST_OF_WORLD, UNION),
)
_DECLARED = (
    _table(
        "commodities",
        "Goods that can be short, at every stage that moves as such",
        ("commodity",),
        word("commodity", "identifier"),
        *_NAMES,
        word("material", "material of the goods"),
        word("stage", "place in the chain", *STAGES),
        _UNIT,
        share("loss_per_month", "share lost in 30 days of storage or transport"),
        amount("price_eur", "price before the crisis, EUR per unit"),
        figure="price_eur",
    ),
    _table(
        "lists",
        "Lists of critical materials by edition",
        ("list", "edition", "material"),
        word("list", "name of the list"),
        text("edition", "edition of the list"),
        date("from", "in force from; empty only in an edition without entries", may_be_empty=True),
        date("until", "in force until", may_be_empty=True),
        word("material", "material on the list; empty in the only row of an edition without entries", may_be_empty=True),
    ),
    _table(
        "regions",
        "Member states",
        ("region",),
        word("region", "ISO 3166-1 alpha-3"),
        *_NAMES,
        word("kind", "kind of region", "member_state"),
        share("gdp_share", "share of the gross domestic product of the 27"),
        share("population_share", "share of the population of the 27"),
        share("import_value_share", "share of the value of imports of critical materials of the 27"),
    ),
    _table("sectors", "Users", ("sector",), word("sector", "identifier"), *_NAMES, text("nace", "NACE division", may_be_empty=True)),
    _table(
        "sector_keys",
        "Share of each member state in a sector",
        ("region", "sector"),
        _REGION,
        _SECTOR,
        share("share", "share of the sector that stands in the region"),
        figure="share",
    ),
    _table(
        "demands",
        "Claims: what a sector of a region asks for in a year at the last modelled stage",
        ("region", "sector", "commodity"),
        _REGION,
        _SECTOR,
        _COMMODITY,
        amount("annual_quantity", "quantity in a year"),
        _UNIT,
        figure="annual_quantity",
    ),
    _table(
        "supply_lines",
        "Imports: undisturbed dispatch by origin and destination, measured on arrival",
        ("line",),
        word("line", "identifier"),
        _COMMODITY,
        country("origin", "country of origin, ISO 3166-1 alpha-3, ROW for the rest of the world", REST_OF_WORLD),
        _REGION,
        word("route", "way taken", refers_to="routes.route"),
        amount("annual_quantity", "quantity that arrives in a year"),
        _UNIT,
        days("lead_days", "days from dispatch to arrival"),
        Column("premium_eur", "number", "EUR per unit above the price of the baseline"),
        share("spare_share", "dispatch possible above annual_quantity, as a share of it"),
        figure="annual_quantity",
    ),
    _table(
        "routes",
        "Chokepoints that a route passes, one row each; a route without any has one row with an empty chokepoint",
        ("route", "chokepoint"),
        word("route", "identifier"),
        word("chokepoint", "passed on the way", refers_to="chokepoints.chokepoint", may_be_empty=True),
    ),
    _table("chokepoints", "Straits and canals", ("chokepoint",), word("chokepoint", "identifier"), *_NAMES),
    _table(
        "technologies",
        "Ways of making one good from others",
        ("technology",),
        word("technology", "identifier"),
        *_NAMES,
        word("kind", "kind of process", *TECHNOLOGY_KINDS),
        days("lead_days", "days from input to output"),
        amount("cost_eur", "EUR per run above the baseline"),
    ),
    _table(
        "technology_flows",
        "What one run takes and gives",
        ("technology", "commodity", "direction"),
        _TECHNOLOGY,
        _COMMODITY,
        word("direction", "taken or given", "input", "output"),
        amount("quantity_per_run", "units per run"),
        figure="quantity_per_run",
    ),
    _table(
        "processes",
        "Technologies where they stand; the capacity is also the undisturbed rate",
        ("process",),
        word("process", "identifier"),
        _TECHNOLOGY,
        _REGION,
        amount("runs_per_month", "runs in a month"),
        figure="runs_per_month",
    ),
    _table(
        "reserves",
        "Strategic reserves",
        ("reserve",),
        word("reserve", "identifier"),
        word("owner", "member state or EU"),
        _REGION,
        _COMMODITY,
        amount("quantity", "stock at the start"),
        share("floor_share", "share of the stock that is not released"),
        amount("max_release_per_month", "largest release in a month"),
        days("first_release_days", "days from decision to first delivery"),
        Column("crisis_level", "number", "lowest crisis level at which it may be released", minimum=1, maximum=3),
        share("loss_per_month", "share lost in 30 days"),
        figure="quantity",
    ),
    _table(
        "inventories",
        "Commercial stocks",
        ("region", "commodity"),
        _REGION,
        _COMMODITY,
        amount("quantity", "stock at the start"),
        amount("working_stock", "least that firms must keep"),
        amount("room", "most that can be kept"),
        figure="quantity",
    ),
    _table(
        "lanes",
        "Transport between member states",
        ("origin", "region", "commodity"),
        word("origin", "sending region", refers_to="regions.region"),
        _REGION,
        _COMMODITY,
        amount("quantity_per_month", "capacity in a month"),
        amount("trade_per_month", "undisturbed flow in a month"),
        days("lead_days", "days on the way"),
        amount("cost_eur", "EUR per unit"),
        figure="quantity_per_month",
    ),
    _table(
        "restraint",
        "Demand that an opened lever may give up, in blocks of rising cost",
        ("sector", "commodity", "block"),
        _SECTOR,
        _COMMODITY,
        Column("block", "number", "1 is given up first", minimum=1),
        share("share", "share of the demand"),
        amount("cost_eur", "EUR per unit given up"),
        figure="share",
    ),
    _table(
        "harm",
        "Harm of a shortage, piecewise linear in the share that is short",
        ("sector", "commodity", "up_to"),
        _SECTOR,
        _COMMODITY,
        share("up_to", "share short up to which the harm holds"),
        amount("marginal_harm", "harm per unit short, relative to the first piece"),
        figure="marginal_harm",
    ),
    _table(
        "contents",
        "What a good holds of a material; a good measured in t and not listed here is counted as wholly of its own material",
        ("commodity", "material"),
        _COMMODITY,
        word("material", "material in the good"),
        amount("content", "t of the material in one unit of the good"),
        figure="content",
        optional=True,
    ),
    _table(
        "published",
        "Figures of others that this baseline is compared with: one published set of shares a good, as published",
        ("commodity", "figure", "place"),
        *_COMPARED,
        word("stage", "stage that the publication names, if any", "extraction", "processing", may_be_empty=True),
        share("share", "share as published; a set may miss small countries"),
        optional=True,
    ),
    _table(
        "deviations",
        "Why this baseline differs from what is published, where it does",
        ("commodity", "figure", "place"),
        *_COMPARED,
        text("reason", "why they differ, and which of both is to be believed"),
        optional=True,
    ),
    _table(
        "sources",
        "Citations",
        ("source",),
        word("source", "identifier"),
        text("producer", "who made it"),
        text("title", "title"),
        text("citation", "full citation, with the transcription used"),
        text("url", "address", may_be_empty=True),
        date("accessed", "day the page itself was opened, empty where a transcription was used", may_be_empty=True),
        text("licence", "terms of use"),
        Column("carrier", "text", "who carried it; empty where it was read at its publisher's", may_be_empty=True, optional=True),
        Column(
            "carrier_kind", "word", "what the carrier is, on which the grade depends", words=CARRIER_KINDS, may_be_empty=True, optional=True
        ),
        cited=False,
    ),
    _table(
        "choices",
        "What was chosen where sources differ, and why",
        ("choice",),
        word("choice", "identifier"),
        text("subject", "what it is about"),
        text("chosen", "what was chosen"),
        text("reason", "why"),
        cited=False,
    ),
)

#: Every table of a package by name, in the order in which findings are shown.
TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _DECLARED})
