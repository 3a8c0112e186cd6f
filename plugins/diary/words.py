"""The words of the diary: codes in the database, titles for people.

Five kinds to visit and five occasions are those of the first county that wrote diaries (document 000).
"""

from core.text import N_

# Where a cadre is stationed (三驻): in a village, in a community, with enterprises.
KINDS = {"village": N_("驻村"), "community": N_("驻社"), "enterprise": N_("驻企")}
# As the index of signs keeps them; never renumbered.
KIND_NUMBERS = {"village": 0, "community": 1, "enterprise": 2}
KIND_POSTS = {"village": N_("驻村指导员"), "community": N_("驻社指导员"), "enterprise": N_("驻企服务员")}
MODES = {"fixed": N_("定点"), "roving": N_("流动")}
ENDED_WHY = {
    "term": N_("任期届满"),
    "changed": N_("调整岗位"),
    "left": N_("调离或退休"),
    "merged": N_("村社撤并"),
    "other": N_("其他"),
}
TEAM_ROLES = {"lead": N_("团长"), "head": N_("组长"), "member": N_("成员")}
WEEKDAYS = {
    1: N_("星期一"),
    2: N_("星期二"),
    3: N_("星期三"),
    4: N_("星期四"),
    5: N_("星期五"),
    6: N_("星期六"),
    7: N_("星期日"),
}

# 五必访: households of these are always to be visited, more often than once a year.
MUST = {
    "grower": N_("种养加销示范大户"),
    "veteran": N_("老党员、老干部"),
    "hardship": N_("贫困户、困难户"),
    "owner": N_("私营企业主"),
    "respected": N_("社会贤达、农村能人"),
}
# Who is in hardship is known from the register; the other four kinds are marked by hand.
HARDSHIP_TAGS = ("minimum_living", "low_income", "extreme_hardship")
# 五必到: occasions at which a cadre is always to be present.
OCCASIONS = {
    "need": N_("群众有特殊困难"),
    "trouble": N_("村里有特殊情况"),
    "policy": N_("上级有新的指示精神"),
    "season": N_("工忙农忙时"),
    "festival": N_("逢年过节前"),
}
TOPICS = {
    "livelihood": N_("生活"),
    "income": N_("就业增收"),
    "health": N_("健康养老"),
    "school": N_("子女上学"),
    "roads": N_("道路水电"),
    "surroundings": N_("人居环境"),
    "land": N_("土地宅基地"),
    "dispute": N_("矛盾纠纷"),
    "safety": N_("消防和安全"),
    "policy": N_("政策宣讲"),
    "business": N_("企业经营"),
    "other": N_("其他"),
}
ESTABLISHMENTS = {
    "enterprise": N_("企业"),
    "cooperative": N_("专业合作社"),
    "family_farm": N_("家庭农场"),
    "shop": N_("个体工商户"),
}
# Why a door is due: the code's part before the colon.
REASONS = {
    "revisit": N_("约定回访"),
    "risk": N_("风险等级：%(what)s"),
    "tag": N_("特殊群体：%(what)s"),
    "must": N_("五必访：%(what)s"),
    "yearly": N_("每年走访一次"),
    "establishment": N_("定期走访"),
}
LINKS = {
    "person": N_("人"),
    "household": N_("户"),
    "establishment": N_("市场主体"),
    "area": N_("地点"),
}
PRIVATE, PUBLISHED = "private", "published"
INDEX_TERMS = {
    "visits": N_("走访次数"),
    "frequency": N_("走访频率（有走访的周）"),
    "difficulty": N_("问题难易"),
    "satisfaction": N_("群众满意"),
}
TERMS = {"own": N_("本地词库"), "stop": N_("停用词")}
STATES = {PRIVATE: N_("私记"), PUBLISHED: N_("公开")}

# A topic (一类事): proposed by the search, then a person's decision, then how its case ended.
PROPOSED, CONFIRMED, ENDED, DECLINED = "proposed", "confirmed", "ended", "declined"
TOPIC_STATES = {
    PROPOSED: N_("待确认"),
    CONFIRMED: N_("已确认，一并办理"),
    ENDED: N_("已有结果"),
    DECLINED: N_("不是一类事"),
}
# An entry is in a topic, or offered to a confirmed one.
IN, OFFERED = "in", "offered"
TOLD, UNREACHED, IN_PERSON = "told", "unreached", "in_person"
TOLD_STATES = {TOLD: N_("已告知"), UNREACHED: N_("没有账号，请走访时告知"), IN_PERSON: N_("已当面告知")}
