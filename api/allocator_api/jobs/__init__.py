"""Work on runs: a worker holds a lease on a run, renews it while it works, and writes only while it is the last that took it."""
