"""Replenishment orders to the upline."""
