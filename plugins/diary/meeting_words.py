"""The words of meetings, small works and duties: codes in the database, titles for people (document 001)."""

from core.text import N_

ANALYSIS, DELIBERATION, REPLY = "analysis", "deliberation", "reply"
MEETINGS = {
    DELIBERATION: N_("议事会"),
    REPLY: N_("答复会"),
    ANALYSIS: N_("民情分析会"),
}
# Which meetings need their share of ordinary residents; cadres analyse among themselves.
WITH_RESIDENTS = (DELIBERATION, REPLY)
# Nobody knows of a planned meeting but who prepares it; it is called by its notice.
PLANNED, CALLED, OPENED, HELD, CANCELLED = "planned", "called", "opened", "held", "cancelled"
BEFORE_IT = (PLANNED, CALLED)
MEETING_STATES = {
    PLANNED: N_("筹备中"),
    CALLED: N_("已通知"),
    OPENED: N_("会议中"),
    HELD: N_("已形成纪要"),
    CANCELLED: N_("已取消"),
}
RESIDENT = "resident"
TAKES_PART_AS = {
    RESIDENT: N_("群众代表"),
    "village": N_("村社干部"),
    "town": N_("镇街干部"),
    "unit": N_("部门单位"),
    "expert": N_("专家和其他"),
}
ONSITE, REMOTE = "onsite", "remote"
ATTENDING = {ONSITE: N_("现场"), REMOTE: N_("线上")}
MATTERS = {
    "case": N_("事项"),
    "entry": N_("民情日记"),
    "resolution": N_("议定事项"),
    "other": N_("其他"),
}

PROPOSED, APPROVED, UNDER_WAY, DONE, CHECKED = "proposed", "approved", "under_way", "done", "checked"
DROPPED = "dropped"
WORK_STATES = {
    PROPOSED: N_("已申报"),
    APPROVED: N_("已核准"),
    UNDER_WAY: N_("实施中"),
    DONE: N_("已完工"),
    CHECKED: N_("已验收"),
    DROPPED: N_("不予实施"),
}
# State -> where a small work goes from it; work that does not pass the check goes on.
WORK_WAYS = {
    PROPOSED: (APPROVED, DROPPED),
    APPROVED: (UNDER_WAY, DROPPED),
    UNDER_WAY: (DONE,),
    DONE: (CHECKED, UNDER_WAY),
}
BEFORE, AFTER = "before", "after"

OPEN, FINISHED = "open", "done"
DUTY_STATES = {OPEN: N_("未完成"), FINISHED: N_("已完成")}
