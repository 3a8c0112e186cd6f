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
