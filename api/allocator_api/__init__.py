"""The service; nothing of it is built yet."""
