"""Shapes in and out."""
