"""Choosing between the two values of a field that two people wrote."""
