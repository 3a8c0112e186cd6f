"""The door of the webhooks module. Nothing above it needs to enter: people come by its pages and JSON."""

__all__: list[str] = []
