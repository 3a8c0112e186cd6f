"""The door of the webhooks module: people come by its pages and JSON, the filing pack asks who is told."""

from core.webhooks.queries import receivers

__all__ = ["receivers"]
