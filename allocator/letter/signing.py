"""A letter is a draft until a role that its template names signs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from allocator.errors import Finding, InvalidInput, suggestion
from allocator.letter.template import Template


@dataclass(frozen=True)
class Signature:
    """Who signs, and when.

    Attributes:
        role: one of those of the template.
        day: date of the letter.
    """

    role: str
    day: date


def sign(template: Template, role: str, day: date, concept: bool) -> Signature:
    """Return the signature of a role under a letter.

    Raises:
        InvalidInput: the framework is a concept, the template is not filled in, or the role is none of those that may sign.
    """
    found = []
    if concept:
        found.append("the framework is a concept without legal force, so no decision under it can be signed; leave --sign out for a draft")
    if template.letterhead.open:
        found.append(
            f"{', '.join(template.letterhead.open)} still to be filled in; write the ministry's own in place of what is in brackets"
        )
    if role not in template.letterhead.roles:
        known = template.letterhead.roles
        found.append(f"'{role}' may not sign{suggestion(role, known)}; one of the roles of the template was expected: {'; '.join(known)}")
    if found:
        raise InvalidInput([Finding(template.name, 0, 0, "", message, "A714") for message in found])
    return Signature(role, day)
