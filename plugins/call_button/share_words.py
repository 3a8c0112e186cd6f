"""Shares of a household's calls: rights, words and limits that several rooms share."""

from typing import Final

from core.text import N_

SHARE, SHARE_FOR = "call_button.share", "call_button.share_for"
RELATIONS: Final = {
    "child": N_("子女"),
    "grandchild": N_("孙辈"),
    "sibling": N_("兄弟姐妹"),
    "other": N_("其他亲属"),
}
# How the household gave its word to whoever writes it down for them.
WORDS: Final = {
    "in_person": N_("当面同意"),
    "by_phone": N_("电话同意"),
    "in_writing": N_("书面同意"),
}
MOST_SHARES: Final = 5
STATE_TITLES: Final = {
    "ringing": N_("正在呼叫"),
    "answered": N_("已接听"),
    "arrived": N_("已到场"),
    "done": N_("已办结"),
    "cancelled": N_("已取消"),
}
KIND_TITLES: Final = {
    "button": N_("按键呼叫"),
    "smoke": N_("烟雾报警"),
    "door": N_("门磁提醒"),
    "fall": N_("跌倒报警"),
}
