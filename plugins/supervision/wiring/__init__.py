"""What each subject of supervision adds to the county."""
