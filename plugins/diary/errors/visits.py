"""Why visits, marks and establishments are refused."""

from core.errors import DomainError
from core.text import N_


class NobodyVisited(DomainError):
    """A visit is to one household or to one establishment."""

    code, status = "diary_nobody_visited", 422
    text = N_("请选择走访的户或市场主体（只选一个）。")


class NotOfHousehold(DomainError):
    """Only members of the household that was visited were met there."""

    code, status = "diary_not_of_household", 422
    text = N_("见到的人应是这一户登记的家庭成员。")


class HouseholdEnded(DomainError):
    """The household is no longer on the register."""

    code, status = "diary_household_ended", 409
    text = N_("这一户已经销户，不能再记走访。")


class MarkedAlready(DomainError):
    """The household is marked with this kind."""

    code, status = "diary_marked_already", 409
    text = N_("这一户已登记为这一类必访对象。")


class CreditCodeWrong(DomainError):
    """The unified social credit code does not add up (GB 32100-2015)."""

    code, status = "diary_credit_code_wrong", 422
    text = N_("统一社会信用代码有误，请核对 18 位代码。")


class EstablishmentThere(DomainError):
    """An establishment with this code is registered."""

    code, status = "diary_establishment_there", 409
    text = N_("这个统一社会信用代码已登记过。")


class EstablishmentClosed(DomainError):
    """The establishment has closed."""

    code, status = "diary_establishment_closed", 409
    text = N_("这个市场主体已经注销，不能再记走访。")
