"""Grids, their boundaries and households: what division adds to the county."""

from core.hookspecs import Job
from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.grid.endpoints import grids as grid_operations
from plugins.grid.faces.division import division_menu
from plugins.grid.models.division import Boundary, Change
from plugins.grid.services.division import carry_out_due
from plugins.grid.views import boundaries, cards, division, grids, households

# Importing the modules has put their pages and operations on the plugin's blueprints.
assert all((grid_operations, boundaries, cards, division, grids, households))

VIEW = frozenset({"grid.view"})
DIVIDE = VIEW | {"grid.divide"}

PART = Part(
    models=(Boundary, Change),
    roles=(
        Role("county_admin", N_("县区管理员"), DIVIDE),
        Role("town_official", N_("镇街工作人员"), DIVIDE),
        Role("secretary", N_("村书记"), DIVIDE),
        Role("grid_leader", N_("网格长"), VIEW),
        Role("grid_member", N_("专职网格员"), VIEW),
        Role("assistant", N_("网格协管员"), VIEW),
        Role("supervisor", N_("督查员"), VIEW),
        Role("auditor", N_("审计员"), VIEW),
    ),
    audit_titles={
        "grid.open_grid": N_("新设网格"),
        "grid.split_grid": N_("拆分网格"),
        "grid.merge_grid": N_("合并网格"),
        "grid.redraw_grid": N_("调整分户"),
        "grid.plan_change": N_("预定网格调整"),
        "grid.cancel_change": N_("取消预定的网格调整"),
        "grid.fail_change": N_("预定的网格调整未能生效"),
        "grid.set_boundary": N_("划定边界"),
        "grid.clear_boundary": N_("撤销边界"),
        "grid.rename_grid": N_("网格改名"),
        "grid.seed": N_("生成模拟数据"),
    },
    jobs=(Job("grid.carry_out_due", N_("到期的网格调整生效"), carry_out_due, daily="00:05"),),
    menu_items=division_menu,
)
