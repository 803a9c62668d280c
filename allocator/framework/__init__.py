"""Priority frameworks: the law that ranks sectors, dated and with its legal basis."""

from allocator.framework.dated import Dated, NotInForceError
from allocator.framework.legal import LegalRegister, load_legal
from allocator.framework.load import framework_of, load_framework, missing_sectors, not_in_force, read_framework
from allocator.framework.model import Basis, Framework, Guarantee, Reserves, Restraint, Rule, Sharing, Tier

__all__ = [
    "Basis",
    "Dated",
    "Framework",
    "Guarantee",
    "LegalRegister",
    "NotInForceError",
    "Reserves",
    "Restraint",
    "Rule",
    "Sharing",
    "Tier",
    "framework_of",
    "load_framework",
    "load_legal",
    "missing_sectors",
    "not_in_force",
    "read_framework",
]
