"""Tables of the diary plugin, one file for each subject."""
