"""Wiring of the grid plugin."""
