"""The legal ground of a rule."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError, ValidationInfo, model_validator
from pydantic_core import InitErrorDetails

from allocator.closed import ClosedModel, choices, fault
from allocator.framework.dated import Day
from allocator.framework.legal import Article, LegalRegister


def _article(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


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
    # a translation decides nothing: it is no part of the case, so that adding one changes no hash
    note_nl: str | None = Field(default=None, exclude=True, description="the note in Dutch; left out: as it stands")

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


class Bases(ClosedModel):
    """Legal grounds of the rules that are not about one rank or claim; what is left out has none stated."""

    reserves: Basis | None = Field(default=None, description="of who may draw on reserves")
    levers: Basis | None = Field(default=None, description="of who may use levers that bring goods")
    restraint: Basis | None = Field(default=None, description="of restraint by order")
    sharing: Basis | None = Field(default=None, description="of how members share")
    levels: Basis | None = Field(default=None, description="of what a crisis level opens")
    tie_break: Basis | None = Field(default=None, description="of the tie-break")
    closing: Basis | None = Field(default=None, description="of how it is chosen who stands still")
