"""Household files: what they add to the county."""

from core.hookspecs import Job
from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.grid import jobs
from plugins.grid.endpoints import files as endpoints
from plugins.grid.faces import files as faces
from plugins.grid.models.files import (
    DayRefresh,
    FileChange,
    FileItem,
    FileRegister,
    FileValue,
    HouseholdFile,
)
from plugins.grid.services.files import close_file, move_file
from plugins.grid.views import file_lists, files, items

# Importing the modules has put their pages and operations on the plugin's blueprints.
assert all((endpoints, files, file_lists, items))

VIEW = frozenset({"grid.file_view"})
EDIT = VIEW | {"grid.file_edit"}
ALL = EDIT | {"grid.file_reveal", "grid.file_export"}

PART = Part(
    models=(FileItem, HouseholdFile, FileValue, FileChange, FileRegister, DayRefresh),
    roles=(
        Role("county_admin", N_("县区管理员"), ALL | {"grid.file_items"}),
        Role("town_official", N_("镇街工作人员"), VIEW),
        Role("secretary", N_("村书记"), ALL),
        Role("grid_leader", N_("网格长"), EDIT),
        Role("grid_member", N_("专职网格员"), EDIT),
        Role("assistant", N_("网格协管员"), EDIT),
    ),
    audit_titles={
        "grid.update_file": N_("更新民情档案"),
        "grid.reveal_value": N_("查看档案敏感项原文"),
        "grid.export_files": N_("导出民情档案"),
        "grid.create_item": N_("新增档案项目"),
        "grid.update_item": N_("修改档案项目"),
        "grid.retire_item": N_("停用档案项目"),
        "grid.restore_item": N_("恢复档案项目"),
        "grid.name_register": N_("自定专项档案"),
        "grid.drop_register": N_("取消自定专项档案"),
    },
    jobs=(Job("grid.open_files", N_("为新登记的户建档"), jobs.open_new_files, daily="02:20"),),
    menu_items=faces.menu_items,
    household_panels=faces.household_panels,
    household_moved=move_file,
    household_ended=close_file,
)
