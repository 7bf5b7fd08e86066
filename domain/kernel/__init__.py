"""What every noun stands on: numbers, ids, errors, commands, envelopes, channels and the row-writer."""
