"""The client's command line: the same operations as the screens, offline, one JSON document each."""
