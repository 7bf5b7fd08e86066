"""Stock and intake."""
