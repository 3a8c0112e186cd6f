"""Messages come into inboxes within the deed, and nothing but rows is written meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from core.accounts.api import actor_for, holders
from core.clock import CHINA, now
from core.county import County, plugins
from core.db import unit_of_work
from core.errors import NotFound
from core.notices.api import Accounts, Group, Holders, notify, unread_count
from core.notices.models import WAITING, Notice, Sending
from core.notices.queries import inbox
from core.notices.services import UndeclaredNotice, forget_old, mark_all_read, mark_read
from core.notices.settings import quiet_end
from core.testing import COUNTY_CODE, GRID, MONDAY_MORNING, SISTER_VILLAGE, TOWN, VILLAGE
from tests.core.notices.conftest import OtherSystem

TEXT = "%(name)s 的事项 %(number)s 等您签收。"


def tell(to: Any, kind: str = "trial.told", **more: Any) -> int:
    values = {"name": "钱秘密", "number": "SX-2026-000012"}
    given = {"values": values, "subject": "case:12", "url": "/cases/12", "area_code": VILLAGE, **more}
    return notify(to, kind, TEXT, **given)


def sendings() -> list[Sending]:
    return list(Sending.unscoped("a test").order_by(Sending.id))


def test_a_message_lies_in_the_inbox_and_waits_for_the_worker(
    reader: Callable[..., int], sms: OtherSystem
) -> None:
    me = reader()
    assert tell(Accounts((me,))) == 1
    (notice,), total = inbox(actor_for(me))
    assert (total, notice.title, notice.values["name"]) == (1, "有新事项", "钱秘密")
    assert unread_count(actor_for(me)) == 1
    assert {(row.channel, row.state) for row in sendings()} == {
        (name, WAITING) for name in ("sms", "dingtalk", "wecom", "trial")
    }
    assert sms.requests == []  # nothing is sent by whoever tells


def test_the_rows_on_their_way_out_hold_no_name_and_no_phone(reader: Callable[..., int]) -> None:
    tell(Accounts((reader(),)), url="/cases/12?q=钱秘密")
    for row in sendings():
        held = str(row.__data__)
        assert "钱" not in held
        assert "138" not in held
        assert (row.number, row.url) == ("SX-2026-000012", "/cases/12")


def undone(to: Any) -> None:
    with unit_of_work(housekeeping="a test"):
        tell(to)
        raise ZeroDivisionError


def test_a_deed_that_is_undone_tells_nobody(reader: Callable[..., int]) -> None:
    with pytest.raises(ZeroDivisionError):
        undone(Accounts((reader(),)))
    assert (Notice.select().count(), len(sendings())) == (0, 0)


def test_a_message_may_belong_to_a_shared_deed(reader: Callable[..., int]) -> None:
    me = reader()
    with unit_of_work(housekeeping="a test", shared=True):
        tell(Accounts((me,)))
    assert unread_count(actor_for(me)) == 1


def test_a_kind_that_nobody_registered_is_a_mistake_in_the_program(reader: Callable[..., int]) -> None:
    with pytest.raises(UndeclaredNotice):
        tell(Accounts((reader(),)), "trial.unheard_of")


def test_holders_are_those_at_the_place_or_the_next_above(app: Flask, account: Callable[..., Any]) -> None:
    here = account("secretary", VILLAGE).id
    account("secretary", SISTER_VILLAGE)
    leader = account("grid_leader", GRID).id
    top = account("supervisor", COUNTY_CODE).id
    assert holders("secretary", VILLAGE) == [here]
    assert holders("secretary", GRID) == [here]
    assert holders("grid_leader", GRID) == [leader]
    assert holders("supervisor", GRID) == [top]
    assert holders("clerk", GRID) == []
    assert tell(Holders("secretary", GRID), "trial.quiet") == 1
    assert tell(Holders("clerk", GRID)) == 0
    assert unread_count(actor_for(here)) == 1


def test_groups_get_it_once_and_only_where_they_belong(reader: Callable[..., int]) -> None:
    tell(Accounts((reader(), reader("13800000002"))))
    groups = [(row.channel, row.target) for row in sendings() if row.target]
    assert sorted(groups) == [("dingtalk", "县群"), ("wecom", "村群")]
    Sending.delete().execute()
    assert tell(Group("duty"), area_code=TOWN) == 0
    assert [(row.channel, row.target) for row in sendings()] == [("dingtalk", "县群")]


def test_a_group_is_not_told_twice_of_what_several_people_are_told(reader: Callable[..., int]) -> None:
    for phone in ("13800000001", "13800000002"):
        tell(Accounts((reader(phone),)))
    assert sorted(row.target for row in sendings() if row.target) == ["县群", "村群"]
    assert len([row for row in sendings() if row.channel == "sms"]) == 2
    tell(Accounts((reader("13800000003"),)), values={"number": "260302-BBBBBB"})
    assert len([row for row in sendings() if row.target]) == 4


def test_without_a_gateway_only_the_inbox_is_used(county: County, reader: Callable[..., int]) -> None:
    plugins().loaded["notices"].settings.update(sms_url="", robots=[])
    tell(Accounts((reader(),)))
    assert [row.channel for row in sendings()] == ["trial"]


@pytest.mark.parametrize(
    ("hour", "minute", "ends"),
    [
        (21, 29, None),
        (21, 30, (3, 7)),
        (23, 59, (3, 7)),
        (0, 0, (2, 7)),
        (6, 59, (2, 7)),
        (7, 0, None),
        (12, 0, None),
    ],
)
def test_quiet_hours_go_through_the_night(
    app: Flask, hour: int, minute: int, ends: tuple[int, int] | None
) -> None:
    found = quiet_end(datetime(2026, 3, 2, hour, minute, tzinfo=CHINA))
    assert found == (datetime(2026, 3, ends[0], ends[1], tzinfo=CHINA) if ends else None)


def test_at_night_only_the_urgent_is_due_at_once(
    reader: Callable[..., int], frozen_clock: Callable[[datetime], None]
) -> None:
    me = reader()
    frozen_clock(MONDAY_MORNING.replace(hour=22))
    tell(Accounts((me,)))
    tell(Accounts((me,)), urgent=True)
    assert unread_count(actor_for(me)) == 2  # an inbox wakes nobody
    morning = MONDAY_MORNING.replace(hour=7) + timedelta(days=1)
    assert {row.due_at for row in sendings() if not row.urgent} == {morning}
    assert {row.due_at for row in sendings() if row.urgent} == {now()}


def test_ones_own_messages_are_read_and_nobody_elses(reader: Callable[..., int]) -> None:
    me, other = actor_for(reader()), actor_for(reader("13800000002"))
    for _ in range(3):
        tell(Accounts((me.account_id or 0,)), "trial.quiet")
    (notice, *_), total = inbox(me)
    assert total == 3
    with pytest.raises(NotFound):
        mark_read(other, notice.id)
    mark_read(me, notice.id)
    mark_read(me, notice.id)
    assert (unread_count(me), inbox(me, unread=True)[1]) == (2, 2)
    assert mark_all_read(me) == 2
    assert unread_count(me) == 0


def test_old_messages_are_forgotten(
    reader: Callable[..., int], frozen_clock: Callable[[datetime], None]
) -> None:
    me = actor_for(reader())
    tell(Accounts((me.account_id or 0,)))
    tell(Accounts((me.account_id or 0,)), "trial.quiet")
    mark_read(me, inbox(me)[0][0].id)
    frozen_clock(MONDAY_MORNING + timedelta(days=181))
    forget_old()
    assert Notice.select().count() == 1
    assert len(sendings()) == 4  # what never went out is not forgotten
    frozen_clock(MONDAY_MORNING + timedelta(days=731))
    forget_old()
    assert Notice.select().count() == 0


@pytest.mark.parametrize(
    ("hook", "answer"),
    [
        ("register_notice_kinds", "{'cases.told': NoticeKind('x')}"),
        ("register_channels", "[Channel('sms', 'x', print)]"),
    ],
)
def test_a_plugin_registers_only_what_bears_its_name(
    county: County,
    plugin_folder: Callable[..., Path],
    build_app: Callable[[], Flask],
    hook: str,
    answer: str,
) -> None:
    head = "from core.hookspecs import Channel, NoticeKind, hookimpl"
    plugin = f"{head}\n\n\n@hookimpl\ndef {hook}():\n    return {answer}\n"
    plugin_folder("grabber", {"plugin.py": plugin})
    build_app()
    assert county.plugins is not None
    assert "grabber" not in county.plugins.loaded
    assert "grabber" in county.plugins.reports["grabber"].cause
