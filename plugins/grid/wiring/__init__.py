"""What each subject of the grid plugin adds to the county; `plugin.py` joins the parts."""
