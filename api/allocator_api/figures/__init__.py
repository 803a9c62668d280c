"""Figures of partners: what lies in their reserves, what their sectors ask for. Every revision is kept."""

from allocator_api.figures.service import Figures

__all__ = ["Figures"]
