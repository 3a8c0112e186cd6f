"""Caps: how much a wallet can get by a rule in a day, a month, a year of the act."""

from datetime import date, timedelta

from peewee import fn

from core.db import Statement
from core.text import N_
from plugins.points_store.errors import CapReached
from plugins.points_store.models import Earned, Rule

_SUM = Statement(
    lambda p: Earned.select(fn.COALESCE(fn.SUM(Earned.points), 0)).where(
        (Earned.wallet_id == p("wallet_id"))
        & (Earned.rule_key == p("rule_key"))
        & (Earned.day >= p("first"))
        & (Earned.day <= p("last"))
    )
)
_NOTE = Statement(
    lambda p: Earned.insert(
        transfer_id=p("transfer_id"),
        wallet_id=p("wallet_id"),
        rule_key=p("rule_key"),
        day=p("day"),
        points=p("points"),
    )
)


def demand_room(rule: Rule, wallet_id: int, day: date, points: int) -> None:
    """Raises CapReached. Inside a unit of work that is alone: what was read stands until it commits."""
    for period, cap, first, last in (
        (N_("每天"), rule.cap_day, day, day),
        (N_("每月"), rule.cap_month, day.replace(day=1), _last_of_month(day)),
        (N_("每年"), rule.cap_year, day.replace(month=1, day=1), day.replace(month=12, day=31)),
    ):
        if cap is None:
            continue
        (earned,) = _SUM.first(
            wallet_id=wallet_id, rule_key=rule.key, first=first.isoformat(), last=last.isoformat()
        ) or (0,)
        if int(earned) + points > cap:
            raise CapReached(title=rule.title, period=period, cap=cap, earned=int(earned), points=points)


def note(transfer_id: int, wallet_id: int, rule_key: int, day: date, points: int) -> None:
    """Count what was credited (or, below zero, taken back) against the caps of its day."""
    _NOTE.run(
        transfer_id=transfer_id, wallet_id=wallet_id, rule_key=rule_key, day=day.isoformat(), points=points
    )


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
