"""Tasks: what they add to the county."""

from core.hookspecs import Job
from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.grid import jobs
from plugins.grid.endpoints import tasks as endpoints
from plugins.grid.faces import tasks as faces
from plugins.grid.models.tasks import Task, TaskRule, TaskStep
from plugins.grid.queries.tasks import may_see_files
from plugins.grid.views import tasks

assert all((endpoints, tasks))

DO = frozenset({"grid.task_do"})
VIEW = frozenset({"grid.task_view"})
GIVE = VIEW | {"grid.task_give"}

PART = Part(
    models=(TaskRule, Task, TaskStep),
    roles=(
        Role("county_admin", N_("县区管理员"), GIVE),
        Role("town_official", N_("镇街工作人员"), GIVE),
        Role("secretary", N_("村书记"), GIVE),
        Role("grid_leader", N_("网格长"), GIVE | DO),
        Role("grid_member", N_("专职网格员"), VIEW | DO),
        Role("assistant", N_("网格协管员"), DO),
        Role("supervisor", N_("督查员"), VIEW),
    ),
    audit_titles={
        "grid.create_task": N_("下达任务"),
        "grid.finish_task": N_("完成任务"),
        "grid.check_task": N_("核对任务"),
        "grid.send_task_back": N_("退回任务"),
        "grid.cancel_task": N_("取消任务"),
        "grid.hand_tasks": N_("移交任务"),
        "grid.carry_tasks": N_("任务随网格调整"),
        "grid.create_task_rule": N_("新增每月任务"),
        "grid.stop_task_rule": N_("停止每月任务"),
        "grid.give_monthly": N_("下达每月任务"),
    },
    jobs=(Job("grid.give_monthly", N_("下达每月任务"), jobs.give_monthly_tasks, daily="05:30"),),
    file_owners={"grid_task": may_see_files},
    menu_items=faces.menu_items,
    day_items=faces.day_items,
)
