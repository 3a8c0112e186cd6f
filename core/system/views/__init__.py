"""The pages of the system: home, switches, operations, probes, the interface's manual."""

from core.system.views.blueprint import pages
from core.system.views.events import events as _events  # noqa: F401
from core.system.views.filing import filing as _filing  # noqa: F401
from core.system.views.home import home as _home  # noqa: F401 - joins its pages
from core.system.views.manual import docs as _docs  # noqa: F401
from core.system.views.operations import legal as _legal  # noqa: F401
from core.system.views.pilots import pilot as _pilot  # noqa: F401
from core.system.views.plugins import plugin_list as _plugins  # noqa: F401
from core.system.views.probes import healthz as _healthz  # noqa: F401

__all__ = ["pages"]
