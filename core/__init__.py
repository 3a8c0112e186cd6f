"""The kernel of gridgov: it knows no plugin and no village."""
