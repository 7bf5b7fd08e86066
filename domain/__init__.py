"""The business, written once for both sides: the counter and headquarters.

No Qt, no HTTP, no database engine and no clock live here; they are handed in.
"""
