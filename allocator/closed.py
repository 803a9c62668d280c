"""The closed world of our input files: frozen models that refuse unknown keys, and faults in words with their line and column.

Ids may be checked while a file is read: when the ids of the baseline are given, a field typed `ChokepointId` is looked up in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError, ValidationInfo, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from allocator.errors import Finding, InvalidInput, closest, suggestion
from allocator.yaml_file import Data, PathTuple, SourceFile, dotted

ID_PATTERN = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
REGION_PATTERN = r"^[A-Z]{3}$"


@dataclass(frozen=True)
class KnownIds:
    """Ids that the baseline knows, by kind; an empty set means that there is nothing of the kind."""

    regions: frozenset[str] = frozenset()
    commodities: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    chokepoints: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    reserves: frozenset[str] = frozenset()
    technologies: frozenset[str] = frozenset()
    processes: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()


def _known(kind: str, noun: str, besides: tuple[str, ...] = ()) -> Callable[[str, ValidationInfo], str]:
    def check(value: str, info: ValidationInfo) -> str:
        ids = (info.context or {}).get("ids")
        if ids is not None and value not in getattr(ids, kind) and value not in besides:
            raise PydanticCustomError("unknown_id", "-", {"noun": noun, "known": sorted({*getattr(ids, kind), *besides})})
        return value

    return check


Id = Annotated[str, Field(pattern=ID_PATTERN)]
RegionId = Annotated[str, Field(pattern=REGION_PATTERN), AfterValidator(_known("regions", "region"))]
OriginId = Annotated[str, Field(pattern=REGION_PATTERN), AfterValidator(_known("origins", "origin"))]
OwnerId = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$"), AfterValidator(_known("owners", "owner of a reserve"))]
CommodityId = Annotated[Id, AfterValidator(_known("commodities", "commodity"))]
SectorId = Annotated[Id, AfterValidator(_known("sectors", "sector"))]
ChokepointId = Annotated[Id, AfterValidator(_known("chokepoints", "chokepoint"))]
TechnologyId = Annotated[Id, AfterValidator(_known("technologies", "technology"))]
# processes, lines and reserves are named by the baseline builder, often with a region code in the name
_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$"
ProcessId = Annotated[str, Field(pattern=_NAME), AfterValidator(_known("processes", "process"))]
LineId = Annotated[str, Field(pattern=_NAME), AfterValidator(_known("lines", "supply line"))]
ReserveId = Annotated[str, Field(pattern=_NAME), AfterValidator(_known("reserves", "reserve", ("default",)))]
NamedReserveId = Annotated[str, Field(pattern=_NAME), AfterValidator(_known("reserves", "reserve"))]
Share = Annotated[float, Field(ge=0, le=1)]
#: 0 none declared, 1 early warning, 2 alert, 3 emergency: what reserves.csv, scenarios and frameworks count in
CrisisLevel = Annotated[int, Field(ge=0, le=3)]


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if values.count(value) > 1:
            raise fault("15", f"'{value}' is named {values.count(value)} times; name it once")
    return values


def _list_or_all(value: object) -> str:
    return "all" if isinstance(value, str) else "list"


SectorList = Annotated[tuple[SectorId, ...], Field(min_length=1), AfterValidator(_each_once)]
CommodityList = Annotated[
    Annotated[tuple[CommodityId, ...], Field(min_length=1), AfterValidator(_each_once), Tag("list")]
    | Annotated[Literal["all"], Tag("all")],
    Discriminator(_list_or_all),
]
RegionList = Annotated[
    Annotated[tuple[RegionId, ...], Field(min_length=1), AfterValidator(_each_once), Tag("list")] | Annotated[Literal["all"], Tag("all")],
    Discriminator(_list_or_all),
]
TechnologyList = Annotated[
    Annotated[tuple[TechnologyId, ...], Field(min_length=1), AfterValidator(_each_once), Tag("list")]
    | Annotated[Literal["all"], Tag("all")],
    Discriminator(_list_or_all),
]


class ClosedModel(BaseModel):
    """A frozen part of an input file; unknown keys are refused, and keys of `NOT_YET` are refused by name."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    #: keys of the contract that this version does not support, with what to do instead
    NOT_YET: ClassVar[Mapping[str, str]] = {}
    #: values, by key, that this version does not support
    VALUES_NOT_YET: ClassVar[Mapping[str, tuple[object, ...]]] = {}

    @model_validator(mode="wrap")
    @classmethod
    def _name_the_keys(cls, data: Any, handler: Any) -> Any:
        """Enrich what pydantic says about keys with the keys there are."""
        try:
            return handler(data)
        except ValidationError as error:
            items = error.errors(include_url=False)
            misspelt = cls._misspelt(items)
            details = [cls._enriched(item) for item in items if not (item["type"] == "missing" and item["loc"] in misspelt)]
            raise ValidationError.from_exception_data(cls.__name__, details) from None

    @classmethod
    def _misspelt(cls, items: list[Any]) -> set[tuple[str]]:
        """Return the places of keys that an unknown key stands for: its own finding already asks for them."""
        unknown = [str(item["loc"][0]) for item in items if item["type"] == "extra_forbidden" and len(item["loc"]) == 1]
        return {(close,) for key in unknown if (close := closest(key, list(cls._keys()))) is not None}

    @classmethod
    def _enriched(cls, item: Any) -> InitErrorDetails:
        kind, context = item["type"], dict(item.get("ctx", {}))
        if len(item["loc"]) == 1:
            key = str(item["loc"][0])
            if kind in ("extra_forbidden", "invalid_key"):
                kind = "not_supported" if key in cls.NOT_YET else "unknown_key"
                context = {"key": key, "remedy": cls.NOT_YET.get(key, ""), "known": list(cls._keys())}
            elif kind == "literal_error" and item["input"] in cls.VALUES_NOT_YET.get(key, ()):
                kind, context = "value_not_supported", {"known": context["expected"]}
            elif kind == "missing":
                context = {"description": next((f.description for k, f in cls._fields() if k == key), None) or ""}
        return InitErrorDetails(type=PydanticCustomError(kind, "-", context), loc=item["loc"], input=item["input"])

    @classmethod
    def _fields(cls) -> Iterator[tuple[str, Any]]:
        for name, info in cls.model_fields.items():
            if not info.exclude:
                yield info.alias or name, info

    @classmethod
    def _keys(cls) -> Iterator[str]:
        return (name for name, _ in cls._fields())


