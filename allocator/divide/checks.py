"""Whether a file of claimants and the terms of a division go together."""

from __future__ import annotations

import numpy as np

from allocator.divide.claims_file import COLUMNS, Claims
from allocator.divide.division import Terms
from allocator.divide.rounding import MOST_STEPS
from allocator.divide.rules import needs, spelt
from allocator.divide.sums import exact_sum
from allocator.errors import Finding, InvalidInput

#: Figures that differ by no more than this share are the same: rounding of floating point.
NOISE = 1e-9


def columns_used(terms: Terms) -> tuple[str, ...]:
    """Return the columns that have a say under these terms, `claim` and `parcel` aside."""
    base = ("base",) if terms.factor is not None else ()
    return (*(name for name in needs(terms.rule) if name in COLUMNS), *base)


def require_sound(claims: Claims, terms: Terms) -> None:
    """Find out before dividing what would go wrong.

    Raises:
        InvalidInput: A821 a column is missing; A823 parcels or decimals that cannot be kept to.
    """
    findings = [
        Finding(claims.file, 1, 0, name, f"column missing ({COLUMNS[name].title}); {_who_needs(name, terms)}", "A821")
        for name in columns_used(terms)
        if name not in claims.columns
    ]
    findings += [Finding(claims.file, 0, 0, "", message, "A823") for message in _unkeepable(claims, terms)]
    if findings:
        raise InvalidInput(findings)


def _who_needs(name: str, terms: Terms) -> str:
    if name == "base" and "base" not in needs(terms.rule):
        return "add it, or leave out --truncate base"
    return f"the rule {spelt(terms.rule)} needs it; add it, or choose another rule"


def _unkeepable(claims: Claims, terms: Terms) -> list[str]:
    parcels, messages = claims.columns.get("parcel"), []
    if parcels is not None and terms.rule == "treaty":
        messages.append("the treaty knows no minimum parcels; leave out the column parcel and --parcel, or choose another rule")
    if terms.decimals is None:
        return messages
    steps = 10.0**terms.decimals
    if min(terms.estate, exact_sum(claims.claims)) * steps > MOST_STEPS:
        messages.append(f"so large a volume has no {terms.decimals} decimals in floating point; expected a smaller --decimals")
    elif parcels is not None and (np.abs(parcels * steps - np.rint(parcels * steps)) > NOISE * np.maximum(parcels * steps, 1.0)).any():
        messages.append(f"a parcel has more than {terms.decimals} decimals, so rounding would go below it; expected a larger --decimals")
    return messages
