"""Wiring of the home page and operations."""

from collections.abc import Iterable

from flask import Blueprint

from core.hookspecs import hookimpl
from core.system.views import pages


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    """Its pages."""
    return [pages]
