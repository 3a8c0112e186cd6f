"""What is refused: a code for programs, a status and a sentence for people."""

from core.errors import DomainError
from core.text import N_


class DayNotOpen(DomainError):
    """Too late for the day, or too early."""

    code, status = "elder_meals_day_not_open", 409
    text = N_("这一天现在不能订餐或退餐：当天 %(closes_at)s 截止，最多提前 %(days_ahead)d 天。")


class NotEntitled(DomainError):
    """The county's meals are for others."""

    code, status, text = "elder_meals_not_entitled", 409, N_("这位村民不在本县区助老餐的对象里。")


class AlreadyOrdered(DomainError):
    """One meal for a person and day."""

    code, status, text = "elder_meals_already_ordered", 409, N_("这位村民当天已经订过餐。")


class AlreadyFetched(DomainError):
    """Nobody eats twice."""

    code, status, text = "elder_meals_already_fetched", 409, N_("这份餐已经取走。")


class NotToday(DomainError):
    """Fetched is what is fetched now."""

    code, status, text = "elder_meals_not_today", 409, N_("只能登记今天的餐。")
