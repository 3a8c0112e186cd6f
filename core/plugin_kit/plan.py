"""What will change when a plugin is switched on or off, removed or replaced: said before it is done.

The plugin is loaded in a process of its own (`core.plugin_kit.inventory`); the county is only read.
"""

from pathlib import Path

from core.county import County, county
from core.db import database
from core.errors import DomainError
from core.files.api import count_files_of_kinds
from core.manifest import Manifest
from core.migrations import Chain, pending
from core.outbox import backlogs
from core.plugin_host.settings import saved
from core.plugin_host.state import State, UnknownPlugin, survey
from core.plugin_kit.inventory import Inventory, file_kinds, inventory
from core.text import N_
from core.value_classes import value_class

ENABLE, DISABLE, REMOVE, UPGRADE = "enable", "disable", "remove", "upgrade"
DEEDS = (ENABLE, DISABLE, REMOVE, UPGRADE)
APPEARS, VANISHES, STAYS = "appears", "vanishes", "stays"
# What comes and goes with a plugin that is switched, without anything being stored.
_SEEN = {
    "addresses": N_("网址"),
    "operations": N_("接口"),
    "permissions": N_("角色的权限"),
    "jobs": N_("定时任务"),
    "events": N_("发布的事件"),
    "listens": N_("订阅的事件"),
    "burdens": N_("基层负担功能"),
    "shows": N_("参与的页面和检查（钩子）"),
    "others": N_("种类、渠道和命令"),
}
SUBJECTS = {
    "migrations": N_("数据库迁移"),
    "tables": N_("数据表"),
    "rows": N_("数据行"),
    "files": N_("照片和文件"),
    "deliveries": N_("等待处理的事件"),
    "settings": N_("在插件页面改过的设置"),
    **_SEEN,
    "personal_data": N_("个人信息"),
}


class NothingToChange(DomainError):
    """It is so already."""

    code, status = "plugin_plan_empty", 409
    text = N_("插件 %(name)s 已经是这个状态，没有要改变的。")


class SourceMissing(DomainError):
    """Upgrading needs the new version."""

    code, status = "plugin_plan_source_missing", 400
    text = N_("请用 --from 写明新版本插件所在的文件夹。")


@value_class
class Change:
    """One thing: `subject` a key of SUBJECTS, `change` appears, vanishes or stays, `what` its name."""

    subject: str
    change: str
    what: str


def plan(
    county: County, name: str, deed: str, *, drop: bool = False, source: Path | None = None
) -> list[Change]:
    """What `deed` to plugin `name` will change, in the order of SUBJECTS; nothing is changed by asking.

    `drop`: removing drops its data, else they stay; `source`: the folder that holds the new version's
    package.
    Raises UnknownPlugin, NothingToChange, SourceMissing, PluginUnloadable.
    """
    report = survey(county.settings, county.plugins_folder).get(name)
    if report is None or report.manifest is None:
        raise UnknownPlugin(name=name)
    is_on = report.state is not State.OFF
    if (deed == ENABLE and is_on) or (deed == DISABLE and not is_on):
        raise NothingToChange(name=name)
    if deed == UPGRADE and source is None:
        raise SourceMissing
    brought = inventory(name, county.plugins_folder)
    if deed == ENABLE:
        found = [*_stored(report.manifest, brought), *_seen(county, brought, APPEARS)]
    elif deed == DISABLE:
        found = [*_kept(name, brought), *_seen(county, brought, VANISHES)]
    elif deed == REMOVE:
        gone = _dropped(name, brought) if drop else _kept(name, brought)
        found = [*gone, *(_seen(county, brought, VANISHES) if is_on else ())]
    else:
        found = list(_upgraded(report.manifest, brought, inventory(name, source)))
    order = list(SUBJECTS)
    return sorted(found, key=lambda change: (order.index(change.subject), change.change, change.what))


def _stored(manifest: Manifest, brought: Inventory) -> list[Change]:
    steps = pending([Chain(manifest.name, manifest.folder / "migrations")])
    there = set(database.obj.get_tables())
    tables = [
        Change("tables", STAYS if table in there else APPEARS, table)
        for table in (*brought.tables, f"{manifest.name}_migration")
    ]
    rows = [Change("rows", STAYS, _counted(table)) for table in brought.tables if table in there]
    return [
        *(Change("migrations", APPEARS, step.partition("/")[2]) for step in steps),
        *tables,
        *rows,
        *(Change("personal_data", APPEARS, table) for table in brought.personal_data),
    ]


def _kept(name: str, brought: Inventory) -> list[Change]:
    return _data(name, brought, STAYS)


def _dropped(name: str, brought: Inventory) -> list[Change]:
    return _data(name, brought, VANISHES)


def _data(name: str, brought: Inventory, change: str) -> list[Change]:
    there = set(database.obj.get_tables())
    tables = [table for table in brought.tables if table in there]
    waiting = sum(each.waiting + each.dead for each in backlogs() if each.plugin == name)
    files = count_files_of_kinds(file_kinds(brought))
    settings = saved(name, county().keys).values
    return [
        *(Change("tables", change, table) for table in (*tables, f"{name}_migration") if table in there),
        *(Change("rows", change, _counted(table)) for table in tables),
        *([Change("files", change, str(files))] if files else ()),
        *([Change("deliveries", change, str(waiting))] if waiting else ()),
        *(Change("settings", change, key) for key in settings),
        *(Change("personal_data", change, table) for table in brought.personal_data if table in there),
    ]


def _counted(table: str) -> str:
    # The name comes from the database's own list of tables.
    ((number,),) = database.execute_sql(f'SELECT COUNT(*) FROM "{table}"')  # noqa: S608
    return f"{table}: {number}"


def _seen(county: County, brought: Inventory, change: str) -> list[Change]:
    return [
        Change(subject, change, _grounded(county, what) if subject == "burdens" else what)
        for subject in _SEEN
        for what in getattr(brought, subject)
    ]


def _grounded(county: County, burden: str) -> str:
    return f"{burden}: {county.settings.burdens.get(burden) or N_('没有写明依据，不启用')}"


def _upgraded(manifest: Manifest, old: Inventory, new: Inventory) -> list[Change]:
    found = [Change("migrations", APPEARS, step) for step in new.migrations if step not in old.migrations]
    found += [Change("migrations", VANISHES, step) for step in old.migrations if step not in new.migrations]
    for subject in ("tables", *_SEEN, "personal_data"):
        before, after = set(getattr(old, subject)), set(getattr(new, subject))
        found += [Change(subject, APPEARS, what) for what in after - before]
        found += [Change(subject, VANISHES, what) for what in before - after]
    return found
