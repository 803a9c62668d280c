"""Access tokens of the local issuer for clients with a key of their own."""
