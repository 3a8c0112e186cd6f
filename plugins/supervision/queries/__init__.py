"""All reads of the supervision plugin, one file for each subject."""
