"""Demo and test counties."""
