"""Synthetic counties for trials, tests and acceptance: no real person is in them."""
