"""Why the answer is as it is: who is cut, what holds them back, at what price."""

from allocator.explain.cuts import NOTHING, Ceiling, basis_text, decided_cells, grounds_of
from allocator.explain.explain import asked, explain, given_back
from allocator.explain.model import CUTS, AtCap, Binding, Explanation, Holder, Input, Limit, Lost, Reason, Remedy, Step, Trial

__all__ = [
    "CUTS",
    "NOTHING",
    "AtCap",
    "Binding",
    "Ceiling",
    "Explanation",
    "Holder",
    "Input",
    "Limit",
    "Lost",
    "Reason",
    "Remedy",
    "Step",
    "Trial",
    "asked",
    "basis_text",
    "decided_cells",
    "explain",
    "given_back",
    "grounds_of",
]
