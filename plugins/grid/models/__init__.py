"""Tables of the grid plugin, one file for each subject."""
