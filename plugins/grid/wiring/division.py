"""Grids, their boundaries and households: what division adds to the county."""

from core.security import Role
from core.text import N_
from plugins.grid.wiring.part import Part

VIEW = frozenset({"grid.view"})

PART = Part(
    roles=(
        Role("county_admin", N_("县区管理员"), VIEW | {"grid.divide"}),
        Role("town_official", N_("镇街工作人员"), VIEW | {"grid.divide"}),
        Role("secretary", N_("村书记"), VIEW | {"grid.divide"}),
        Role("grid_leader", N_("网格长"), VIEW),
        Role("grid_member", N_("专职网格员"), VIEW),
        Role("assistant", N_("网格协管员"), VIEW),
        Role("supervisor", N_("督查员"), VIEW),
        Role("auditor", N_("审计员"), VIEW),
    ),
)
