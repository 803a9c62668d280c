"""Crises, frameworks and baselines as files."""

from pathlib import Path

ROOT = Path(__file__).parent