#: What an example of a kind writes, key by key.
Example = Mapping[str, str | int | float | list[str]]


class Text(ClosedModel):
    """A text in English and Dutch."""

    @classmethod
    def of_id(cls, key: str) -> Callable[[dict[str, Any]], Text]:
        """Return the default of a title: the id, in words, that the file has under `key`."""
        return lambda data: cls(en=data[key].replace("_", " "), nl=data[key].replace("_", " "))

    en: str = Field(min_length=1, description="in English")
    nl: str = Field(min_length=1, description="in Dutch")


Model = TypeVar("Model", bound=ClosedModel)


def read_model(
    model: type[Model], source: SourceFile, ids: KnownIds | None = None, context: Mapping[str, object] | None = None
) -> tuple[Model | None, list[Finding]]:
    """Return the model of a file's tree, or None with every fault that keeps it from being one, those of the file's form included.

    Args:
        model: what the file should hold.
        source: the file; its tree is read, its places name the faults.
        ids: ids of the baseline, when references should be checked as well.
        context: what else validators may look at.
    """
    findings = list(source.faults)
    read: Model | None = None
    # an unknown id would hide what is only looked at when all ids of a part are good, so without ids first
    for known in (None, ids) if ids else (None,):
        try:
            read = model.model_validate(source.tree, context={"ids": known, **(context or {})})
        except ValidationError as error:
            findings += [_finding(source, item) for item in error.errors(include_url=False) if not _is_echo(item)]
    useless = {_place_of(fault) for fault in source.faults if fault.code.endswith("11")}
    told = [finding for finding in findings if finding in source.faults or _place_of(finding) not in useless]
    return (None if told else read), told


def _place_of(finding: Finding) -> tuple[str, int, int]:
    return finding.file, finding.line, finding.column


def _is_echo(item: Any) -> bool:
    """Whether an error only follows from another: a default made from a faulty field, a list called empty as all its items are faulty."""
    return item["type"] == "default_factory_not_called" or (item["type"] == "too_short" and bool(item["input"]))


def require(source: SourceFile, findings: list[Finding]) -> None:
    """Raise `InvalidInput` with the findings in the order of the file, if there are any."""
    if findings:
        raise InvalidInput(source.in_order(findings))


def _finding(source: SourceFile, item: Any) -> Finding:
    path = _written_path(source.tree, item["loc"])
    number, message = _words(item["type"], item.get("ctx", {}), item["input"])
    if item["type"] in ("union_tag_not_found", "union_tag_invalid"):
        path = (*path, "kind")
    return source.finding(path, message, number)


def _written_path(tree: Data, loc: tuple[str | int, ...]) -> PathTuple:
    """Return the path in the file for pydantic's `loc`, which also names members of unions and marks keys."""
    path: list[str | int] = []
    here: Any = tree
    for position, part in enumerate(loc):
        if isinstance(here, dict):
            key = part if part in here else next((key for key in here if str(key) == str(part)), None)
            if key is None:
                last = position == len(loc) - 1
                if last and part != "[key]" and part != here.get("kind"):  # a missing key is named by the path it should have
                    path.append(part)
                continue
            path.append(key)
            here = here[key]
        elif isinstance(here, tuple) and isinstance(part, int) and part < len(here):
            path.append(part)
            here = here[part]
    return tuple(path)


def shown(value: Any) -> str:
    """Return a value as the user wrote it, short enough for a message."""
    if isinstance(value, str):
        return f"'{value if len(value) <= 60 else value[:57] + '...'}'"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, (list, tuple)) else str(value)


def choices(known: list[str], given: object = None) -> str:
    """Return the end of a message that says what there is: the closest, or all when none is close."""
    hint = suggestion(str(given), known) if given is not None else ""
    if hint or not known:
        return hint or "; there is none"
    return f"; there is {', '.join(known)}" if len(known) <= 30 else f"; there are {len(known)}, such as {', '.join(known[:5])}"


