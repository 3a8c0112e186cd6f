"""A household of the village, its child in another one, and calls as rows."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from core.clock import now
from core.security import Actor
from core.testing import FAR_VILLAGE, SISTER_VILLAGE, VILLAGE, TestHousehold


@pytest.fixture
def county_plugins() -> list[str]:
    """Only the call button."""
    return ["call_button"]


@dataclass
class Home:
    """Who shares what with whom; `move_clock` moves the time."""

    household_id: int
    other_id: int
    parent: Actor
    neighbour: Actor
    secretary: Actor
    stranger: Actor
    child: Actor
    username: str
    move_clock: Callable[[datetime], None]

    @property
    def reader(self) -> dict[str, str]:
        """What must be typed of the child's account."""
        return {"username": self.username, "name": "测试resident"}

    def call(self, household_id: int | None = None, **more: Any) -> int:
        """A call as a row."""
        from plugins.call_button.call_words import TAKE
        from plugins.call_button.models.calls import Call, CallStep

        key = secrets.randbelow(10**9)
        row = Call.create(
            **{
                "area_code": VILLAGE,
                "device_id": key,
                "household_id": household_id or self.household_id,
                "kind": "button",
                "state": "ringing",
                "changed": key,
                "rung_at": now(),
                "result": "送医院，电话 13900000000",
                **more,
            }
        )
        if row.answered_at:
            step = {"at": row.answered_at, "deed": TAKE, "account_id": row.taken_by}
            CallStep.create(call_id=row.id, number=2, **step)
        return int(row.id)


@pytest.fixture
def home(
    frozen_clock: Callable[[datetime], None],
    people: list[TestHousehold],
    actor: Callable[..., Actor],
    account: Callable[..., Any],
) -> Home:
    """On a Monday morning."""
    from core.accounts.api import actor_for

    first, second = people[:2]
    child = account("resident", FAR_VILLAGE)
    return Home(
        household_id=first.id,
        other_id=second.id,
        parent=actor("resident", VILLAGE, person_id=first.person_ids[0]),
        neighbour=actor("resident", VILLAGE, person_id=second.person_ids[0]),
        secretary=actor("secretary", VILLAGE),
        stranger=actor("secretary", SISTER_VILLAGE),
        child=actor_for(child.id),
        username=child.username,
        move_clock=frozen_clock,
    )
