"""A case with one of everything, short of helium, solved once."""

import pytest

from tests.allocator.audit.books import Books, solved
from tests.instances import InstanceBuilder


def crisis() -> InstanceBuilder:
    """Two regions, two months and one in the tail; every figure of the audit has something to look at."""
    case = InstanceBuilder().periods(3, tail=2)
    case.commodity("helium", loss=0.1)
    case.claim("NLD", "health", "helium", tier=1, demand=2.0, guarantee=0.5, restraint=0.1)
    case.claim("NLD", "chips", "helium", tier=2, demand=2.0)
    case.claim("NLD", "labs", "helium", tier=2, demand=4.0)
    case.claim("NLD", "packaging", "helium", tier=3, demand=2.0, cap=0.8, restraint=0.25, restraint_cost=3.0)
    case.claim("DEU", "chips", "helium", tier=2, demand=1.0)
    case.line("QAT_NLD", "NLD", "helium", limit=2.0, lead=1.5, before=3.0)
    case.line("USA_DEU", "DEU", "helium", limit=1.5)
    case.line("USA_gas", "NLD", "gas", limit=1.0, premium=1.0)
    case.process("liquefy", "NLD", {"gas": 2.0}, {"helium": 1.0}, limit=1.0, lead=1, before=0.25)
    case.lane("DEU", "NLD", "helium", limit=0.75, lead=0.5, before=0.1)
    case.reserve("cavern", "NLD", "helium", opening=3.0, floor=1.0, limit=1.5, loss=0.05, rank=1)
    case.reserve("tank", "DEU", "helium", opening=1.0, limit=0.5, rank=2)
    case.line("CAN_NLD", "NLD", "helium", limit=0.3, premium=2.0)
    case.line("CAN_DEU", "DEU", "helium", limit=0.3, premium=2.0)
    case.lever("purchase", "helium", rank=2, lines=("CAN_NLD", "CAN_DEU"), limit=0.4)
    case.reserve("loan", "NLD", "helium", opening=0.5, limit=0.25, rank=3, refill=0.5, due=[0.0, 0.0, 1.0, 1.0, 1.0])
    case.inventory("NLD", "helium", opening=1.0, minimum=0.5, maximum=2.0)
    case.claim("NLD", "glass", "argon", tier=3, demand=1.0)
    case.claim("NLD", "lamps", "argon", tier=3, demand=1.0)
    case.line("USA_argon", "NLD", "argon", limit=[2.0, 0.5, 2.0, 2.0, 2.0])
    case.plant("NLD/glass/argon", minimum=0.6, restart=2)
    return case


@pytest.fixture(scope="session")
def books() -> Books:
    return solved(crisis())
