"""Figures of partners on demands."""
