"""The door of the notices module: everything that upper modules and plugins may use.

One gate for all messages.
"""

__all__: list[str] = []
