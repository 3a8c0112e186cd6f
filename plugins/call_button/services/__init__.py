"""All writes of the call button."""
