"""Benchmarks: the same ranked job by this engine and by its peers, side by side; see `RESULTS.md`."""

import allocator  # noqa: F401 - before NumPy, whose threads it sets for all peers alike
