"""These tests need the whole county with its modules, not the bare kernel of the folder above."""

from core.testing import county

__all__ = ["county"]
