"""Factories per noun: the least that a test must say to have one."""
