"""A step is done again when something it read has changed, and never otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pytest

from allocator_models.kept import MOST, Kept, Read, same


@dataclass(frozen=True)
class Source:
    used: int
    other: int

    @cached_property
    def twice(self) -> int:
        return 2 * self.used


class Counted:
    """Work that counts how often it is done."""

    def __init__(self, work: Callable[..., object]) -> None:
        self.work, self.done = work, 0

    def __call__(self, *arguments: object) -> object:
        self.done += 1
        return self.work(*arguments)


def test_only_what_a_step_read_counts() -> None:
    kept, work = Kept(), Counted(lambda source: source.used + 1)
    first = Source(1, 1)
    for source in (first, Source(1, 2), replace(first, other=3)):
        assert kept.step("sum", work, Read(source)) == 2
    assert work.done == 1
    assert kept.step("sum", work, Read(Source(5, 1))) == 6
    assert work.done == 2


def test_a_property_counts_by_what_it_is_made_of() -> None:
    kept, work = Kept(), Counted(lambda source: source.twice)
    assert [kept.step("twice", work, Read(source)) for source in (Source(2, 0), Source(2, 9), Source(3, 9))] == [4, 4, 6]
    assert work.done == 2


def test_items_of_a_mapping_are_read_one_by_one() -> None:
    kept, work = Kept(), Counted(lambda tables: len(tables["one"]))
    one, two = pd.DataFrame({"a": [1.0]}), pd.DataFrame({"a": [1.0, 2.0]})
    for tables in ({"one": one}, {"one": one, "two": two}, {"one": one.copy()}):
        assert kept.step("rows", work, Read(tables)) == 1
    assert work.done == 1


def test_what_rests_on_an_equal_result_stands() -> None:
    kept, upper = Kept(), Counted(lambda table: float(table["a"].sum()))
    for number in (1, 2, 3):
        table = kept.step("lower", lambda told: pd.DataFrame({"a": [np.sign(told)]}), float(number))
        assert kept.step("upper", upper, table) == 1.0
    assert upper.done == 1


def test_the_oldest_results_are_forgotten() -> None:
    kept, work = Kept(), Counted(lambda number: number)
    for number in range(MOST + 1):
        kept.step("number", work, number)
    kept.step("number", work, MOST)
    assert work.done == MOST + 1
    kept.step("number", work, 0)
    assert work.done == MOST + 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.0 * np.ones(1), -0.0 * np.ones(1)),
        (np.array([1.0]), np.array([np.nextafter(1.0, 2.0)])),
        (np.array([1]), np.array([1.0])),
        (np.ones((2, 1)), np.ones((1, 2))),
        (pd.DataFrame({"a": [1.0]}), pd.DataFrame({"b": [1.0]})),
        (pd.DataFrame({"a": ["x"]}), pd.DataFrame({"a": ["y"]})),
        (pd.DataFrame({"a": [1.0]}), pd.DataFrame({"a": [1.0]}, index=[1])),
        (pd.Index(["a"]), pd.Index(["b"])),
        ({"a": 1}, {"a": 2}),
        ((1, 2), (1, 2, 3)),
        (1, 1.0),
    ],
)
def test_what_differs_in_a_bit_is_not_the_same(one: object, other: object) -> None:
    assert not same(one, other)
    assert same(one, one)
