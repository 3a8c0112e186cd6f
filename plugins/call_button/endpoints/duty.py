"""The duty roster and leave as JSON."""

from datetime import timedelta
from typing import Any

from core.api import Page
from core.errors import Invalid
from core.security import Actor
from core.text import N_
from plugins.call_button.duty_words import DUTY, VIEW
from plugins.call_button.endpoints import api, key
from plugins.call_button.queries import duty as queries
from plugins.call_button.schemas import duty as shapes
from plugins.call_button.services import duty as services

SHIFTS, LEAVE = "/duty-shifts", "/duty-leaves"
_MOST_DAYS = timedelta(days=62)


@api.operation(
    "GET",
    SHIFTS,
    "listShifts",
    access=VIEW,
    returns=shapes.DutyShiftSchema,
    many=True,
    query=shapes.DutyShiftQuery,
    errors=(404,),
)
def list_shifts(actor: Actor, *, query: dict[str, Any]) -> Page:
    """The shifts of a town's or village's desk that begin from a day to a day."""
    if not timedelta() <= query["until"] - query["since"] < _MOST_DAYS:
        raise Invalid(fields={"until": [N_("请选择起止日期，一次最多 62 天。")]})
    found = queries.list_shifts(actor, query["area_code"], query["since"], query["until"])
    return _page(found, query)


@api.operation(
    "GET", "/duty-shifts/current", "listCurrentDuty", access=VIEW, returns=shapes.DutyShiftSchema, many=True
)
def current_duty(actor: Actor) -> Page:
    """Who has duty just now in one's areas."""
    found = queries.duty_now(actor)
    return Page(found, len(found))


@api.operation(
    "POST",
    SHIFTS,
    "setShift",
    access=DUTY,
    returns=shapes.DutyShiftSchema,
    status=201,
    body=shapes.NewDutyShift,
    errors=(404,),
)
def set_shift(actor: Actor, *, body: dict[str, Any]) -> queries.ShiftView:
    """Give somebody with a post there duty at a town or village."""
    return queries.shift(actor, services.set_shift(actor, body.pop("area_code"), **body))


@api.operation("DELETE", f"{SHIFTS}/<string:shift_id>", "removeShift", access=DUTY, returns=None, status=204)
def remove_shift(actor: Actor, *, shift_id: str) -> None:
    """Take a shift that is not over off the roster."""
    services.remove_shift(actor, key(shift_id))


@api.operation(
    "POST",
    f"{SHIFTS}/repeat-week",
    "repeatDutyWeek",
    access=DUTY,
    returns=shapes.DutyCopied,
    body=shapes.RepeatWeekBody,
    errors=(404,),
)
def repeat_week(actor: Actor, *, body: dict[str, Any]) -> dict[str, Any]:
    """Write a week over the next ones."""
    area_code = body["area_code"]
    return _copied(area_code, services.repeat_week(actor, area_code, body["day"], body["weeks"]))


@api.operation(
    "POST",
    f"{SHIFTS}/copy-month",
    "copyDutyMonth",
    access=DUTY,
    returns=shapes.DutyCopied,
    body=shapes.CopyMonthBody,
    errors=(404,),
)
def copy_month(actor: Actor, *, body: dict[str, Any]) -> dict[str, Any]:
    """Fill a month from the one before, weekday by weekday."""
    return _copied(body["area_code"], services.copy_month(actor, body["area_code"], body["day"]))


@api.operation(
    "GET",
    LEAVE,
    "listLeave",
    access=VIEW,
    returns=shapes.DutyLeaveSchema,
    many=True,
    query=shapes.DutyLeaveQuery,
    errors=(404,),
)
def list_leave(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Leave that is not over: one's own, or in an area whose roster one makes."""
    area_code = query["area_code"]
    return _page(queries.list_leave(actor, area_code) if area_code else queries.own_leave(actor), query)


@api.operation(
    "POST",
    LEAVE,
    "setLeave",
    access=VIEW,
    returns=shapes.DutyLeaveSchema,
    status=201,
    body=shapes.NewDutyLeave,
    errors=(404,),
)
def set_leave(actor: Actor, *, body: dict[str, Any]) -> queries.LeaveView:
    """Say that somebody is away; the ladder passes over them on those days."""
    account_id = body.pop("account_id") or actor.account_id or 0
    return queries.leave(actor, services.set_leave(actor, account_id=account_id, **body))


@api.operation("DELETE", f"{LEAVE}/<string:leave_id>", "removeLeave", access=VIEW, returns=None, status=204)
def remove_leave(actor: Actor, *, leave_id: str) -> None:
    """Somebody is back, or stays after all."""
    services.remove_leave(actor, key(leave_id))


def _page(found: list[Any], query: dict[str, Any]) -> Page:
    start = (query["page"] - 1) * query["page_size"]
    return Page(found[start : start + query["page_size"]], len(found))


def _copied(area_code: str, counts: tuple[int, int]) -> dict[str, Any]:
    written, left_out = counts
    return {"id": area_code, "written": written, "left_out": left_out}
