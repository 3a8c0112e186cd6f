"""The pages of accounts: logging in (phone face) and administering (office face)."""

from core.accounts.views.blueprint import pages
from core.accounts.views.office import accounts as _accounts  # noqa: F401 - joins its pages
from core.accounts.views.signing import login as _login  # noqa: F401
from core.accounts.views.tokens import tokens as _tokens  # noqa: F401

__all__ = ["pages"]
