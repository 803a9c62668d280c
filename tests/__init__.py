"""Tests of the three packages, and the small instances they share."""
