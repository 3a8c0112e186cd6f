"""The process between the broker and the calls."""
