"""From rules to a sparse matrix, whole tables at a time.

Pyomo calls each rule once with symbolic indices and keeps the expression (a *template*). Walking that small tree with arrays of indices,
one entry per row, gives every coefficient of the rule's rows at once; no Pyomo object exists per column, row or term.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyomo.core.expr as expressions
import pyomo.environ as pyo
import scipy.sparse as sp
from pyomo.core.expr.template_expr import GetItemExpression, IndexTemplate, TemplateSumExpression, templatize_rule

from allocator_models.formulation import FloatArray, Formulation, IndexTable, IntArray

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


def lower(m: Formulation) -> MatrixForm:
    """Return the matrix of all rules of `m`."""
    with _TEMPLATIZING:
        return _Lowering(m).matrix_form()


class _Terms:
    """Coefficients gathered so far: row, column and value, and a constant per row."""

    def __init__(self, rows: int) -> None:
        self.rows: list[IntArray] = []
        self.columns: list[IntArray] = []
        self.values: list[FloatArray] = []
        self.constant = np.zeros(rows)


@dataclass(frozen=True)
class _Context:
    """Index arrays, one entry per term under way; `row` is the row each entry belongs to, `factor` what it is multiplied by."""

    indices: Mapping[int, IntArray]
    row: IntArray
    factor: FloatArray

    def repeated(self, repeat: IntArray, iterators: tuple[IndexTemplate, ...], members: IntArray) -> _Context:
        indices = {key: values[repeat] for key, values in self.indices.items()}
        indices.update({id(iterator): members[:, place] for place, iterator in enumerate(iterators)})
        return _Context(indices, self.row[repeat], self.factor[repeat])

    def times(self, factor: FloatArray | float) -> _Context:
        return _Context(self.indices, self.row, self.factor * factor)


class _Lowering:
    """One walk over all rules of a formulation."""

    def __init__(self, m: Formulation) -> None:
        self.m = m
        self.variables: dict[str, Block] = {}
        self.offsets: dict[int, tuple[int, IndexTable]] = {}
        start = 0
        for variable in m.component_objects(ctype=pyo.Var, descend_into=False):
            table = m.tables[id(variable.index_set())]
            self.variables[variable.local_name] = Block(start, table.frame)
            self.offsets[id(variable)] = (start, table)
            start += len(table.codes)
        self.size = start

    def matrix_form(self) -> MatrixForm:
        lowered = {name: self._rows(name) for name in sorted(self.m.row_rules)}
        rows: dict[str, Block] = {}
        height = 0
        for name, (matrix, _, _) in lowered.items():
            rule = self.m.row_rules[name]
            rows[name] = Block(height, self.m.tables[id(rule.index)].frame, rule.doc)
            height += matrix.shape[0]
        parts = {goal: {part: self._goal(rule) for part, rule in sorted(named.items())} for goal, named in sorted(self.m.goals.items())}
        bounds = [self.m.bounds[key] for key in self.offsets]
        return MatrixForm(
            matrix=sp.csr_array(sp.vstack([matrix for matrix, _, _ in lowered.values()], format="csr")),
            row_lower=np.concatenate([low for _, low, _ in lowered.values()]),
            row_upper=np.concatenate([high for _, _, high in lowered.values()]),
            column_lower=np.concatenate([bound.lower for bound in bounds]),
            column_upper=np.concatenate([bound.upper for bound in bounds]),
            integrality=np.zeros(self.size, dtype=bool),
            variables=self.variables,
            rows=rows,
            goals={goal: np.sum(list(named.values()), axis=0) for goal, named in parts.items()},
            goal_parts=parts,
        )

    def _rows(self, name: str) -> tuple[sp.csr_array, FloatArray, FloatArray]:
        """Return matrix, lower and upper side of all rows of one kind."""
        declared = self.m.row_rules[name]
        table = self.m.tables[id(declared.index)]
        height = len(table.codes)
        expression, iterators = templatize_rule(self.m, lambda model, index: declared.rule(model, *index), declared.index)
        context = _Context(
            {id(iterator): table.codes[:, place] for place, iterator in enumerate(iterators)}, np.arange(height), np.ones(height)
        )
        left, right = expression.args
        terms = _Terms(height)
        self._linear(left, context, terms)
        self._linear(right, context.times(-1.0), terms)
        upper = 0.0 - terms.constant
        equal = isinstance(expression, expressions.EqualityExpression)
        return self._assemble(terms, height), upper if equal else np.full(height, -np.inf), upper

    def _goal(self, rule: Any) -> FloatArray:
        expression, _ = templatize_rule(self.m, lambda model, _: rule(model), None)
        terms = _Terms(1)
        self._linear(expression, _Context({}, np.zeros(1, dtype=np.int64), np.ones(1)), terms)
        return np.asarray(self._assemble(terms, 1).todense()).reshape(self.size)

    def _assemble(self, terms: _Terms, height: int) -> sp.csr_array:
        rows = np.concatenate([np.zeros(0, dtype=np.int64), *terms.rows])
        columns = np.concatenate([np.zeros(0, dtype=np.int64), *terms.columns])
        values = np.concatenate([np.zeros(0), *terms.values])
        matrix = sp.csr_array((values, (rows, columns)), shape=(height, self.size))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return matrix

    def _linear(self, node: Any, context: _Context, terms: _Terms) -> None:
        """Add the terms of a linear expression, one entry per entry of the context."""
        if isinstance(node, TemplateSumExpression):
            self._linear(node.template_args()[0], self._iterated(node, context), terms)
        elif isinstance(node, (int, float)) or not node.is_potentially_variable():
            np.add.at(terms.constant, context.row, context.factor * self._value(node, context))
        elif isinstance(node, GetItemExpression):
            start, table = self.offsets[id(node.arg(0))]
            terms.rows.append(context.row)
            terms.columns.append(start + table.positions(self._index(node, context)))
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
                relation = self.m.relations[id(over.arg(0))]
                position = relation.index.positions(self._index(over, context))
                first, count = relation.start[position], relation.start[position + 1] - relation.start[position]
                repeat = np.repeat(np.arange(len(position)), count)
                offset = np.arange(len(repeat)) - np.repeat(np.cumsum(count) - count, count)
                members = relation.members[first[repeat] + offset]
            else:
                codes = self.m.tables[id(over)].codes
                repeat = np.repeat(np.arange(len(context.row)), len(codes))
                members = np.tile(codes, (len(context.row), 1))
            context = context.repeated(repeat, iterators, members)
        return context

    def _index(self, node: GetItemExpression, context: _Context) -> list[IntArray]:
        return [np.broadcast_to(self._value(argument, context), context.row.shape) for argument in node.args[1:]]

    def _value(self, node: Any, context: _Context) -> Any:
        """Return a constant expression as a number or an array over the context."""
        if isinstance(node, (int, float)):
            return node
        if isinstance(node, IndexTemplate):
            return context.indices[id(node)]
        if isinstance(node, GetItemExpression):
            parameter = node.arg(0)
            return self.m.values[id(parameter)][self.m.tables[id(parameter.index_set())].positions(self._index(node, context))]
        if isinstance(node, expressions.SumExpression):
            return sum(self._value(part, context) for part in node.args)
        if isinstance(node, expressions.NegationExpression):
            return -self._value(node.arg(0), context)
        if isinstance(node, expressions.ProductExpression):
            return self._value(node.arg(0), context) * self._value(node.arg(1), context)
        raise TypeError(f"a rule may not use {type(node).__name__} as a constant: {node}")


def _varies(node: Any) -> bool:
    return not isinstance(node, (int, float)) and node.is_potentially_variable()
