"""What the server's command line does, a module per kind of work."""
