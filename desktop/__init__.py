"""What a shop PC runs."""
