"""What-if questions to a finished run."""
