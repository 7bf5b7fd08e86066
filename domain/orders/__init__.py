"""Retail sales, replenishment orders, shipments and their receipt."""
