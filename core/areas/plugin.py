"""Wiring of the areas module: what it adds to the county."""

from collections.abc import Iterable

from flask import Blueprint
from peewee import Model

from core.areas.endpoints import api
from core.areas.models import Area
from core.areas.queries import has_areas
from core.areas.services import keep_pilots
from core.areas.views import pages
from core.hookspecs import Finding, Job, MenuItem, hookimpl
from core.security import Actor, Role
from core.text import N_

VIEW = frozenset({"areas.view"})


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    """The area tree and its import."""
    return [pages]


@hookimpl
def register_api() -> Iterable[Blueprint]:
    """listAreas, getArea."""
    return [api]


@hookimpl
def register_models() -> Iterable[type[Model]]:
    """The one table."""
    return [Area]


@hookimpl
def register_roles() -> Iterable[Role]:
    """Everybody on duty may look areas up; only the county administrator changes them."""
    return [
        Role("county_admin", N_("县区管理员"), VIEW | {"areas.manage"}),
        Role("secretary", N_("村书记"), VIEW),
        Role("grid_leader", N_("网格长"), VIEW),
        Role("grid_member", N_("专职网格员"), VIEW),
        Role("assistant", N_("网格协管员"), VIEW),
        Role("stationed_cadre", N_("驻村干部"), VIEW),
        Role("reviewer", N_("积分审核员"), VIEW),
        Role("clerk", N_("店员"), VIEW),
        Role("town_official", N_("镇街工作人员"), VIEW),
        Role("supervisor", N_("督查员"), VIEW),
        Role("auditor", N_("审计员"), VIEW),
    ]


@hookimpl
def register_audit_titles() -> dict[str, str]:
    """Titles of this module's audit lines."""
    return {
        "areas.import_areas": N_("导入区域表"),
        "areas.open_area": N_("新设区域"),
        "areas.close_area": N_("撤销区域"),
        "areas.rename_area": N_("区域改名"),
    }


@hookimpl
def register_jobs() -> Iterable[Job]:
    """What was merged at midnight."""
    return [Job("areas.keep_pilots", N_("试点随区域撤并调整"), keep_pilots, daily="00:01")]


@hookimpl
def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """The way in to the area tree."""
    if not actor.may("areas.view"):
        return []
    return [MenuItem(N_("区域"), "areas.overview", "office", "map", 810, N_("户籍与区域"))]


@hookimpl
def check_health() -> Iterable[Finding]:
    """Without areas nobody can hold a post and no household has a place."""
    if has_areas():
        return []
    return [Finding("areas_missing", N_("区域表还是空的，请先导入本县区的区划代码。"), grave=True)]
