"""Mistakes that were made once, each with the figure it gave."""
