"""Backing a county up into one file, and bringing it back from one."""
