"""Commands of the service, registered with the program by entry point."""
