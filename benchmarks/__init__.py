"""Benchmarks: the same ranked job by this engine and by its peers, side by side; see `RESULTS.md`."""
