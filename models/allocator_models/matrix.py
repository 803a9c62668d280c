"""From rules to a sparse matrix, whole tables at a time.

Pyomo calls each rule once with symbolic indices and keeps the expression (a *template*). Walking that small tree with arrays of indices,
one entry per row, gives every coefficient of the rule's rows at once; no Pyomo object exists per column, row or term.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyomo.core as pyo
import pyomo.core.expr as expressions
import scipy.sparse as sp
from pyomo.core.expr.template_expr import GetItemExpression, IndexTemplate, TemplateSumExpression, templatize_rule

from allocator_models.formulation import FloatArray, Formulation, IndexTable, IntArray, Positions, Relation
from allocator_models.kept import Kept, Read

#: Pyomo patches its set iteration while it templatizes: one at a time in a process.
_TEMPLATIZING = threading.Lock()


@dataclass(frozen=True)
class Block:
    """Consecutive columns of one variable, or rows of one kind.

    Attributes:
        start: position of the first.
        index: one row of integer codes per column or row.
        doc: what a kind of row says in words; empty for a variable.
    """

    start: int
    index: pd.DataFrame
    doc: str = ""

    @property
    def slice(self) -> slice:
        """Positions of the block."""
        return slice(self.start, self.start + len(self.index))


@dataclass(frozen=True)
class MatrixForm:
    """Linear rows ``row_lower <= matrix @ x <= row_upper`` over bounded columns, with the index of every column and row.

    Attributes:
        matrix: rows by columns, compressed by row, without duplicates or stored zeros.
        variables, rows: where each variable's columns and each kind of row stand.
        goals: objective coefficients by goal, one per column, and the same by named part in `goal_parts`.
        integrality: True where a column is integer.
    """

    matrix: sp.csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    column_lower: FloatArray
    column_upper: FloatArray
    integrality: np.ndarray[Any, np.dtype[np.bool_]]
    variables: Mapping[str, Block]
    rows: Mapping[str, Block]
    goals: Mapping[str, FloatArray]
    goal_parts: Mapping[str, Mapping[str, FloatArray]]

    def column_names(self) -> list[str]:
        """Return the name of every column: variable and integer codes, ``release[0,3]``."""
        return list(_names(self.variables))

    def row_names(self) -> list[str]:
        """Return the name of every row."""
        return list(_names(self.rows))


def _names(blocks: Mapping[str, Block]) -> Iterator[str]:
    for name, block in blocks.items():
        for codes in block.index.itertuples(index=False):
            yield f"{name}[{','.join(str(code) for code in codes)}]"


def lower(m: Formulation, kept: Kept | None = None) -> MatrixForm:
    """Return the matrix of all rules of `m`; with `kept`, rules whose numbers have not changed are not walked again."""
    with _TEMPLATIZING:
        return _Lowering(m, kept or Kept()).matrix_form()


class _Terms:
    """Coefficients gathered so far: row, column and value, and a constant per row."""

    def __init__(self, rows: int) -> None:
        self.rows: list[Positions] = []
        self.columns: list[Positions] = []
        self.values: list[FloatArray] = []
        self.constant = np.zeros(rows)


class _Indices(dict[int, IntArray]):
    """Index arrays, one entry per term under way; those of sums further out are repeated when they are first asked for."""

    def __init__(self, own: Mapping[int, IntArray], outer: _Indices | None = None, repeat: Positions | None = None) -> None:
        super().__init__(own)
        self.outer, self.repeat = outer, repeat

    def __missing__(self, key: int) -> IntArray:
        if self.outer is None:
            raise KeyError(key)
        self[key] = self.outer[key][self.repeat]
        return self[key]


@dataclass(frozen=True)
class _Context:
    """Where a walk stands: `row` is the row each term under way belongs to, `factor` what it is multiplied by."""

    indices: _Indices
    row: Positions
    factor: FloatArray | float = 1.0

    def repeated(self, repeat: Positions, iterators: tuple[IndexTemplate, ...], members: tuple[IntArray, ...]) -> _Context:
        own = {id(iterator): codes for iterator, codes in zip(iterators, members, strict=True)}
        factor = self.factor[repeat] if isinstance(self.factor, np.ndarray) else self.factor
        return _Context(_Indices(own, self.indices, repeat), self.row[repeat], factor)

    def times(self, factor: FloatArray | float) -> _Context:
        return _Context(self.indices, self.row, self.factor * factor)


@dataclass(frozen=True)
class _Rows:
    """Rows of one kind: row, column and value of their terms, a constant per row, and whether they are equations."""

    entries: tuple[Positions, Positions, FloatArray]
    constant: FloatArray
    equal: bool


class _Lowering:
    """One walk over all rules of a formulation."""

    def __init__(self, m: Formulation, kept: Kept) -> None:
        self.m, self.kept = m, kept
        self.values: Mapping[int, FloatArray] = m.values
        self.variables: dict[str, Block] = {}
        self.offsets: dict[int, tuple[int, IndexTable]] = {}
        start = 0
        for variable in m.as_built.component_objects(ctype=pyo.Var, descend_into=False):
            table = m.tables[id(variable.index_set())]
            self.variables[variable.local_name] = Block(start, table.frame)
            self.offsets[id(variable)] = (start, table)
            start += len(table)
        self.size = start

    def matrix_form(self) -> MatrixForm:
        step, model = self.kept.step, self.m.as_built
        names = sorted(self.m.row_rules)
        tables = {name: self.m.tables[id(self.m.row_rules[name].index)] for name in names}
        starts = dict(zip(names, np.cumsum([0, *(len(table) for table in tables.values())]).tolist(), strict=False))
        rows = {name: step(f"rows {name}", self._rows, model, name, Read(self.m.values)) for name in names}
        entries = [self.kept.same(f"entries {name}", rows[name].entries) for name in names]
        height = sum(len(table) for table in tables.values())
        upper = np.concatenate([0.0 - rows[name].constant for name in names])
        equal = np.repeat([rows[name].equal for name in names], [len(table) for table in tables.values()])
        parts = {
            goal: {part: step(f"goal {goal} {part}", self._goal, model, goal, part, Read(self.m.values)) for part in sorted(named)}
            for goal, named in sorted(self.m.goals.items())
        }
        bounds = [self.m.bounds[key] for key in self.offsets]
        return MatrixForm(
            matrix=step("matrix", _assembled, (height, self.size), tuple(starts.values()), entries),
            row_lower=self.kept.same("row lower", np.where(equal, upper, -np.inf)),
            row_upper=self.kept.same("row upper", upper),
            column_lower=self.kept.same("column lower", np.concatenate([bound.lower for bound in bounds])),
            column_upper=self.kept.same("column upper", np.concatenate([bound.upper for bound in bounds])),
            integrality=np.concatenate([np.full(len(table), key in self.m.integers) for key, (_, table) in self.offsets.items()]),
            variables=self.variables,
            rows={name: Block(starts[name], table.frame, self.m.row_rules[name].doc) for name, table in tables.items()},
            goals={goal: step(f"goal {goal}", _sum, list(named.values())) for goal, named in parts.items()},
            goal_parts=parts,
        )

    def _rows(self, model: Formulation, name: str, values: Mapping[int, FloatArray]) -> _Rows:
        """Return the terms of all rows of one kind, numbered from 0."""
        rule = self.m.row_rules[name]
        table = self.m.tables[id(rule.index)]
        if rule.rule not in model.templates:
            model.templates[rule.rule] = templatize_rule(model, lambda model, index: rule.rule(model, *index), rule.index)
        expression, iterators = model.templates[rule.rule]
        indices = _Indices({id(iterator): codes for iterator, codes in zip(iterators, table.columns, strict=True)})
        context, terms = _Context(indices, np.arange(len(table), dtype=np.int32)), _Terms(len(table))
        left, right = expression.args
        self.values = values
        self._linear(left, context, terms)
        self._linear(right, context.times(-1.0), terms)
        return _Rows(_entries(terms), terms.constant, isinstance(expression, expressions.EqualityExpression))

    def _goal(self, model: Formulation, goal: str, part: str, values: Mapping[int, FloatArray]) -> FloatArray:
        rule = self.m.goals[goal][part]
        if rule not in model.templates:
            model.templates[rule] = templatize_rule(model, lambda model, _: rule(model), None)
        expression, _ = model.templates[rule]
        terms = _Terms(1)
        self.values = values
        self._linear(expression, _Context(_Indices({}), np.zeros(1, dtype=np.int32)), terms)
        found = np.zeros(self.size)
        for columns, figures in zip(terms.columns, terms.values, strict=True):
            np.add.at(found, columns, figures)
        return found

    def _linear(self, node: Any, context: _Context, terms: _Terms) -> None:
        """Add the terms of a linear expression, one entry per entry of the context."""
        if isinstance(node, TemplateSumExpression):
            self._linear(node.template_args()[0], self._iterated(node, context), terms)
        elif isinstance(node, (int, float)) or not node.is_potentially_variable():
            np.add.at(terms.constant, context.row, context.factor * self._value(node, context))
        elif isinstance(node, GetItemExpression):
            start, table = self.offsets[id(node.arg(0))]
            terms.rows.append(context.row)
            terms.columns.append(np.int32(start) + table.positions(self._index(node, context)))
            terms.values.append(np.broadcast_to(context.factor, context.row.shape))
        elif isinstance(node, expressions.SumExpression):
            for part in node.args:
                self._linear(part, context, terms)
        elif isinstance(node, expressions.NegationExpression):
            self._linear(node.arg(0), context.times(-1.0), terms)
        elif isinstance(node, expressions.ProductExpression):
            constant, linear = node.args if not _varies(node.arg(0)) else reversed(node.args)
            self._linear(linear, context.times(self._value(constant, context)), terms)
        else:
            raise TypeError(f"a rule may only use sums and products with constants, not {type(node).__name__}: {node}")

    def _iterated(self, node: TemplateSumExpression, context: _Context) -> _Context:
        for iterators, over in zip(node.template_iters(), node.template_args()[1:], strict=True):
            if isinstance(over, GetItemExpression):
                repeat, members = _joined(self.m.relations[id(over.arg(0))], self._index(over, context))
            else:
                table, times = self.m.tables[id(over)], len(context.row)
                repeat = np.repeat(np.arange(times, dtype=np.int32), len(table))
                members = table.columns if times == 1 else tuple(np.tile(codes, times) for codes in table.columns)
            context = context.repeated(repeat, iterators, members)
        return context

    def _index(self, node: GetItemExpression, context: _Context) -> list[IntArray]:
        values = [self._value(argument, context) for argument in node.args[1:]]
        return [value if isinstance(value, np.ndarray) else np.full(len(context.row), value) for value in values]

    def _value(self, node: Any, context: _Context) -> Any:
        """Return a constant expression as a number or an array over the context."""
        if isinstance(node, (int, float)):
            return node
        if isinstance(node, IndexTemplate):
            return context.indices[id(node)]
        if isinstance(node, GetItemExpression):
            parameter = node.arg(0)
            return self.values[id(parameter)][self.m.tables[id(parameter.index_set())].positions(self._index(node, context))]
        if isinstance(node, expressions.SumExpression):
            return sum(self._value(part, context) for part in node.args)
        if isinstance(node, expressions.NegationExpression):
            return -self._value(node.arg(0), context)
        if isinstance(node, expressions.ProductExpression):
            return self._value(node.arg(0), context) * self._value(node.arg(1), context)
        raise TypeError(f"a rule may not use {type(node).__name__} as a constant: {node}")


def _entries(terms: _Terms) -> tuple[Positions, Positions, FloatArray]:
    none = np.zeros(0, dtype=np.int32)
    return np.concatenate([none, *terms.rows]), np.concatenate([none, *terms.columns]), np.concatenate([np.zeros(0), *terms.values])


def _assembled(shape: tuple[int, int], starts: Sequence[int], entries: Sequence[tuple[Positions, Positions, FloatArray]]) -> sp.csr_array:
    """Return the matrix of entries, which number the rows of each kind from 0."""
    rows = np.concatenate([own[0] + np.int32(start) for start, own in zip(starts, entries, strict=False)])
    columns, values = (np.concatenate([own[place] for own in entries]) for place in (1, 2))
    matrix = sp.csr_array((values, (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def _sum(parts: Iterable[FloatArray]) -> FloatArray:
    first, *others = parts
    total = first.copy()
    for part in others:
        total += part
    return total


def _joined(relation: Relation, owners: Sequence[IntArray]) -> tuple[Positions, tuple[IntArray, ...]]:
    """Return the members of all owners: the place of each one's owner, and its codes, column by column."""
    position = relation.index.positions(owners)
    first, count = relation.start[position], relation.start[position + 1] - relation.start[position]
    repeat = np.repeat(np.arange(len(position), dtype=np.int32), count)
    if position is relation.index.every:
        return repeat, relation.members
    place = np.arange(len(repeat)) + np.repeat(first - np.cumsum(count) + count, count)
    return repeat, tuple(codes[place] for codes in relation.members)


def _varies(node: Any) -> bool:
    return not isinstance(node, (int, float)) and node.is_potentially_variable()
