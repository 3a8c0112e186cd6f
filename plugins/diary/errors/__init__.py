"""Why the diary refuses, one file for each subject."""
