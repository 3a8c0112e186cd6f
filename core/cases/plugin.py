"""Wiring of cases: what it adds to the county."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint
from peewee import Model

from core.cases import deeds, faces_desk, faces_open
from core.cases.endpoints import api
from core.cases.kinds import CORE_KINDS
from core.cases.models import Assignment, Case, Pause, Proof, Rule, Step, Unit, UnitMember
from core.cases.open311.views import open311
from core.cases.queries.cases import sees_files
from core.cases.queries.health import findings
from core.cases.services.ladder import watch_clocks
from core.cases.services.proof import prove_timelines
from core.cases.services.telling import KINDS
from core.cases.views import staff
from core.cases.views.open import door, following, holding, pages, reporting, village
from core.cases.words import DEEDS, LINES
from core.hookspecs import (
    Card,
    CaseKind,
    Finding,
    Job,
    MenuItem,
    NoticeKind,
    Panel,
    SeedWorld,
    hookimpl,
)
from core.security import Actor, Role
from core.text import N_

C = "cases."


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    """Residents' pages; Open311, which answers in the standard's own shapes, so it is not described."""
    assert all((following, holding, reporting, village))  # importing them has put their pages on theirs
    return [open311, pages, door, *staff.all_pages]


@hookimpl
def register_api() -> Iterable[Blueprint]:
    """The JSON operations."""
    assert deeds  # importing it has put its operations on the one blueprint
    return [api]


@hookimpl
def register_models() -> Iterable[type[Model]]:
    """Units, routing table, cases, who had them, timelines."""
    return [Unit, UnitMember, Rule, Case, Assignment, Pause, Step, Proof]


@hookimpl
def register_case_kinds() -> Iterable[CaseKind]:
    """What anybody can report."""
    return CORE_KINDS


@hookimpl
def register_service_lines() -> dict[str, str]:
    """Lines of service that every county has."""
    return LINES


@hookimpl
def register_notice_kinds() -> dict[str, NoticeKind]:
    """What people are told of cases."""
    return KINDS


@hookimpl
def register_file_owners() -> dict[str, Callable[[Actor, str], bool]]:
    """Photos of a case are seen by who sees the case."""
    return {"case": sees_files}


@hookimpl
def register_roles() -> Iterable[Role]:
    """Everybody may report; who works on cases, hands them out, urges and checks."""

    def role(name: str, title: str, *permissions: str) -> Role:
        return Role(name, title, frozenset(C + permission for permission in ("report", *permissions)))

    return [
        role("resident", N_("居民")),
        role("party_member", N_("党员")),
        role("clerk", N_("店员")),
        role("reviewer", N_("积分审核员")),
        role("assistant", N_("网格协管员"), "view"),
        role("grid_member", N_("专职网格员"), "view", "work", "desk"),
        role("grid_leader", N_("网格长"), "view", "work", "desk"),
        role("stationed_cadre", N_("驻村干部"), "view", "work", "desk"),
        role("secretary", N_("村书记"), "view", "work", "desk", "dispatch", "urge"),
        role("town_official", N_("镇街工作人员"), "view", "work", "desk", "dispatch", "urge"),
        # Sees what is dispatched to their own unit, and no area.
        role("department_official", N_("部门工作人员"), "work"),
        role("county_admin", N_("县区管理员"), "view", "work", "desk", "dispatch", "urge", "manage"),
        role("supervisor", N_("督查员"), "view", "urge", "check"),
    ]


@hookimpl
def register_jobs() -> Iterable[Job]:
    """What happens by time alone, and the nightly look at all timelines."""
    return [
        Job(C + "watch_clocks", N_("事项到期提醒、超期督办和自动销号"), _watch, every=10),
        Job(C + "prove_timelines", N_("核对事项时间线"), prove_timelines, daily="02:50"),
    ]


def _watch() -> None:
    watch_clocks()


@hookimpl
def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Ways in."""
    return [*faces_open.menu_items(actor), *faces_desk.menu_items(actor)]


@hookimpl
def home_cards(actor: Actor) -> Iterable[Card]:
    """What somebody should see first."""
    return [*faces_open.home_cards(actor), *faces_desk.home_cards(actor)]


@hookimpl
def household_panels(actor: Actor, household_id: int) -> Iterable[Panel]:
    """The cases of a household."""
    return faces_desk.household_panels(actor, household_id)


@hookimpl
def check_health() -> Iterable[Finding]:
    """What the doctor should know."""
    return findings()


@hookimpl
def seed(world: SeedWorld) -> dict[str, Any]:
    """Units, rules and cases of a synthetic county."""
    from core.cases.seed import fill  # no server needs it

    return fill(world)


@hookimpl
def register_audit_titles() -> dict[str, str]:
    """Titles of this module's audit lines."""
    return {f"cases.{deed}_case": title for deed, title in DEEDS.items()} | {
        "cases.repeat_case": N_("渠道重复报送同一事项"),
        "cases.create_unit": N_("新设承办单位"),
        "cases.close_unit": N_("撤销承办单位"),
        "cases.add_member": N_("安排单位人员"),
        "cases.end_member": N_("解除单位人员"),
        "cases.create_rule": N_("新增分派规则"),
        "cases.replace_rule": N_("修改分派规则"),
        "cases.stop_rule": N_("停用分派规则"),
        "cases.prove_timelines": N_("核对事项时间线"),
        "cases.export_figures": N_("导出事项统计"),
        "cases.seed": N_("生成模拟数据"),
        "cases.seed_units": N_("生成模拟数据"),
    }
