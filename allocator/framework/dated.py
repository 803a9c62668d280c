"""Values of a rule by the day from which they hold."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, GetJsonSchemaHandler, RootModel, model_validator
from pydantic.json_schema import JsonSchemaValue

from allocator.closed import Share, fault, shown


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and len(value) == len("2026-01-01"):
            return date.fromisoformat(value)
    except ValueError:
        raise fault("04", f"{shown(value)} is not a day of the calendar; write it as 2026-01-01") from None
    raise fault("04", f"a date was expected, such as 2026-01-01, but {shown(value)} was given")


Day = Annotated[date, BeforeValidator(_day)]


class NotInForceError(LookupError):
    """No value is in force on a day; the message says from when on there is one."""


def _require_points(data: dict[object, object]) -> None:
    """Refuse ``{2026-01-01: 0,8}``, which YAML reads as two entries."""
    whole: object = None
    for key, value in data.items():
        if value is None and isinstance(key, int) and isinstance(whole, int):
            raise fault("04", f"a comma begins another entry; write {whole}.{key} with a decimal point")
        whole = value


class Dated(RootModel[dict[Day, Share]]):
    """A share that changes on given days, ``{2026-01-01: 0.8}``; a plain number always holds."""

    model_config = ConfigDict(strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, data: Any) -> Any:
        if isinstance(data, dict):
            if not data:
                raise fault("13", "must not be empty; write a share, or shares by the day from which they hold")
            _require_points(data)
            return data
        if isinstance(data, bool) or not isinstance(data, (int, float)):
            raise fault("04", f"a share, or shares by date such as {{2026-01-01: 0.8}}, was expected, but {shown(data)} was given")
        return {date.min: data}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema of a number, or of numbers by date."""
        share = {"type": "number", "minimum": 0, "maximum": 1}
        dates = {"type": "object", "minProperties": 1, "propertyNames": {"format": "date"}, "additionalProperties": share}
        return {"title": "Dated", "description": cls.__doc__, "anyOf": [share, dates]}

    @property
    def first_day(self) -> date:
        """Day from which on there is a value."""
        return min(self.root)

    def value_on(self, day: date) -> float:
        """Return the value in force on a day: the one with the latest date that is not after it.

        Raises:
            NotInForceError: the first value begins later.
        """
        begun = [start for start in self.root if start <= day]
        if not begun:
            raise NotInForceError(f"no value in force on {day}; date the scenario on or after {self.first_day}")
        return self.root[max(begun)]
