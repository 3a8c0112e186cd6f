"""Shapes of the JSON interface, one file for each subject."""
