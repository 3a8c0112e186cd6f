"""All writes of the supervision plugin, one file for each subject."""
