"""Words of one-tap supervision (监督一点通): kinds, states, deeds, outcomes; codes stay the same for good."""

from core.text import N_

RECEIVED, ASSIGNED, ANSWERED, ENDED = "received", "assigned", "answered", "ended"
STATES = {
    RECEIVED: N_("已受理，待分办"),
    ASSIGNED: N_("办理中"),
    ANSWERED: N_("已答复，待评价"),
    ENDED: N_("已办结"),
}
OPEN = (RECEIVED, ASSIGNED)

# What document 003 names of small corruption (吃拿卡要、套取挪用、优亲厚友), and the rest of it.
KINDS = {
    "taking": N_("吃拿卡要"),
    "diverting": N_("套取挪用"),
    "favour": N_("优亲厚友"),
    "accounts": N_("账目不清"),
    "neglect": N_("不管不办"),
    "other": N_("其他问题"),
}
KIND_HINTS = {
    "taking": N_("收钱收礼、办事刁难"),
    "diverting": N_("补贴、公款没到位"),
    "favour": N_("照顾亲戚熟人"),
    "accounts": N_("三资账目、工程"),
    "neglect": N_("推诿、乱作为"),
    "other": "",
}
KIND_ICONS = {
    "taking": "wallet",
    "diverting": "box",
    "favour": "people",
    "accounts": "list",
    "neglect": "clock",
    "other": "more",
}

# Who is on a village's board of cadres and grid staff; clerks of its store and the like are not.
POSTS = {
    "secretary": N_("村书记"),
    "accountant": N_("村会计"),
    "grid_leader": N_("网格长"),
    "grid_member": N_("专职网格员"),
    "assistant": N_("网格协管员"),
    "stationed_cadre": N_("驻村干部"),
}

OFFICER_TITLE = N_("纪检监察干部")

VILLAGE, TOWN, COUNTY = "village", "town", "county"
LEVELS = {VILLAGE: N_("村里的人或事"), TOWN: N_("镇里的人或事"), COUNTY: N_("县里的人或事")}
LEVEL_DIGITS = {VILLAGE: 12, TOWN: 9, COUNTY: 6}
# Who handles, by the digits of the office's area.
OFFICES = {9: N_("镇街纪检监察机构"), 6: N_("县区纪检监察机关")}

OUTCOMES = {
    "substantiated": N_("反映属实，已处理"),
    "partly": N_("部分属实，已处理"),
    "unfounded": N_("经查不属实"),
    "referred": N_("已移送有关机关"),
}

RECEIVE, ASSIGN, URGE, TRANSFER, CLIMB, RISE = "receive", "assign", "urge", "transfer", "climb", "rise"
ANSWER, RATE, REOPEN, END, REVEAL, REMIND = "answer", "rate", "reopen", "end", "reveal", "remind"
RELEASE = "release"
DEEDS = {
    RECEIVE: N_("受理"),
    ASSIGN: N_("分给专人办理"),
    URGE: N_("催办"),
    TRANSFER: N_("转上一级办理"),
    CLIMB: N_("超期，升到上一级"),
    RISE: N_("被反映人任职变动，升到上一级"),
    RELEASE: N_("承办人不再办理，重新分办"),
    ANSWER: N_("答复"),
    RATE: N_("反映人评价"),
    REOPEN: N_("没有解决，由上一级重新办理"),
    END: N_("办结"),
    REVEAL: N_("依规查看反映人身份"),
    REMIND: N_("临期提醒"),
}
# What the reporter reads of a step besides its title; all else is between those who handle it.
TOLD = (ANSWER, RATE)
UNTOLD = (REMIND,)

GREEN, YELLOW, RED, STILL = "green", "yellow", "red", "still"
LIGHTS = {GREEN: N_("正常"), YELLOW: N_("临期"), RED: N_("超期"), STILL: N_("已停表")}

PURPOSES = {
    "contact": N_("联系反映人核实情况"),
    "protect": N_("保护反映人"),
    "law": N_("依法提供"),
}

UP, DOWN = "up", "down"
THUMBS = {UP: N_("满意"), DOWN: N_("不满意")}

REPORTED, KIN, DEPUTY = "reported", "kin", "deputy"
