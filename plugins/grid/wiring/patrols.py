"""Patrols: what they add to the county."""

from core.hookspecs import CaseKind, Job
from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.grid import jobs
from plugins.grid.endpoints import patrols as endpoints
from plugins.grid.faces import patrols as faces
from plugins.grid.models.patrols import Patrol, PatrolCheck, PatrolFinding, PatrolPlace, PatrolPoint
from plugins.grid.services.patrols import FINDING_KIND
from plugins.grid.views import patrol, patrol_desk

assert all((endpoints, patrol, patrol_desk))

WALK = frozenset({"grid.patrol"})
VIEW = frozenset({"grid.patrol_view"})
POINTS = VIEW | {"grid.patrol_points"}

PART = Part(
    models=(Patrol, PatrolFinding, PatrolPoint, PatrolCheck, PatrolPlace),
    roles=(
        Role("county_admin", N_("县区管理员"), POINTS),
        Role("town_official", N_("镇街工作人员"), VIEW),
        Role("secretary", N_("村书记"), POINTS),
        Role("grid_leader", N_("网格长"), WALK | VIEW),
        Role("grid_member", N_("专职网格员"), WALK | VIEW),
        Role("assistant", N_("网格协管员"), WALK),
        Role("supervisor", N_("督查员"), VIEW),
    ),
    audit_titles={
        "grid.start_patrol": N_("开始巡查"),
        "grid.finish_patrol": N_("结束巡查"),
        "grid.close_patrol": N_("系统代为结束巡查"),
        "grid.add_finding": N_("巡查发现问题"),
        "grid.check_in": N_("巡查点打卡"),
        "grid.add_places": N_("上传巡查轨迹"),
        "grid.add_point": N_("新增巡查点"),
        "grid.retire_point": N_("停用巡查点"),
    },
    jobs=(
        Job("grid.close_patrols", N_("结束没有结束的巡查"), jobs.close_patrols, daily="02:10"),
        Job("grid.forget_places", N_("清理过期的巡查轨迹"), jobs.forget_tracks, daily="03:20"),
    ),
    case_kinds=(CaseKind(FINDING_KIND, N_("巡查发现"), rated=False),),
    menu_items=faces.menu_items,
    day_items=faces.day_items,
)
