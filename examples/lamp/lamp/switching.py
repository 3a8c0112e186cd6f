"""Says to a lamp or loudspeaker over MQTT that it shall go on or off."""

from typing import Any

from paho.mqtt import publish

from core.county import county, plugin_settings
from core.hookspecs import Event

PRESSED = "call_button.CallButtonPressed"
# What became of a press that rings: the first one of a call, and further ones.
_RINGS = ("called", "joined")
_SECONDS = 10


def follow(event: Event) -> None:
    """Switch the lamp of the event's village. An event that comes twice does the same again.

    Raises OSError, MQTTException: the broker is gone; the core tells it again later.
    """
    settings = plugin_settings("lamp")
    word = _word(event)
    if not settings["host"] or not word:
        return
    publish.single(
        settings["topic"].replace("{area}", event.area_code[:12]),
        settings[word],
        qos=1,
        hostname=settings["host"],
        port=settings["port"],
        auth=_auth(settings),
        tls=_tls(settings),
        keepalive=_SECONDS,
    )


def _word(event: Event) -> str:
    """The setting whose word is sent; empty: none. Whatever else it listens to says that nobody waits."""
    if event.kind == PRESSED:
        return "on" if event.payload["outcome"] in _RINGS else ""
    return "off"


def _auth(settings: dict[str, Any]) -> Any:
    if not settings["username"]:
        return None
    file = settings["password_file"]
    password = (county().data / file).read_text("utf-8").strip() if file else ""
    return {"username": settings["username"], "password": password}


def _tls(settings: dict[str, Any]) -> Any:
    if not settings["tls"]:
        return None
    return {"ca_certs": str(county().data / settings["ca_file"])} if settings["ca_file"] else {}
