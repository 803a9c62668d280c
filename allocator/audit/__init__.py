"""The audit: everything recomputed from the tables with plain arithmetic, without the solver and without the model's code."""

from allocator.audit.audit import audit_allocation
from allocator.audit.result import LIMIT, Audit, Check, Offence

__all__ = ["LIMIT", "Audit", "Check", "Offence", "audit_allocation"]
