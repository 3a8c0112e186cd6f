"""Shapes of the diary's JSON interface, one file for each subject."""
