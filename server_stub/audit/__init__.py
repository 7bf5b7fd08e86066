"""Comparing what must agree: feed and tables, balances and moves, receipts and effects."""
