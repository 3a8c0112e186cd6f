"""Wiring of the people module: what it adds to the county."""

from collections.abc import Iterable

from flask import Blueprint
from peewee import Model

from core.hookspecs import MenuItem, hookimpl
from core.people.endpoints import api
from core.people.models import Household, ImportBatch, Kinship, Leaving, Person, PersonTag, Residence
from core.people.views import all_pages
from core.security import Actor, Role
from core.text import N_

VIEW = frozenset({"people.view"})
EDIT = VIEW | {"people.edit"}
ALL = EDIT | {"people.import", "people.export", "people.reveal"}


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    """Lists, files of households, forms, import."""
    return all_pages


@hookimpl
def register_api() -> Iterable[Blueprint]:
    """Households and persons."""
    return [api]


@hookimpl
def register_models() -> Iterable[type[Model]]:
    """Households, persons, tags, where households stood, imports, kin, who left."""
    return [Household, Person, PersonTag, Residence, ImportBatch, Kinship, Leaving]


@hookimpl
def register_roles() -> Iterable[Role]:
    """Who works with residents. Clerks, reviewers and auditors see none of these pages."""
    return [
        Role("county_admin", N_("县区管理员"), ALL),
        Role("secretary", N_("村书记"), ALL),
        Role("grid_leader", N_("网格长"), EDIT),
        Role("grid_member", N_("专职网格员"), EDIT),
        Role("assistant", N_("网格协管员"), EDIT),
        Role("stationed_cadre", N_("驻村干部"), EDIT),
        Role("town_official", N_("镇街工作人员"), VIEW),
    ]


@hookimpl
def register_audit_titles() -> dict[str, str]:
    """Titles of this module's audit lines."""
    return {
        "people.create_household": N_("登记户"),
        "people.update_household": N_("修改户"),
        "people.move_households": N_("整批调整户所在网格"),
        "people.end_household": N_("销户"),
        "people.add_person": N_("登记居民"),
        "people.update_person": N_("修改居民"),
        "people.leave_register": N_("登记居民离开"),
        "people.take_leaving_back": N_("撤回离开登记"),
        "people.import_households": N_("批量导入户和居民"),
        "people.undo_import": N_("撤销导入"),
        "people.check_table": N_("核对导入表格（没有导入）"),
        "people.export_households": N_("导出户和居民"),
        "people.reveal_field": N_("查看敏感信息原文"),
        "people.add_kinship": N_("登记亲属关系"),
        "people.remove_kinship": N_("去掉亲属关系"),
    }


@hookimpl
def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """The way in to the list of households."""
    if not actor.may("people.view"):
        return []
    return [MenuItem(N_("户与居民"), "people.list_page", "office", "people", 200, N_("户籍与区域"))]
