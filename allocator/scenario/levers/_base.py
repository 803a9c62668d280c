"""What all levers share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from allocator.closed import ClosedModel, Example, Text

#: Who may decide on a lever: the closed list, wide enough for a member state, its parts and the Union.
Authority = Literal["agency", "commission", "council", "government", "minister", "parliament", "region"]
AUTHORITY_NAMES: Mapping[Authority, Text] = {
    "agency": Text(en="agency", nl="uitvoeringsdienst"),
    "commission": Text(en="European Commission", nl="Europese Commissie"),
    "council": Text(en="Council of the European Union", nl="Raad van de Europese Unie"),
    "government": Text(en="government", nl="regering"),
    "minister": Text(en="minister", nl="minister"),
    "parliament": Text(en="parliament", nl="parlement"),
    "region": Text(en="regional authority", nl="regionaal bestuur"),
}


class Lever(ClosedModel):
    """A decision, and who may take it."""

    #: name of the kind in English and Dutch
    NAMES: ClassVar[Text]
    #: keys of an example as its page has it, without the kind
    EXAMPLE: ClassVar[Example]

    kind: str
    """kind of lever"""
    authority: Authority = Field(description="who decides, such as minister or agency")
