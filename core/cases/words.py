"""The words of a case: states, outcomes, levels, deeds with their titles, and which deed fits where."""

from typing import Final

from core.hookspecs import DIFFICULTIES, LEVELS
from core.text import N_

__all__ = ("DIFFICULTIES", "LEVELS")

REPORTED, DISPATCHED, ACCEPTED, IN_PROGRESS = "reported", "dispatched", "accepted", "in_progress"
RESOLVED, RATED, CLOSED, REOPENED, CANCELLED = "resolved", "rated", "closed", "reopened", "cancelled"
STATES: Final = {
    REPORTED: N_("已反馈"),
    DISPATCHED: N_("已交办"),
    ACCEPTED: N_("已签收"),
    IN_PROGRESS: N_("办理中"),
    RESOLVED: N_("已办结"),
    RATED: N_("已评价"),
    CLOSED: N_("已销号"),
    REOPENED: N_("重办"),
    CANCELLED: N_("已撤销"),
}
# Somebody still has to do something about it.
OPEN: Final = (REPORTED, DISPATCHED, ACCEPTED, IN_PROGRESS, REOPENED)
# Nobody has said "mine" yet: the clock for accepting runs.
UNACCEPTED: Final = (REPORTED, DISPATCHED, REOPENED)
ANSWERED: Final = (RESOLVED, RATED, CLOSED)

SOLVED, EXPLAINED, REFUSED, MERGED = "solved", "explained", "refused", "merged"
OUTCOMES: Final = {
    SOLVED: N_("已解决"),
    EXPLAINED: N_("已解释说明"),
    REFUSED: N_("不予办理"),
    MERGED: N_("并入另一事项"),
}
LEVEL_NAMES: Final = {"grid": N_("网格"), "village": N_("村社"), "town": N_("镇街"), "county": N_("县区")}
DIFFICULTY_NAMES: Final = {"small": N_("小事"), "medium": N_("一般"), "large": N_("大事")}
UP, DOWN = "up", "down"
GREEN, YELLOW, RED = "green", "yellow", "red"
LIGHTS: Final = {GREEN: N_("正常"), YELLOW: N_("临期"), RED: N_("超期")}
# Lines of service (条线) that every county has; plugins and counties add theirs.
LINES: Final = {
    "power": N_("电力"),
    "water": N_("水务"),
    "medical_insurance": N_("医保"),
    "discipline": N_("纪检监察"),
    "petitions": N_("信访"),
    "mediation": N_("调解"),
}
LEAD, HELPER = "lead", "helper"

# The text of a report that is nothing but photos.
SEE_PHOTO: Final = N_("（见照片）")

NO_RULE, NO_CALENDAR, UNIT_CLOSED, AREA_MERGED = "no_rule", "no_calendar", "unit_closed", "area_merged"
FLAGS: Final = {
    NO_RULE: N_("分派规则没有涉及，先到村社"),
    NO_CALENDAR: N_("年份无放假安排，期限按周一至周五估算"),
    UNIT_CLOSED: N_("原承办单位已撤销，已转承接单位或上一级"),
    AREA_MERGED: N_("所报区域已撤并，已转现区域"),
}

# Deed -> title on the timeline, and the states in which it can be done.
CREATE, DISPATCH, ACCEPT, START = "create", "dispatch", "accept", "start"
TRANSFER, RETURN, ESCALATE, RESOLVE = "transfer", "return", "escalate", "resolve"
RATE, RATE_FOR, REOPEN, CLOSE, CANCEL = "rate", "rate_for", "reopen", "close", "cancel"
URGE, CHECK, PAUSE, RESUME, COMMENT = "urge", "check", "pause", "resume", "comment"
MERGE, HELP_DONE, MOVE, REMIND, INFORM, HAND_OVER = (
    "merge",
    "help_done",
    "move",
    "remind",
    "inform",
    "hand_over",
)
DEEDS: Final = {
    CREATE: N_("反馈"),
    DISPATCH: N_("交办"),
    ACCEPT: N_("签收"),
    START: N_("开始办理"),
    TRANSFER: N_("转办"),
    RETURN: N_("退回"),
    ESCALATE: N_("上报"),
    RESOLVE: N_("办结"),
    RATE: N_("评价"),
    RATE_FOR: N_("代录评价"),
    REOPEN: N_("重办"),
    CLOSE: N_("销号"),
    CANCEL: N_("撤销"),
    URGE: N_("督办"),
    CHECK: N_("抽查"),
    PAUSE: N_("暂停计时"),
    RESUME: N_("恢复计时"),
    COMMENT: N_("备注"),
    MERGE: N_("有事项并入"),
    HELP_DONE: N_("协办完成"),
    MOVE: N_("区域调整"),
    REMIND: N_("到期提醒"),
    INFORM: N_("超期告知上一级"),
    HAND_OVER: N_("工作交接"),
}
WORKING: Final = (ACCEPTED, IN_PROGRESS)
ALLOWED: Final[dict[str, tuple[str, ...]]] = {
    DISPATCH: (REPORTED, REOPENED),
    ACCEPT: UNACCEPTED,
    START: (ACCEPTED,),
    TRANSFER: (DISPATCHED, *WORKING),
    RETURN: (DISPATCHED, *WORKING),
    ESCALATE: OPEN,
    RESOLVE: WORKING,
    RATE: (RESOLVED, CLOSED),
    RATE_FOR: (RESOLVED, CLOSED),
    REOPEN: ANSWERED,
    CLOSE: (RESOLVED, RATED),
    CANCEL: OPEN,
    URGE: OPEN,
    CHECK: ANSWERED,
    PAUSE: WORKING,
    RESUME: WORKING,
    COMMENT: tuple(STATES),
    MERGE: OPEN,
    HELP_DONE: OPEN,
    REMIND: OPEN,
    INFORM: OPEN,
    MOVE: tuple(STATES),
    HAND_OVER: OPEN,
}
# What the resident may read with its words; of the rest only that it happened, or nothing.
PUBLIC_NOTES: Final = frozenset({CREATE, RESOLVE, RATE, RATE_FOR, REOPEN, CANCEL, PAUSE})
HIDDEN: Final = frozenset({COMMENT, REMIND, INFORM, HAND_OVER, HELP_DONE, CHECK})
