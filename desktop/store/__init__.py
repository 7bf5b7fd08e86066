"""The shop's own databases: the ledger, which is the truth, and the cache, which can be rebuilt. No Qt, no threads."""
