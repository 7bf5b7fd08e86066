"""Signing in and enrolling this PC."""
