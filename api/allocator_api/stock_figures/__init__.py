"""Figures of partners on reserves."""
