"""Why points are not credited."""

from core.errors import DomainError
from core.text import N_


class PointsOutsideRule(DomainError):
    """The rule gives fewer or more points than asked for."""

    code, status = "points_outside_rule", 422
    text = N_("按“%(title)s”这条规则，只能发放 %(least)d 到 %(most)d 分。")


class RuleNotHere(DomainError):
    """The rule does not exist, is switched off, or belongs to another village."""

    code, status = "rule_not_here", 422
    text = N_("这条积分规则不适用于该户所在的村，或已停用。")
