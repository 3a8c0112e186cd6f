"""The one door of the diary plugin for other plugins."""

__all__: list[str] = []
