"""End customers of a dealer."""
