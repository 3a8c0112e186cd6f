"""Elder meals (助老餐): a plugin of gridgov."""
