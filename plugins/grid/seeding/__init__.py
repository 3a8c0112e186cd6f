"""Synthetic grids, borders and posts for demo and test counties, one file for each subject."""
