"""Scenarios and frameworks by id: shipped ones, those of the installation's own library, and what callers have added."""

from allocator_api.catalogue.service import Catalogue, Document

__all__ = ["Catalogue", "Document"]
