"""Who calls, and what they may do; the permission stands in the signature of every endpoint."""

from allocator_api.identity.access import Caller, may
from allocator_api.identity.roles import Permission, Role

__all__ = ["Caller", "Permission", "Role", "may"]
