"""Priority frameworks: the law that ranks sectors, dated and with its legal basis."""

from allocator.framework.basis import Bases, Basis
from allocator.framework.claims import Cap, Decision, Exemption, Guarantee, Override, PriorityOrder, holds_at
from allocator.framework.dated import Dated, NotInForceError
from allocator.framework.legal import LegalRegister, load_legal
from allocator.framework.load import framework_of, load_framework, missing_sectors, not_in_force, read_framework
from allocator.framework.model import Framework, Reserves, Restraint, Rule, Sharing, Tier

__all__ = [
    "Bases",
    "Basis",
    "Cap",
    "Dated",
    "Decision",
    "Exemption",
    "Framework",
    "Guarantee",
    "LegalRegister",
    "NotInForceError",
    "Override",
    "PriorityOrder",
    "Reserves",
    "Restraint",
    "Rule",
    "Sharing",
    "Tier",
    "framework_of",
    "holds_at",
    "load_framework",
    "load_legal",
    "missing_sectors",
    "not_in_force",
    "read_framework",
]
