"""Dealers and people."""
