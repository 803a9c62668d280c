"""The audit: who did what and when, appended only, each event chained to the one before by a hash."""
