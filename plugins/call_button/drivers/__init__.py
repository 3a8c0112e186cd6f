"""Families of devices: what their messages say."""
