"""Who works in a grid (1+1+N): what staffing adds to the county."""

from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.grid.faces.staffing import staffing_card, staffing_menu
from plugins.grid.models.staffing import Batch, Cover, Staff
from plugins.grid.views import posts, staff_import, staffing

# Importing the modules has put their pages on the plugin's blueprint.
assert all((posts, staff_import, staffing))

STAFF = frozenset({"grid.staff"})

PART = Part(
    models=(Staff, Cover, Batch),
    roles=(
        Role("county_admin", N_("县区管理员"), STAFF),
        Role("town_official", N_("镇街工作人员"), STAFF),
        Role("secretary", N_("村书记"), STAFF),
    ),
    audit_titles={
        "grid.assign_post": N_("安排网格岗位"),
        "grid.end_post": N_("结束网格岗位"),
        "grid.link_account": N_("网格岗位关联账号"),
        "grid.begin_cover": N_("安排代岗"),
        "grid.end_cover": N_("结束代岗"),
        "grid.import_staff": N_("导入网格人员"),
        "grid.check_staff_table": N_("核对网格人员表格（没有导入）"),
        "grid.undo_import": N_("撤销导入的网格人员"),
    },
    menu_items=staffing_menu,
    home_cards=staffing_card,
)
