"""One folder per screen; features never import each other."""
