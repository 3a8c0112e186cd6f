"""What each subject adds to the county."""
