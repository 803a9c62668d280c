"""The caller itself."""
