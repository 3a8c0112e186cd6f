"""Risk levels, special groups, and the reasons for looking at a sensitive field: codes and their words."""

from core.text import N_

RISK_LEVELS = {
    "low": N_("低"),
    "mid_low": N_("中低"),
    "mid": N_("中"),
    "mid_high": N_("中高"),
    "high": N_("高"),
}

TAGS = {
    "disabled": N_("残疾人"),
    "minimum_living": N_("低保"),
    "low_income": N_("低边"),
    "extreme_hardship": N_("特困"),
    "child_in_difficulty": N_("困境儿童"),
    "left_behind_child": N_("留守儿童"),
    "empty_nest": N_("空巢老人"),
}

# Why somebody looks at a sensitive field (PIPL 6: a clear and reasonable purpose). Only the code is kept.
PURPOSES = {
    "contact": N_("联系本人"),
    "verify": N_("核对身份"),
    "visit": N_("上门走访"),
    "emergency": N_("紧急救助"),
    "report": N_("依法上报"),
}

# Sensitive fields that can be shown one at a time.
FIELDS = {"citizen_id": N_("公民身份号码"), "phone": N_("电话"), "address": N_("住址")}

# Why somebody left the register (离开登记).
DIED, MOVED = "died", "moved"
LEAVINGS = {DIED: N_("去世"), MOVED: N_("迁出")}

# What somebody is to somebody else who lives apart (亲属关系), for recusal.
RELATIONS = {
    "spouse": N_("配偶"),
    "parent": N_("父母"),
    "child": N_("子女"),
    "sibling": N_("兄弟姐妹"),
    "grandparent": N_("祖父母、外祖父母"),
    "grandchild": N_("孙子女、外孙子女"),
    "in_law": N_("姻亲"),
    "other": N_("其他近亲属"),
}
