"""Runs: asked for, worked on, and read."""
