"""Order entry at the counter."""
