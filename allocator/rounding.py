"""Nine significant digits, and sums that still hold after rounding."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
DIGITS = 9
#: Decimals of a step that tell figures apart; what comes after them is noise.
NOISE_DIGITS = 3
#: Power of ten below which nothing is told apart, far from the end of floating point.
SMALLEST = -290


def significant(values: FloatArray) -> FloatArray:
    """Round to nine significant digits."""
    return from_steps(to_steps(values, exponent_of(values)), exponent_of(values))


def exponent_of(largest: FloatArray) -> npt.NDArray[np.int64]:
    """Return the power of ten of the last of nine significant digits of each figure."""
    sizes = np.abs(largest)
    exponents = np.floor(np.log10(np.where(sizes > 0, sizes, 1.0))).astype(np.int64)
    return np.maximum(exponents - (DIGITS - 1), SMALLEST)


def to_steps(values: FloatArray, exponent: npt.NDArray[np.int64]) -> FloatArray:
    """Return how many whole steps of 10^exponent a figure is; whole numbers, so that sums of them are exact.

    A figure midway between two steps, but for the noise of floating point, goes to the even one whatever the noise.
    """
    up, down = np.power(10.0, np.maximum(-exponent, 0)), np.power(10.0, np.maximum(exponent, 0))
    steps: FloatArray = np.rint(np.round(values * up / down, NOISE_DIGITS))
    return steps


def from_steps(steps: FloatArray, exponent: npt.NDArray[np.int64]) -> FloatArray:
    """Return the figure of a number of steps: the float nearest to the decimal number."""
    up, down = np.power(10.0, np.maximum(-exponent, 0)), np.power(10.0, np.maximum(exponent, 0))
    figures: FloatArray = steps * down / up + 0.0  # + 0.0: -0.0 is 0.0
    return figures
