"""What is handed in for filing (减负护栏, 国办函〔2026〕12号): what a plugin, or all of them, asks of people.

Made of what plugins declare and of what is really there: burdens with their legal ground, what people fill
in, personal data, rights, jobs, events, addresses outside, tables with their numbers of rows.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from core.burdens import BURDEN_TITLES
from core.clock import today
from core.county import county, plugins
from core.db import database
from core.errors import NotFound
from core.manifest import Manifest
from core.outbox import event_titles
from core.plugin_host.pilots import counted
from core.plugin_host.state import Report, State, survey
from core.plugin_manager import Loaded
from core.security import Actor
from core.system.queries import PLUGINS
from core.text import N_
from core.value_classes import value_class
from core.version import VERSION
from core.webhooks.api import receivers

_COMMON = "core"
_SMS_GATEWAY = "GRIDGOV_SMS_URL"
_NO_GROUND = N_("没有写明依据，不启用")
_TITLES = {
    "burdens": (N_("基层负担功能"), (N_("功能"), N_("用在哪里"), N_("法律依据"))),
    "forms": (N_("要人填写的内容"), (N_("编号"), N_("谁、何时、填什么"))),
    "personal_data": (N_("个人信息"), (N_("数据表"), N_("用途"), N_("条数"))),
    "permissions": (N_("权限"), (N_("权限"), N_("哪些角色有"))),
    "jobs": (N_("定时任务"), (N_("任务"), N_("多久一次"))),
    "events": (N_("事件"), (N_("方向"), N_("事件"))),
    "addresses": (N_("系统外的地址"), (N_("地址"), N_("用在哪里"))),
    "tables": (N_("数据表"), (N_("数据表"), N_("条数"))),
}


@value_class
class Said:
    """A cell: a text of the catalogue with its values; a number or a code is its own text.

    `others`: further texts, where the cell is a list.
    """

    text: str
    values: Mapping[str, Any]
    others: tuple[str, ...] = ()


@value_class
class Section:
    """A table of the pack: title, heads and rows of one length. Without rows there is nothing of it."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Said, ...], ...]


@value_class
class Part:
    """One plugin, or what is common to all (`name` core). `pilot`: texts with how many areas try it."""

    name: str
    title: str
    title_en: str
    version: str
    state: str
    summary: str
    pilot: tuple[tuple[str, int], ...]
    sections: tuple[Section, ...]


@value_class
class Pack:
    """What is handed in: of one plugin, or of the county with all that are on."""

    county_name: str
    made_on: str
    version: str
    parts: tuple[Part, ...]


def plugin_pack(actor: Actor, name: str) -> Pack:
    """The pack of one plugin, whatever its state. Raises NotFound for one that is not installed."""
    actor.demand(PLUGINS, county().settings.county_code)
    report = _reports().get(name)
    if report is None or report.manifest is None:
        raise NotFound
    return _pack([_part(report, report.manifest)])


def county_pack(actor: Actor) -> Pack:
    """The pack of the county: what is common, then every plugin that is switched on, by name."""
    actor.demand(PLUGINS, county().settings.county_code)
    reports = [report for _, report in sorted(_reports().items()) if report.state is not State.OFF]
    return _pack([_common(), *(_part(report, report.manifest) for report in reports if report.manifest)])


def _reports() -> dict[str, Report]:
    return survey(county().settings, county().plugins_folder)


def _pack(parts: list[Part]) -> Pack:
    return Pack(county().settings.county_name, today().isoformat(), VERSION, tuple(parts))


def _part(report: Report, manifest: Manifest) -> Part:
    loaded = plugins().loaded.get(manifest.name)
    return Part(
        name=manifest.name,
        title=manifest.title,
        title_en=manifest.title_en,
        version=manifest.version,
        state=report.state.title,
        summary=manifest.summary,
        pilot=tuple(counted(report.pilot)),
        sections=_sections([manifest], [loaded] if loaded else []),
    )


