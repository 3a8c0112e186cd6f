"""The words of the smaller registers: spot checks, indicators, library, experts, supplies."""

from core.text import N_

# What can be drawn for a spot check (抽查). A small matter is a visit that settled something at the door.
CHECKED = {"case": N_("办结的事项"), "visit": N_("走访记录"), "small": N_("当场解决的小事")}
TRUE, NOT_TRUE, UNREACHABLE = "true", "not_true", "unreachable"
RESULTS = {TRUE: N_("属实"), NOT_TRUE: N_("不属实"), UNREACHABLE: N_("联系不上")}

# Development indicators of document 001; a county adds its own. Title and what is counted.
INDICATORS = {
    "collective_income": (N_("村集体经济收入"), N_("万元")),
    "disputes": (N_("矛盾纠纷"), N_("件")),
    "greening": (N_("绿化率"), "%"),
}
# The numbers of the evaluation (评价指标), each with the cases behind it.
PARTS = {
    "received": N_("收到"),
    "answered": N_("已答复"),
    "cancelled": N_("撤销"),
    "rated": N_("参加评价"),
    "satisfied": N_("满意"),
}

CATEGORIES = {
    "policy": N_("政策文件"),
    "livelihood": N_("惠民政策"),
    "industry": N_("产业政策"),
    "law": N_("法律法规"),
    "howto": N_("办事指南"),
    "course": N_("课程"),
}
# For whom a document of the library can be; none chosen: all staff who write or read diaries.
AUDIENCES = {
    "stationed_cadre": N_("驻村干部"),
    "secretary": N_("村书记"),
    "town_official": N_("镇街工作人员"),
    "supervisor": N_("督查员"),
    "county_admin": N_("县区管理员"),
}

# What experts know (document 001: agronomists, lawyers, teachers and doctors).
FIELDS = {
    "farming": N_("农业技术"),
    "law": N_("法律"),
    "school": N_("教育培训"),
    "health": N_("医疗"),
    "building": N_("工程建设"),
    "money": N_("金融财会"),
    "mediation": N_("心理和调解"),
    "other": N_("其他"),
}

CAME_IN, WENT_OUT, CORRECTED = "in", "out", "correction"
# Between two stores: one deed, a line in each ledger.
MOVED_OUT, MOVED_IN = "moved_out", "moved_in"
MOVES = {
    CAME_IN: N_("入库"),
    WENT_OUT: N_("领用"),
    CORRECTED: N_("更正"),
    MOVED_OUT: N_("拨出"),
    MOVED_IN: N_("拨入"),
}
FOR = {"case": N_("事项"), "household": N_("户"), "visit": N_("走访")}
# What a line names: what an issue is for, or the same item in the other store.
OTHER_STORE = "supply"
NAMED = FOR | {OTHER_STORE: N_("另一存放点")}
