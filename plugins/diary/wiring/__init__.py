"""What each subject of the diary adds to the county."""
