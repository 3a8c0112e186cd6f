"""Why supervision refuses, one file for each subject."""
