"""Synthetic points, stores, claims and months of the points store for demo and test counties."""
