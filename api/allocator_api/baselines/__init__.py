"""Baselines that scenarios can name."""
