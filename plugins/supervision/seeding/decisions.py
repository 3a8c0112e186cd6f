"""Synthetic decisions, one in every state, in the first villages. Deterministic."""

from typing import Any

from core.hookspecs import SeedWorld


def seed_decisions(world: SeedWorld) -> dict[str, Any]:
    """Nothing yet."""
    del world
    return {}
