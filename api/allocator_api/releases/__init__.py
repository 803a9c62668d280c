"""What the crisis team shows to partners of a run: aggregates that tell of nobody, and to each its own rows."""
