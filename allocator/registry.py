"""The registry of the mathematics, for everything else that grows."""

from allocator_models.registry import Registry, RegistryError, UnknownNameError

__all__ = ["Registry", "RegistryError", "UnknownNameError"]
