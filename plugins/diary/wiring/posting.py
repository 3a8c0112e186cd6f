"""Postings and teams: what they add to the county."""

from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.diary.endpoints import posting as endpoints
from plugins.diary.faces import posting as faces
from plugins.diary.models.posting import Posting, PostingPlace, Team, TeamMember, WorkItem
from plugins.diary.views import my_posting, postings, teams

assert all((endpoints, my_posting, postings, teams))

VIEW = frozenset({"diary.team_view"})
POST = VIEW | {"diary.post"}

PART = Part(
    models=(Posting, PostingPlace, WorkItem, Team, TeamMember),
    roles=(
        Role("county_admin", N_("县区管理员"), POST),
        Role("town_official", N_("镇街工作人员"), POST),
        Role("secretary", N_("村书记"), VIEW),
        Role("stationed_cadre", N_("驻村干部"), VIEW),
        Role("supervisor", N_("督查员"), VIEW),
    ),
    audit_titles={
        "diary.station": N_("派驻干部"),
        "diary.end_posting": N_("结束派驻"),
        "diary.hand_over": N_("派驻交接"),
        "diary.add_work_item": N_("增加驻村工作清单"),
        "diary.finish_work_item": N_("办结驻村工作清单"),
        "diary.create_team": N_("组建联村团队"),
        "diary.change_team": N_("修改联村团队"),
        "diary.join_team": N_("联村团队进人"),
        "diary.leave_team": N_("联村团队出人"),
        "diary.close_team": N_("撤销联村团队"),
    },
    menu_items=faces.menu_items,
    day_items=faces.day_items,
)
