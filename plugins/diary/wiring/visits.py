"""Visits: what they add to the county."""

from core.hookspecs import Job
from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.diary import jobs
from plugins.diary.endpoints import visits as endpoints
from plugins.diary.faces import visits as faces
from plugins.diary.models.visits import Care, Establishment, Mark, Visit, VisitPerson
from plugins.diary.queries.visits import sees_files
from plugins.diary.services.care import end_care, end_care_of_person, move_care
from plugins.diary.views import due, establishments, visiting

assert all((due, endpoints, establishments, visiting))

VIEW = frozenset({"diary.view"})
REGISTER = VIEW | {"diary.register"}
WRITE = REGISTER | {"diary.write"}

PART = Part(
    models=(Care, Mark, Establishment, Visit, VisitPerson),
    roles=(
        Role("county_admin", N_("县区管理员"), REGISTER),
        Role("town_official", N_("镇街工作人员"), WRITE),
        Role("secretary", N_("村书记"), WRITE),
        Role("stationed_cadre", N_("驻村干部"), WRITE),
        Role("supervisor", N_("督查员"), VIEW),
    ),
    audit_titles={
        "diary.record_visit": N_("记走访"),
        "diary.mark_household": N_("登记必访户"),
        "diary.unmark_household": N_("取消必访户"),
        "diary.mark_door": N_("标记门口位置"),
        "diary.register_establishment": N_("登记市场主体"),
        "diary.update_establishment": N_("修改市场主体"),
        "diary.close_establishment": N_("注销市场主体"),
    },
    jobs=(Job("diary.reckon_visits", N_("核算应访名单"), jobs.reckon_visits, daily="01:40"),),
    file_owners={"diary_visit": sees_files},
    menu_items=faces.menu_items,
    home_cards=faces.home_cards,
    household_panels=faces.household_panels,
    household_moved=move_care,
    household_ended=end_care,
    person_left=end_care_of_person,
    veto_import_undo=faces.veto_import_undo,
    day_items=faces.day_items,
)
