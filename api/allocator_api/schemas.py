"""What schemas of several nouns share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

#: A run in the examples of the description.
RUN_ID = "7d5d6f1e-0c5e-4a52-9a57-0d6f2f1c6a11"


class Written(BaseModel):
    """A body that a caller writes: keys in camelCase, unknown ones refused."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, frozen=True)


class Told(BaseModel):
    """A body that a caller reads: keys in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)
