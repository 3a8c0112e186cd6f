"""Synthetic diaries for demo and test counties."""
