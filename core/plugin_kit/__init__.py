"""For those who write plugins: a new one from a template, and what is looked at before it is installed."""
