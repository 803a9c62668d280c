"""The laws of formulation 9 on random instances, and what is not a law."""
