"""The volume to divide: a number on the command line, or what a finished run allocated to a claim."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from allocator.closed import choices
from allocator.compare import read_side
from allocator.divide.claims_file import LARGEST
from allocator.divide.sums import exact_sum
from allocator.errors import Finding, InvalidInput

_KEY = ("region", "sector", "commodity")


@dataclass(frozen=True)
class Estate:
    """A volume and where it comes from.

    Attributes:
        volume: in `unit`, or in that of the claims where no unit is known.
        unit: of the run; empty for a number.
        run: name of the run; empty for a number.
        claim: region, sector and commodity.
        periods: that were added up.
        classification: of the run.
        concept: whether the run is under a concept, without legal force.
    """

    volume: float
    unit: str = ""
    run: str = ""
    claim: str = ""
    periods: tuple[str, ...] = ()
    classification: str = ""
    concept: bool = False


def estate_of_number(text: str) -> Estate:
    """Read the option --estate.

    Raises:
        InvalidInput: A820, it is not a number from 0 to 1e15.
    """
    try:
        volume = float(text) if "_" not in text else -1.0
    except ValueError:
        hint = f"{text.replace(',', '.')}" if text.count(",") == 1 and text.replace(",", "").isdigit() else "digits such as 1234.5"
        message = f"'{text}' is not a number; write {hint}, with a decimal point and without unit or marks of thousands"
        raise refused("--estate", message, "A820") from None
    if not 0.0 <= volume <= LARGEST:
        raise refused("--estate", f"{text} cannot be divided; expected a number of at least 0 and at most {LARGEST:g}", "A820")
    return Estate(volume)


def estate_of_run(folder: Path, claim: str, period: str | None) -> Estate:
    """Return what a finished run allocated to a claim, in one period or in all of them together.

    Raises:
        InvalidInput: A706 no finished run; A824 no such claim or period in it, or several branches.
    """
    side = read_side(folder)
    rows, parts = side.allocation, claim.split("/")
    if len(parts) != len(_KEY):
        raise refused("--claim", f"'{claim}' is not a claim; write region/sector/commodity, such as NLD/health/helium_liquid", "A824")
    for name, part in zip(_KEY, parts, strict=True):
        known = sorted(set(rows[name]))
        rows = rows[rows[name] == part]
        if rows.empty:
            where = " with what stands before it" if name != _KEY[0] else ""
            raise refused("--claim", f"the run has no {name} '{part}'{where}{choices(known, part)}", "A824")
    if rows["branch"].nunique() > 1:
        message = f"the run has {rows['branch'].nunique()} futures; expected one: divide a run without futures, or give --estate"
        raise refused(str(folder), message, "A824")
    if period is not None:
        known = sorted(set(rows["period"]))
        rows = rows[rows["period"] == period]
        if rows.empty:
            raise refused("--period", f"the claim has no demand in '{period}'{choices(known, period)}", "A824")
    return Estate(
        exact_sum(rows["allocated"].to_numpy(dtype=float)),
        str(rows["unit"].iloc[0]),
        side.run,
        claim,
        tuple(sorted(rows["period"])),
        str(side.manifest["classification"] or ""),
        side.concept,
    )


def refused(where: str, message: str, code: str) -> InvalidInput:
    """Return the error of one fault."""
    return InvalidInput([Finding(where, 0, 0, "", message, code)])
