"""The one door of the supervision plugin for other plugins."""

__all__: list[str] = []
