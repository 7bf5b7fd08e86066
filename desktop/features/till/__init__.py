"""The till: shifts, cash beside selling, the count at the end, reports."""