def number_text(value: float) -> str:
    """Write a limit without a needless decimal point."""
    return f"{value:g}"


_EXPECTED: Mapping[str, str] = {
    "float_type": "a plain number was expected (decimal point, no unit, no quotes)",
    "int_type": "a whole number was expected (no unit, no quotes)",
    "int_from_float": "a whole number was expected (no unit, no quotes)",
    "string_type": "a text was expected",
    "bool_type": "true or false was expected",
    "tuple_type": "a list was expected, such as [a, b]",
    "dict_type": "a mapping was expected, such as {key: value}",
    "model_type": "a mapping was expected, such as {key: value}",
    "model_attributes_type": "a mapping was expected, such as {key: value}",
    "none_required": "nothing was expected here",
}
_LIMITS: Mapping[str, tuple[str, str]] = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


def _words(kind: str, context: Mapping[str, Any], given: Any) -> tuple[str, str]:
    """Return the code's last two digits and the message for one of pydantic's or our own error types."""
    if kind == "unknown_key":
        return "01", "unknown key" + _keys_there(str(context["key"]), context["known"])
    if kind == "not_supported":
        return "06", f"not supported yet; {context['remedy']}" if context.get("remedy") else "not supported yet"
    if kind == "value_not_supported":
        return "06", f"{shown(given)} is not supported yet; supported: {context['known'].replace(chr(39), '').lower()}"
    if kind == "missing":
        meaning = f" ({context['description']})" if context.get("description") else ""
        return "02", f"this key is missing{meaning}; add it"
    if kind == "unknown_id":
        return "30", f"the baseline has no {context['noun']} {shown(given)}" + choices(context["known"], given)
    if kind in _EXPECTED:
        return "04", f"{_EXPECTED[kind]}, but {shown(given)} was given"
    if kind in _LIMITS:
        name, words = _LIMITS[kind]
        hint = _share_hint(given) if name == "le" and context[name] == 1 else ""
        return "05", f"must be {words} {number_text(context[name])}, but {shown(given)} was given{hint}"
    return _words_of_choices(kind, context, given)


def _share_hint(given: float) -> str:
    """Return what to write for a share above 1; 2 to 100 are taken for a percentage, 1.5 is not."""
    return f"; a share is written as {given / 100:g}" if 2 <= given <= 100 else "; shares run from 0 to 1"


def _words_of_choices(kind: str, context: Mapping[str, Any], given: Any) -> tuple[str, str]:
    if kind == "literal_error":
        known = _quoted(context["expected"])
        if known == ["all"]:
            return "07", f"a list, such as [a, b], or the word all was expected, but {shown(given)} was given"
        return "07", f"{shown(given)} is not one of {', '.join(known)}" + suggestion(str(given), known)
    if kind == "union_tag_invalid":
        return "07", f"unknown kind '{context['tag']}'" + choices(_quoted(context["expected_tags"]), context["tag"])
    if kind == "union_tag_not_found":
        return "02", "this key is missing; say which kind this is"
    if kind == "string_pattern_mismatch":
        return "12", f"{shown(given)} is not {_pattern_words(str(context['pattern']))}"
    if kind == "too_short":
        return "13", "must not be empty; name at least one" if isinstance(given, (list, tuple)) else "must not be empty"
    if kind == "string_too_short":
        return "13", "must not be empty; write a text"
    if kind == "finite_number":
        return "11", "a finite number was expected"
    if "message" in context:  # our own checks bring number and message
        return str(context["number"]), str(context["message"])
    return "04", f"{shown(given)} cannot be used here ({kind.replace('_', ' ')})"


def _keys_there(key: str, known: list[str]) -> str:
    if " " in key:
        return "; if this is part of a text with a comma or a colon, put the whole text in quotes"
    return suggestion(key, known) or f"; the keys here are {', '.join(known)}"


def _quoted(listed: object) -> list[str]:
    return re.findall(r"'([^']*)'", str(listed))


def _pattern_words(pattern: str) -> str:
    if pattern == REGION_PATTERN:
        return "a country code of three capitals, such as NLD"
    return "an id: lower case letters and digits joined by _, such as helium_liquid" if pattern == ID_PATTERN else "an id: no spaces"


def fault(number: str, message: str) -> PydanticCustomError:
    """Return the error that a validator of ours raises; `number` is the last two digits of its code."""
    return PydanticCustomError("fault", "-", {"number": number, "message": message})


__all__ = [
    "ChokepointId",
    "ClosedModel",
    "CommodityId",
    "CommodityList",
    "CrisisLevel",
    "Example",
    "Id",
    "KnownIds",
    "LineId",
    "NamedReserveId",
    "OriginId",
    "OwnerId",
    "ProcessId",
    "RegionId",
    "RegionList",
    "ReserveId",
    "SectorId",
    "SectorList",
    "Share",
    "TechnologyId",
    "TechnologyList",
    "Text",
    "choices",
    "dotted",
    "fault",
    "read_model",
    "require",
    "shown",
]
