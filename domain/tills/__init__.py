"""The cash of a counter: shifts, what went in and out of the drawer, the count at the end, the Z report."""
