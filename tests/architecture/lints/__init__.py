"""The lints themselves: pure functions from sources to findings, each with a test that plants what it looks for."""
