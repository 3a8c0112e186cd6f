"""Wiring of the home page and operations."""

from collections.abc import Iterable

from flask import Blueprint

from core.accounts.api import ADMIN, AUDITOR
from core.hookspecs import Card, Job, MenuItem, hookimpl
from core.idempotency import forget_old
from core.outbox import forget_delivered
from core.security import Actor, Role
from core.system.endpoints import api
from core.system.events import EVENTS
from core.system.queries import AUDIT, PLUGINS, plugin_troubles
from core.system.views import pages
from core.text import N_


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    """Home, operations, probes, manual."""
    return [pages]


@hookimpl
def register_api() -> Iterable[Blueprint]:
    """The same as JSON."""
    return [api]


@hookimpl
def register_roles() -> Iterable[Role]:
    """Who runs the county's plugins, and who reads its record: never the same person."""
    return [
        Role(ADMIN, N_("县区管理员"), frozenset({PLUGINS, EVENTS})),
        Role(AUDITOR, N_("审计员"), frozenset({AUDIT, EVENTS})),
    ]


@hookimpl
def register_audit_titles() -> dict[str, str]:
    """The lines of the kernel and its commands in the record."""
    return {
        "core.switch_plugin": N_("启用或停用插件"),
        "core.remove_plugin": N_("移除插件"),
        "core.install_plugin": N_("安装插件包"),
        "core.retry_plugin": N_("重新加载插件"),
        "core.report_plugin": N_("插件出现故障"),
        "core.set_pilot": N_("设定插件试点范围"),
        "core.follow_pilot": N_("试点随区域撤并调整"),
        "core.change_plugin_settings": N_("修改插件设置"),
        "core.retry_delivery": N_("重新投递事件"),
        "core.seed": N_("生成模拟数据"),
    }


@hookimpl
def register_jobs() -> Iterable[Job]:
    """Forgetting what nobody will ask for any more."""
    return [
        Job("system.forget_answers", N_("清理过期的请求编号"), _forget_answers, every=60),
        Job("system.forget_events", N_("清理早已送达的事件"), _forget_events, daily="03:20"),
    ]


def _forget_answers() -> None:
    forget_old()


def _forget_events() -> None:
    forget_delivered()


@hookimpl
def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Ways in for those who run the county."""
    group = N_("系统管理")
    if actor.may(PLUGINS):
        yield MenuItem(N_("插件"), "system.plugin_list", "office", "plug", 910, group)
    if actor.may(EVENTS):
        yield MenuItem(N_("事件投递"), "system.events", "office", "undo", 915, group)
    if actor.may(AUDIT):
        yield MenuItem(N_("审计记录"), "system.audit_record", "office", "shield", 920, group)
    if actor.may(PLUGINS) or actor.may(AUDIT):
        yield MenuItem(N_("减负清单"), "system.legal", "office", "list", 930, group)


@hookimpl
def home_cards(actor: Actor) -> Iterable[Card]:
    """Plugins in trouble, for those who can mend them."""
    if troubles := plugin_troubles(actor):
        yield Card("system/_home_troubles.html", {"troubles": troubles}, 1)
