"""What only the server does for the catalogue."""
