"""Signing in on the page: the authorization code flow of OpenID Connect with PKCE, done by the service."""
