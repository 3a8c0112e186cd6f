"""A real receiving server, a county whose config allows it, and subscriptions to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from core.cases.api import NewCase, create_case
from core.county import plugins
from core.testing import COUNTY_CODE, VILLAGE
from core.webhooks.services import create_subscription
from tests.core.notices.conftest import OtherSystem, other_system

__all__ = ["other_system"]
ALL = ("cases.CaseReported", "cases.CaseResolved")


@dataclass
class Subscribed:
    """A subscription and its secret."""

    id: int
    secret: str


@pytest.fixture
def county_sections() -> str:
    return '[plugin.webhooks]\nallowed_hosts = ["127.0.0.1"]\n'


@pytest.fixture
def receiver(other_system: Callable[[], OtherSystem]) -> OtherSystem:
    return other_system()


@pytest.fixture
def admin(app: Flask, actor: Callable[..., Any], frozen_clock: Callable[[datetime], None]) -> Any:
    return actor("county_admin", COUNTY_CODE)


@pytest.fixture
def subscribe(admin: Any, receiver: OtherSystem) -> Callable[..., Subscribed]:
    """Makes a subscription of the receiver: `subscribe(events=..., area_code=...)`."""

    def make(**more: Any) -> Subscribed:
        values = {"title": "指挥平台", "url": f"{receiver.url}/hook", "events": ALL, "area_code": COUNTY_CODE}
        made = create_subscription(admin, **{**values, **more})
        return Subscribed(made.id, made.secret)

    return make


@pytest.fixture
def file_case(app: Flask, actor: Callable[..., Any], people: Any) -> Callable[..., int]:
    """A resident files a case whose text names people."""
    resident = actor("resident", VILLAGE, person_id=people[0].person_ids[0])

    def file(area_code: str = VILLAGE) -> int:
        return create_case(resident, NewCase("cases.report", "赵大山家 341504199001011234 的事", area_code))

    return file


@pytest.fixture
def allow(app: Flask) -> Callable[[list[str]], None]:
    """Changes which hosts the county's config allows."""
    return lambda hosts: plugins().loaded["webhooks"].settings.update(allowed_hosts=hosts)
