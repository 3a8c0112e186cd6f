"""Why patrols are refused."""

from core.errors import DomainError
from core.text import N_


class PatrolUnderWay(DomainError):
    """Nobody walks two rounds at once."""

    code, status = "patrol_under_way", 409
    text = N_("您还有一次巡查没有结束，请先结束它。")


class PatrolOver(DomainError):
    """The patrol has ended already."""

    code, status = "patrol_over", 409
    text = N_("这次巡查已经结束，不能再改。")


class NotYourPatrol(DomainError):
    """Only who walks writes in a patrol."""

    code, status = "not_your_patrol", 403
    text = N_("这是别人的巡查，只能查看。")


class PointUnknown(DomainError):
    """No point of ours, of another grid, or retired."""

    code, status = "point_unknown", 404
    text = N_("没有这个巡查点，或它不在这次巡查的网格里。")


class PositionMissing(DomainError):
    """A check-in without the point's code must say where it is."""

    code, status = "position_missing", 422
    text = N_("没有取得定位。请扫巡查点的码，或打开定位后再试。")
