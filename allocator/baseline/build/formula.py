"""Arithmetic in the tables of facts: names of facts joined by + - * / and brackets."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from allocator.baseline.build.figure import Figure, as_figure

#: Numbers a formula may hold: atoms in a molecule, parts of a whole, and units. Any other number is a fact with a row of its own.
COUNTS = frozenset({*range(1, 15), 24, 100, 1_000, 1_000_000})
_OPERATIONS: Mapping[type[ast.operator], Callable[[Figure, Figure], Figure]] = MappingProxyType(
    {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
)
_NO_ARITHMETIC = "'{}' is no arithmetic: write names of facts joined by + - * / and round brackets"
_BRACKETED = re.compile(r"\[([^\]]*)\]")


def names_in(formula: str) -> list[str]:
    """Return the names in a formula, in their order."""
    words = re.findall(r"\[([^\]]*)\]|\b([A-Za-z_]\w*)", formula)
    return [bracketed or plain for bracketed, plain in words]


def evaluate(formula: str, look_up: Callable[[str], Figure]) -> Figure:
    """Return the value of a formula, which remembers the facts in it.

    A name is an identifier, or anything within square brackets. A formula that is one name is that fact itself.

    Raises:
        ValueError: it is no such arithmetic, holds a number that is no count, or divides by zero; the message says which.
    """
    bracketed: list[str] = []

    def placed(found: re.Match[str]) -> str:
        bracketed.append(found[1])
        return f"__{len(bracketed) - 1}"

    def value(node: ast.expr) -> Figure:
        match node:
            case ast.Name(id=name):
                return look_up(bracketed[int(name[2:])] if name.startswith("__") else name)
            case ast.Constant(value=int(number)) if number in COUNTS:
                return as_figure(number)
            case ast.Constant(value=number):
                raise ValueError(f"{number!r} is no count and no unit: give it a row of its own in figures.csv and write its name")
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATIONS:
                first, second = value(left), value(right)
                if isinstance(sign, ast.Div) and not all((second.value, second.low, second.high)):
                    raise ValueError(f"'{ast.unparse(right)}' can be 0 and nothing is divided by 0: correct the fact or its range")
                return _OPERATIONS[type(sign)](first, second)
        raise ValueError(_NO_ARITHMETIC.format(formula))

    try:
        tree = ast.parse(_BRACKETED.sub(placed, formula).strip(), mode="eval")
    except SyntaxError:
        raise ValueError(_NO_ARITHMETIC.format(formula)) from None
    return value(tree.body)