def _common() -> Part:
    """The modules that are always on, as one."""
    modules = [each for name, each in plugins().loaded.items() if name not in plugins().reports]
    return Part(
        name=_COMMON,
        title=N_("公共部分"),
        title_en="Common ground",
        version=VERSION,
        state=State.ON.title,
        summary=N_("账号、人口、事项、消息等，所有插件共用"),
        pilot=(),
        sections=_sections([each.manifest for each in modules], modules),
    )


def _sections(manifests: list[Manifest], loaded: list[Loaded]) -> tuple[Section, ...]:
    there = set(database.obj.get_tables())
    rows: dict[str, list[tuple[Said, ...]]] = {
        "burdens": [_burden(name, use) for each in manifests for name, use in each.burdens.items()],
        "forms": [(_plain(name), _plain(text)) for each in manifests for name, text in each.forms.items()],
        "personal_data": [
            (_plain(table), _plain(purpose), _count(table.partition(".")[0], there))
            for each in manifests
            for table, purpose in each.personal_data.items()
        ],
        "permissions": [
            (_plain(title), _roles(name)) for each in manifests for name, title in each.permissions.items()
        ],
        "jobs": [(_plain(job.title), _often(job.daily, job.every)) for each in loaded for job in each.jobs],
        "events": list(_events(manifests)),
        "addresses": [(_plain(where), _plain(use)) for where, use in sorted({*_addresses(loaded)})],
        "tables": [
            (_plain(table), _count(table, there))
            for each in loaded
            for table in sorted(model._meta.table_name for model in each.models)
        ],
    }
    return tuple(Section(name, *_TITLES[name], tuple(found)) for name, found in rows.items())


def _plain(text: object) -> Said:
    return Said(str(text), {})


def _burden(name: str, use: str) -> tuple[Said, ...]:
    ground = county().settings.burdens.get(name, _NO_GROUND)
    return _plain(BURDEN_TITLES[name]), _plain(use), _plain(ground)


def _roles(permission: str) -> Said:
    held = sorted(role.title for role in plugins().roles().values() if permission in role.permissions)
    return Said(held[0], {}, tuple(held[1:])) if held else _plain("")


def _often(daily: str, every: int) -> Said:
    if daily:
        return Said(N_("每天 %(time)s"), {"time": daily})
    return Said(N_("每 %(minutes)s 分钟"), {"minutes": every})


def _events(manifests: Iterable[Manifest]) -> Iterator[tuple[Said, ...]]:
    titles = event_titles(_reports())
    titles |= {
        kind: title for each in plugins().loaded.values() for kind, title in each.manifest.events.items()
    }
    for manifest in manifests:
        yield from ((_plain(N_("发布")), _plain(title)) for title in manifest.announces.values())
        yield from ((_plain(N_("接收")), _plain(titles.get(kind, kind))) for kind in manifest.listens)


def _addresses(loaded: Iterable[Loaded]) -> Iterator[tuple[str, str]]:
    """Where something leaves the system to, and for what."""
    for each in loaded:
        name = each.manifest.name
        yield from ((host, name) for host in _hosts(each.settings))
        for channel in each.channels:
            if plugins().call(name, "register_channels", channel.ready).value:
                yield N_("消息渠道"), channel.title
        if name == "notices":
            yield from ((host, name) for host in _hosts(os.environ.get(_SMS_GATEWAY, "")))
        if name == "webhooks":
            yield from ((host, title) for url, title in receivers() for host in _hosts(url))


def _hosts(value: Any) -> Iterator[str]:
    """Every address in settings, whatever their shape, without path and password: a key may stand there."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _hosts(each)
    elif isinstance(value, str) and "://" in value:
        try:
            parts = urlsplit(value)
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            return
        if parts.hostname:
            yield f"{parts.scheme}://{parts.hostname}{port}"


def _count(table: str, there: set[str]) -> Said:
    if table not in there:
        return _plain("—")
    # The name is one of the database's own list of tables.
    ((number,),) = database.execute_sql(f'SELECT COUNT(*) FROM "{table}"')  # noqa: S608
    return _plain(number)
