"""What supervision shows on other people's pages, one file for each subject."""
