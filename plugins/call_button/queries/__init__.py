"""All reads of the call button."""
