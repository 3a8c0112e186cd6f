"""The call lamp joined to the core: hooks only."""

from marshmallow import Schema

from core.hookspecs import Event, hookimpl
from lamp.settings import LampSettings
from lamp.switching import follow


@hookimpl
def register_settings() -> Schema:
    return LampSettings()


@hookimpl
def on_event(event: Event) -> None:
    follow(event)
