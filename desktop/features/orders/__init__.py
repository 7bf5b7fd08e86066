"""Orders: list, detail, approval and shipping."""
