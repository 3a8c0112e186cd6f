"""Functions that weigh on grassroots staff: each is off until the county's config names its legal ground.

A plugin that has one declares it in plugin.toml and asks here before it acts (国办函〔2026〕12号). What it
did not declare is off for it whatever the config says, so nobody finds a burden that no list shows.
"""

import sys
from types import FrameType
from typing import ClassVar

from core.county import county
from core.errors import DomainError
from core.manifest import BURDENS, Manifest
from core.text import N_

BURDEN_TITLES = {
    "check_in": N_("打卡签到"),
    "ranking": N_("排名通报"),
    "online_time": N_("在线时长"),
    "photo_duty": N_("拍照留痕"),
    "track_upload": N_("轨迹上传"),
    "personal_score": N_("个人积分考核"),
}


class BurdenOff(DomainError):
    """The function is off: the county's config names no legal ground for it."""

    code, status = "burden_off", 403
    text = N_("“%(title)s”没有启用：配置 [burdens] 中未写明法律依据（国办函〔2026〕12号）。")
    words: ClassVar[tuple[str, ...]] = ("title",)


class BurdenUndeclared(DomainError):
    """A plugin asks for a burden that its plugin.toml does not declare: no list would show it."""

    code, status = "burden_undeclared", 403
    text = N_("插件 %(plugin)s 没有在 plugin.toml 的 [burdens] 中声明“%(title)s”，不能使用。")
    words: ClassVar[tuple[str, ...]] = ("title",)


def ground_of(name: str) -> str | None:
    """The legal ground on which burden `name` is on, None where it is off for the calling plugin."""
    caller = _calling_plugin()
    if caller is not None and name not in caller.burdens:
        return None
    return _ground(name)


def demand_ground(name: str) -> str:
    """The legal ground of burden `name` (one of `core.manifest.BURDENS`).

    Raises BurdenOff where the config names none, BurdenUndeclared where the calling plugin's own
    plugin.toml does not declare it.
    """
    caller = _calling_plugin()
    if caller is not None and name not in caller.burdens:
        raise BurdenUndeclared(plugin=caller.name, title=BURDEN_TITLES[name])
    ground = _ground(name)
    if ground is None:
        raise BurdenOff(title=BURDEN_TITLES[name])
    return ground


def _ground(name: str) -> str | None:
    if name not in BURDENS:
        raise KeyError(f"{name} is no burden; known are {', '.join(BURDENS)}")
    return county().settings.burdens.get(name)


def _calling_plugin() -> Manifest | None:
    """The plugin in whose code the nearest caller stands; None for the core, a command or a test.

    The caller is found, not told: a plugin that could name itself could name another.
    """
    manager = county().plugins
    packages = (
        {
            loaded.manifest.module.rpartition(".")[0]: loaded.manifest
            for name, loaded in manager.loaded.items()
            if name in manager.reports  # a core module is no plugin
        }
        if manager
        else {}
    )
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        while module:
            if module in packages:
                return packages[module]
            module = module.rpartition(".")[0]
        frame = frame.f_back
    return None
