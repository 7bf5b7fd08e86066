"""Products, units, bar codes, categories and dated price lists."""
