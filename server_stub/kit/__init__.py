"""What every room of the server stands on: database, transactions, routes, errors, logs, jobs. No business nouns."""
