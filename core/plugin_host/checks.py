"""What a plugin may not bring along (others' tables, addresses, rights), nor answer."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from flask import Blueprint
from peewee import Model

from core.db import BaseModel
from core.hookspecs import ITEMS, CaseKind, Channel, Job, NoticeKind
from core.manifest import Manifest
from core.security import Role

if TYPE_CHECKING:
    from core.devices import DeviceDriver

LONGEST_LINE = 30
MOST_ITEMS = 100  # of one answer: more would crowd every page, and an endless generator never ends


def check_place(manifest: Manifest, module: ModuleType) -> None:
    """The imported module lies in the plugin's folder: another package may have the same name."""
    file = Path(module.__file__ or "")
    if not file.is_relative_to(manifest.folder):
        raise ImportError(f"模块 {manifest.module} 来自 {file}，不在插件的文件夹里；请给插件改名")


def check_tables(manifest: Manifest, models: Sequence[type[Model]]) -> None:
    """Each table is the plugin's own by name and lies in the county's database."""
    prefix = f"{manifest.name}_"
    for model in models:
        table = model._meta.table_name
        if not table.startswith(prefix):
            raise ValueError(f"表 {table} 的名字应以 {prefix} 开头")
        if not issubclass(model, BaseModel):
            raise TypeError(f"模型 {model.__name__} 应继承 core.db.BaseModel 或 AreaModel")


def check_addresses(manifest: Manifest, pages: Sequence[Blueprint], api: Sequence[Blueprint]) -> None:
    """Own names and own addresses, so that no plugin can put itself in another one's place."""
    name = manifest.name
    path = "/" + name.replace("_", "-")
    for blueprint in [*pages, *api]:
        if blueprint.name != name and not blueprint.name.startswith(f"{name}_"):
            raise ValueError(f"蓝图 {blueprint.name} 的名字应以 {name} 开头")
    for blueprint in pages:
        prefix = blueprint.url_prefix or ""
        if prefix != path and not prefix.startswith(path + "/"):
            raise ValueError(f"蓝图 {blueprint.name} 的网址应以 {path} 开头")


def check_roles(manifest: Manifest, roles: Sequence[Role], neighbours: Sequence[Manifest]) -> None:
    """A plugin's roles grant its own permissions and those of the plugins it requires, nothing else.

    A misspelt one grants nothing; one of the core's (`accounts.manage`, say) would make
    administrators of whoever the plugin likes.
    """
    given = {permission for role in roles for permission in role.permissions}
    own = {permission for permission in given if permission.startswith(f"{manifest.name}.")}
    if unknown := sorted(own - set(manifest.permissions)):
        raise ValueError(f"权限 {', '.join(unknown)} 没有写在 plugin.toml 的 [permissions] 里")
    theirs = {permission for neighbour in neighbours for permission in neighbour.permissions}
    if foreign := sorted(given - own - theirs):
        raise ValueError(
            f"角色不能给出权限 {', '.join(foreign)}：只能给出本插件的，或 plugin.toml 的 requires 所列插件的"
        )


def check_listening(
    manifest: Manifest, kinds: Sequence[str], known: Mapping[str, Manifest], *, can_hear: bool
) -> None:
    """Who listens has `on_event`, and listens to nothing (`kinds`) that its announcer does not know.

    An announcer that is not installed announces nothing, so listening to it is no mistake.
    """
    if (manifest.listens or manifest.listens_by) and not can_hear:
        raise ValueError("plugin.toml 的 listens 写了事件，但 plugin.py 没有实现 on_event")
    for kind in kinds:
        announcer = known.get(kind.partition(".")[0])
        if announcer is not None and kind not in announcer.events:
            named_by = "" if kind in manifest.listens else f"配置 [plugin.{manifest.name}] 写了它；"
            raise ValueError(f"没有事件 {kind}：{named_by}插件 {announcer.name} 的 plugin.toml 没有声明它")


def check_jobs(manifest: Manifest, jobs: Sequence[Job]) -> None:
    """Each job bears the plugin's name, and no two the same."""
    names = [job.name for job in jobs]
    for name in names:
        if not name.startswith(f"{manifest.name}.") or names.count(name) > 1:
            raise ValueError(f"任务 {name} 的名字应以 {manifest.name}. 开头，并且不能重复")


def check_names(
    manifest: Manifest,
    owners: Iterable[str],
    kinds: Mapping[str, NoticeKind],
    channels: Sequence[Channel],
) -> None:
    """Subjects of files, kinds of messages and channels bear the plugin's name: none answers for another.

    Core modules stand on their own names, which no plugin can have.
    """
    name = manifest.name
    if manifest.module.startswith("core."):
        return
    for kind in owners:
        if kind != name and not kind.startswith(f"{name}_"):
            raise ValueError(f"文件归属 {kind} 的名字应是 {name}，或以 {name}_ 开头")
    for kind in kinds:
        if not kind.startswith(f"{name}."):
            raise ValueError(f"消息种类 {kind} 的名字应以 {name}. 开头")
    for channel in channels:
        if channel.name != name and not channel.name.startswith(f"{name}_"):
            raise ValueError(f"消息渠道 {channel.name} 的名字应是 {name}，或以 {name}_ 开头")


def check_case_kinds(manifest: Manifest, kinds: Sequence[CaseKind]) -> None:
    """Each kind of case bears the plugin's name, and no two the same."""
    names = [kind.name for kind in kinds]
    for name in names:
        if not name.startswith(f"{manifest.name}.") or len(name) > 60 or names.count(name) > 1:
            raise ValueError(
                f"事项种类 {name} 的名字应以 {manifest.name}. 开头、不超过 60 个字母，并且不能重复"
            )


def check_service_lines(manifest: Manifest, lines: Mapping[str, str]) -> None:
    """Each line of service bears the plugin's name; the core's own are there in every county."""
    if manifest.module.startswith("core."):
        return
    for code, title in lines.items():
        if not code.startswith(f"{manifest.name}.") or len(code) > LONGEST_LINE or not title:
            raise ValueError(
                f"条线 {code} 的名字应以 {manifest.name}. 开头、不超过 {LONGEST_LINE} 个字母，并且有标题"
            )


def check_device_drivers(manifest: Manifest, drivers: Sequence["DeviceDriver"]) -> None:
    """Each driver bears the plugin's name, once."""
    names = [driver.name for driver in drivers]
    for name in names:
        if not name.startswith(f"{manifest.name}.") or names.count(name) > 1:
            raise ValueError(f"设备驱动 {name} 的名字应以 {manifest.name}. 开头，并且不能重复")


def check_answer(hook: str, value: Any) -> Any:
    """What a plugin said to `hook`, read to its end and of the kind the hook asks for."""
    if value is None:
        return None
    if hook == "seed":
        demand_type(hook, value, dict)
        return value
    items = list(islice(value, MOST_ITEMS + 1))
    if len(items) > MOST_ITEMS:
        raise ValueError(f"{hook} 一次最多给出 {MOST_ITEMS} 项")
    for item in items:
        demand_type(hook, item, ITEMS[hook])
    return items


def demand_type(hook: str, value: Any, kind: Any) -> None:
    """Raises TypeError for an answer of another kind."""
    if not isinstance(value, kind):
        raise TypeError(f"{hook} 应给出 {getattr(kind, '__name__', kind)}，而不是 {type(value).__name__}")
