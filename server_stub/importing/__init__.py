"""Taking over files of other systems: products, customers, opening stock and the past."""
