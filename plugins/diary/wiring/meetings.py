"""Meetings, small works and the responsibility list: what they add to the county."""

from core.hookspecs import CaseKind
from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.diary.endpoints import meetings as endpoints
from plugins.diary.faces import meetings as faces
from plugins.diary.models.duties import Duty
from plugins.diary.models.meetings import (
    Meeting,
    MeetingMatter,
    MeetingRules,
    Minutes,
    MinutesDraft,
    Participant,
    Resolution,
)
from plugins.diary.models.works import Work, WorkStep
from plugins.diary.queries.works import sees_photos
from plugins.diary.services.resolutions import RESOLUTION_KIND
from plugins.diary.services.telling import KINDS
from plugins.diary.views import duties, holding, meeting_sheets, meetings, minutes, village_meetings, works

assert all((duties, endpoints, holding, meeting_sheets, meetings, minutes, village_meetings, works))

VIEW = frozenset({"diary.meetings"})
HOLD = VIEW | {"diary.hold_meeting", "diary.works", "diary.duties"}
APPROVE = HOLD | {"diary.works_approve"}

PART = Part(
    models=(
        *(MeetingRules, Meeting, MeetingMatter, Participant, Resolution, MinutesDraft, Minutes),
        *(Work, WorkStep, Duty),
    ),
    roles=(
        Role("county_admin", N_("县区管理员"), APPROVE | {"diary.meeting_rules"}),
        Role("town_official", N_("镇街工作人员"), APPROVE),
        Role("secretary", N_("村书记"), HOLD),
        Role("stationed_cadre", N_("驻村干部"), HOLD),
        Role("supervisor", N_("督查员"), VIEW),
        Role("resident", N_("居民"), frozenset({"diary.village_meetings"})),
    ),
    audit_titles={
        "diary.call_meeting": N_("召集会议"),
        "diary.announce_meeting": N_("发会议通知"),
        "diary.change_meeting": N_("修改会议"),
        "diary.cancel_meeting": N_("取消会议"),
        "diary.open_meeting": N_("会议开始"),
        "diary.invite": N_("增加参会人员"),
        "diary.leave_meeting": N_("退出会议"),
        "diary.mark_attendance": N_("登记到会"),
        "diary.save_minutes": N_("保存纪要草稿"),
        "diary.finish_minutes": N_("会议纪要定稿"),
        "diary.correct_minutes": N_("更正会议纪要"),
        "diary.publish_minutes": N_("公开会议纪要"),
        "diary.add_resolution": N_("增加议定事项"),
        "diary.remove_resolution": N_("删去议定事项"),
        "diary.raise_resolution": N_("议定事项转为事项"),
        "diary.answer_matters": N_("登记答复结果"),
        "diary.set_meeting_rules": N_("修订议事规则"),
        "diary.propose_work": N_("申报微实事"),
        "diary.step_work": N_("办理微实事"),
        "diary.add_work_photos": N_("上传微实事照片"),
        "diary.export_works": N_("导出微实事清单"),
        "diary.add_duty": N_("列入责任清单"),
        "diary.finish_duty": N_("办结责任清单事项"),
    },
    case_kinds=(CaseKind(RESOLUTION_KIND, N_("会议议定事项")),),
    notice_kinds=KINDS,
    file_owners={"diary_work_before": sees_photos, "diary_work_after": sees_photos},
    menu_items=faces.menu_items,
    day_items=faces.day_items,
)
