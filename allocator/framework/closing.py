"""Whom it harms least to stop, where plants cannot all run."""

from __future__ import annotations

from pydantic import Field

from allocator.closed import ClosedModel, fault


class HarmPiece(ClosedModel):
    """A piece of the curve of harm of what a claim misses."""

    up_to: float = Field(gt=0, le=1, description="share missed up to which the harm holds; the last piece ends at 1")
    marginal_harm: float = Field(gt=0, description="harm per share missed, relative to the other pieces; it does not fall")


#: Each further tenth that is missed does twice the harm of the one before.
TENTHS = tuple(HarmPiece(up_to=(tenth + 1) / 10, marginal_harm=2.0**tenth) for tenth in range(10))


def whole_curve(pieces: tuple[HarmPiece, ...]) -> tuple[HarmPiece, ...]:
    """Return pieces that are a convex curve over all that can be missed; raise a fault otherwise."""
    ends, harms = [piece.up_to for piece in pieces], [piece.marginal_harm for piece in pieces]
    if ends != sorted(set(ends)) or ends[-1] != 1.0:
        raise fault("28", "the shares of up_to must rise, and the last one be 1")
    if harms != sorted(harms):
        raise fault("28", "marginal_harm must not fall from piece to piece: the more is missed, the worse")
    return pieces
