"""The door of the files module: everything that upper modules and plugins may use.

Photos and documents.
"""

__all__: list[str] = []
