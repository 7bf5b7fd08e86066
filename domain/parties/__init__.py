"""The network: one tree of parties, and the people who work there."""
