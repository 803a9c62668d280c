"""What-if sessions: a scenario on the table, moves that change it, everybody sees the same; the rules are those of the allocator."""
