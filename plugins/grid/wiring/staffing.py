"""Who works in a grid (1+1+N): what staffing adds to the county."""

from core.security import Role
from core.text import N_
from plugins.grid.wiring.part import Part

STAFF = frozenset({"grid.staff"})

PART = Part(
    roles=(
        Role("county_admin", N_("县区管理员"), STAFF),
        Role("town_official", N_("镇街工作人员"), STAFF),
        Role("secretary", N_("村书记"), STAFF),
    ),
)
