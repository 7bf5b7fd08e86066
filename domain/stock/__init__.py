"""Places, append-only moves, balances, intake, counts and adjustments."""
