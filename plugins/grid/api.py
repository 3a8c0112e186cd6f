"""The one door of the grid plugin for other plugins."""

__all__: list[str] = []
