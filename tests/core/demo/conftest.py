"""The demo stands on all modules, so it gets the whole county again, not the kernel's."""

from core.testing import county

__all__ = ["county"]
