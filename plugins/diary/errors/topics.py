"""Why topics refuse."""

from core.errors import DomainError
from core.text import N_


class TopicDecided(DomainError):
    """Somebody has decided on it meanwhile."""

    code, status = "diary_topic_decided", 409
    text = N_("这类事刚有人处理过（现在是：%(state)s），请刷新后再看。")


class NothingToSplit(DomainError):
    """A split takes some entries, not none and not all."""

    code, status = "diary_topic_nothing_to_split", 422
    text = N_("请勾选要分出去的日记，不能一篇不选，也不能全选。")
