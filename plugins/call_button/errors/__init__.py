"""Why the call button refuses."""
