"""The config section [cases]: office hours, deadlines, when somebody is reminded and who is told next."""

import re
from datetime import time
from itertools import pairwise
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from core.value_classes import value_class

_HOURS = '应为上班时段，如 ["08:30-12:00", "14:00-17:30"]，从早到晚、互不重叠'
_SLOT = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])\Z")


class DayHours(fields.Field[tuple[tuple[time, time], ...]]):
    """Office hours of a working day: slots in their order that do not overlap."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list) or not value:
            raise ValidationError(_HOURS)
        moments: list[time] = []
        for slot in value:
            found = _SLOT.match(slot) if isinstance(slot, str) else None
            if found is None:
                raise ValidationError(_HOURS)
            hour, minute, to_hour, to_minute = map(int, found.groups())
            moments += [time(hour, minute), time(to_hour, to_minute)]
        if any(early >= late for early, late in pairwise(moments)):
            raise ValidationError(_HOURS)
        return tuple(zip(moments[::2], moments[1::2], strict=True))


def _number(default: int, least: int, most: int) -> fields.Integer:
    return fields.Integer(load_default=default, strict=True, validate=validate.Range(least, most))


class CasesSchema(Schema):
    """Hours and days are working time.

    A rule of the routing table names its own deadlines; these are for whatever no rule covers.
    """

    class Meta:
        unknown = RAISE

    day_hours = DayHours(load_default=((time(8, 30), time(12)), (time(14), time(17, 30))))
    accept_hours = _number(4, 1, 80)
    resolve_days = _number(5, 1, 90)
    urgent_accept_hours = _number(1, 1, 80)
    urgent_resolve_days = _number(1, 1, 90)
    # How often a desk may hand a case back to where it came from.
    returns = _number(2, 0, 10)
    yellow_percent = _number(80, 10, 99)
    # After red: so many working hours until one level up is told, and until it goes there.
    inform_hours = _number(4, 1, 80)
    escalate_hours = _number(14, 1, 200)
    # A resolved case that nobody rates is closed after so many working days.
    rate_days = _number(7, 1, 90)
    duplicate_days = _number(7, 1, 60)
    # Reports without an account: from one address in a quarter of an hour, from one village in a day.
    open_per_address = _number(20, 1, 1000)
    open_per_village = _number(300, 1, 100_000)


@value_class
class CasesSettings:
    """See CasesSchema."""

    day_hours: tuple[tuple[time, time], ...]
    accept_hours: int
    resolve_days: int
    urgent_accept_hours: int
    urgent_resolve_days: int
    returns: int
    yellow_percent: int
    inform_hours: int
    escalate_hours: int
    rate_days: int
    duplicate_days: int
    open_per_address: int
    open_per_village: int
