"""Synthetic decisions, power lists and reports for demo and test counties."""
