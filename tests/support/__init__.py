"""What tests of every room share: databases, the customer's data, and guards that fail a careless test."""
