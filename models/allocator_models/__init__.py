"""The mathematics: an instance of index tables becomes a Pyomo model, and that its matrix form."""

from allocator_models.families import formulate
from allocator_models.formulation import Formulation
from allocator_models.instance import Instance
from allocator_models.matrix import Block, MatrixForm, lower

__all__ = ["Block", "Formulation", "Instance", "MatrixForm", "formulate", "lower"]
