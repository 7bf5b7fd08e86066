"""Settings of this PC."""
