"""Where a case is and what happened to it, in the words in which one would tell it across the table."""

from core.cases import words
from core.text import N_

NOW = {
    words.REPORTED: N_("已收到，由%(desk)s安排人办。"),
    words.DISPATCHED: N_("已交给%(desk)s，等他们接手。"),
    words.ACCEPTED: N_("%(desk)s已经接手。"),
    words.IN_PROGRESS: N_("%(desk)s正在办。"),
    words.RESOLVED: N_("有答复了。请您说一说，办得怎么样。"),
    words.RATED: N_("您已经评价，谢谢。"),
    words.CLOSED: N_("这件事已经办完。"),
    words.REOPENED: N_("正在重新办，现在由上一级（%(desk)s）负责。"),
    words.CANCELLED: N_("这件事已经撤回。"),
}
HAPPENED = {
    words.CREATE: N_("收到您的反馈"),
    words.DISPATCH: N_("交给%(desk)s办"),
    words.ACCEPT: N_("%(desk)s接手"),
    words.START: N_("%(desk)s开始办"),
    words.TRANSFER: N_("转给%(desk)s办"),
    words.RETURN: N_("退回%(desk)s重新安排"),
    words.ESCALATE: N_("上报到%(desk)s"),
    words.RESOLVE: N_("%(desk)s作了答复"),
    words.RATE: N_("您作了评价"),
    words.RATE_FOR: N_("工作人员问过您，登记了您的评价"),
    words.REOPEN: N_("重新办，交给上一级（%(desk)s）"),
    words.CLOSE: N_("办完归档"),
    words.CANCEL: N_("撤回"),
    words.URGE: N_("上级催办"),
    words.PAUSE: N_("暂时等一等"),
    words.RESUME: N_("接着办"),
    words.COMMENT: N_("您作了补充"),
    words.MERGE: N_("同样的一件事并到这里一起办"),
    words.MOVE: N_("区划调整，由%(desk)s接着办"),
}
