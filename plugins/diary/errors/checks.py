"""Why spot checks are refused."""

from core.errors import DomainError, Forbidden
from core.text import N_


class NothingToDraw(DomainError):
    """Nothing of the kind in the area and period, or less than is to be drawn."""

    code, status = "diary_nothing_to_draw", 409
    text = N_("这个区域和时段里只有 %(size)d 件，不够抽取。")


class ListTooLong(DomainError):
    """More than one list can hold."""

    code, status = "diary_list_too_long", 409
    text = N_("这个时段有 %(size)d 件，一次最多从 %(most)d 件里抽取，请缩短时段。")


class TooEarlyToDraw(DomainError):
    """The seed has to be public for a day."""

    code, status = "diary_check_too_early", 409
    text = N_("种子公布满一天才能抽取，最早 %(day)s。")


class AlreadyDrawn(DomainError):
    """A spot check is drawn once."""

    code, status = "diary_check_drawn", 409
    text = N_("这次抽查已经抽取，结果不能更换。")


class BeaconNeeded(DomainError):
    """A public number was agreed, or none was."""

    code, status = "diary_check_beacon", 422
    text = N_("公布时约定了公开随机数的，抽取时要照抄；没有约定的不能再加。")


class OwnDeed(Forbidden):
    """Nobody checks what they handled themselves."""

    code, text = "diary_own_deed", N_("不能抽查自己经办的事，请由他人核实。")
