"""Small instances for tests: written by hand (`InstanceBuilder`), from a seed (`random_instance`) or by hypothesis (`instances`)."""

from tests.instances.builder import InstanceBuilder
from tests.instances.generator import builders, instances, random_builder, random_instance

__all__ = ["InstanceBuilder", "builders", "instances", "random_builder", "random_instance"]
