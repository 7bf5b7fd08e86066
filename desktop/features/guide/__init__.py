"""A new shop's first steps: printer, scanner, receipt, PIN, and a first sale that is not real."""
