"""Shapes of supervision's JSON interface, one file for each subject."""
