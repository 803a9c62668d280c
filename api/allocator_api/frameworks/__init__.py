"""Frameworks: shipped ones, those of the installation, and what callers have added."""
