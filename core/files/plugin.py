"""Wiring of files."""
