"""The words of tasks: codes in the database, titles for people."""

from core.text import N_

STATES = {
    "open": N_("待办"),
    "done": N_("已完成，待核对"),
    "checked": N_("已核对"),
    "cancelled": N_("已取消"),
}
EVIDENCE = {"none": N_("不需要"), "words": N_("写明完成情况"), "photo": N_("附照片")}
STEPS = {
    "give": N_("下达"),
    "done": N_("完成"),
    "check": N_("核对通过"),
    "back": N_("退回重办"),
    "cancel": N_("取消"),
    "hand": N_("移交"),
    "carry": N_("随网格调整"),
}
