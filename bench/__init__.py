"""What is promised in figures, measured beside a baseline in the same run."""
