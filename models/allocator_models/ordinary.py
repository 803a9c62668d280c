"""The same model filled the ordinary Pyomo way, row by row: for other solvers, and to compare the lowering with."""

from __future__ import annotations

import pyomo.core as pyo

from allocator_models.formulation import Formulation


def expand(m: Formulation) -> Formulation:
    """Fill sets, parameters and relations of `m` from their tables and construct every row; return `m`.

    For small instances: one Pyomo object is made per column, row and term.
    """
    for index in list(m.component_objects(pyo.Set, descend_into=False)):
        if id(index) in m.tables:
            index.clear()
            index.update(_member(codes) for codes in m.tables[id(index)].codes)
    for related in list(m.component_objects(pyo.Set, descend_into=False)):
        if id(related) in m.relations:
            relation = m.relations[id(related)]
            related.clear()
            for position, owner in enumerate(relation.index.codes):
                own = slice(relation.start[position], relation.start[position + 1])
                members = zip(*(codes[own].tolist() for codes in relation.members), strict=True)
                related[_member(owner)] = [_member(codes) for codes in members]
    for parameter in m.component_objects(pyo.Param, descend_into=False):
        for codes, value in zip(m.tables[id(parameter.index_set())].codes, m.values[id(parameter)], strict=True):
            parameter[_member(codes)] = float(value)
    for variable in m.component_objects(pyo.Var, descend_into=False):
        for codes in m.tables[id(variable.index_set())].codes:
            _ = variable[_member(codes)]
    for name, declared in m.row_rules.items():
        m.add_component(f"{name}_rows", pyo.Constraint(declared.index, rule=declared.rule, doc=declared.doc))
    for goal, parts in m.goals.items():
        objective = pyo.Objective(expr=sum(rule(m) for rule in parts.values()), doc=goal)
        m.add_component(f"{goal}_goal", objective)
        objective.deactivate()
    return m


def _member(codes: tuple[int, ...]) -> int | tuple[int, ...]:
    return codes[0] if len(codes) == 1 else codes
