"""Wiring of cases."""
