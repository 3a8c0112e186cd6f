"""Wiring of notices."""
