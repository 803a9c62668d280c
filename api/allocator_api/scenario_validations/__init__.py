"""Checks of a scenario that is not added."""
