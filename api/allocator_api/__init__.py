"""The service: one folder per noun, each with its endpoints; it adds no rule of its own to what a run computes."""
