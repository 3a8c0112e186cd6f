"""Who is told of what; photos belong to the case."""

import io
from datetime import datetime

import pytest
from PIL import Image

from core.cases import api
from core.cases.queries.cases import sees_files
from core.cases.services.ladder import watch_clocks
from core.errors import NotFound
from core.files.api import files_of, store_photo
from core.notices.models import Notice, Sending
from core.security import ANONYMOUS, Actor
from core.testing import TOWN, VILLAGE
from tests.core.cases.conftest import World


def told(actor: Actor) -> list[str]:
    """The kinds of messages in somebody's inbox, oldest first."""
    rows = Notice.select().where(Notice.account_id == actor.account_id).order_by(Notice.id)
    return [row.kind.removeprefix("cases.case_") for row in rows]


def test_each_step_tells_whom_it_concerns_and_nobody_else(world: World) -> None:
    number = world.file()
    api.dispatch_case(world.town, number, level="town", area_code=TOWN, unit_id=world.unit)
    api.accept_case(world.clerk, number)
    api.urge_case(world.supervisor, number, "请抓紧")
    api.resolve_case(world.clerk, number, outcome="solved", answer="好了")
    assert told(world.secretary) == ["waiting"]
    assert told(world.clerk) == ["waiting", "urged"]
    assert told(world.resident) == ["accepted", "answered"]
    api.rate_case(world.resident, number, thumb="down", solved=False)
    assert told(world.admin) == ["waiting"]
    for other in (world.other_clerk, world.neighbour, world.member, world.supervisor):
        assert told(other) == []


def test_time_reminds_the_desk_and_tells_one_level_above(world: World) -> None:
    world.file()
    for moment in ("02T14:30", "02T15:05", "03T10:05", "04T15:05"):
        world.move_clock(datetime.fromisoformat(f"2026-03-{moment}:00+08:00"))
        watch_clocks()
    assert told(world.secretary) == ["waiting", "due", "urged"]
    assert told(world.town) == ["late", "waiting"]


def test_who_filed_for_somebody_and_whose_case_it_is_are_both_told(
    world: World, people_here: dict[str, int]
) -> None:
    number = world.file(world.secretary, on_behalf_of=people_here["李四"])
    api.dispatch_case(world.town, number, level="town", area_code=TOWN, unit_id=world.unit)
    api.accept_case(world.clerk, number)
    assert told(world.secretary) == ["waiting", "accepted"]
    assert told(world.neighbour) == ["accepted"]


def test_what_leaves_the_house_names_nobody(world: World) -> None:
    number = world.file(text="张三家停水")
    assert Notice.get().params.count("张三家停水") == 1
    for row in Sending.unscoped("test"):
        assert "张三" not in f"{row.__data__}"
        assert row.url == f"/cases/{number}"


def a_photo(actor: Actor) -> str:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return store_photo(actor, "现场.jpg", out.getvalue(), area_code=VILLAGE).id


def test_photos_belong_to_the_case_and_are_seen_by_who_sees_it(world: World) -> None:
    before, after = a_photo(world.resident), a_photo(world.secretary)
    number = world.file(photos=[before])
    api.accept_case(world.secretary, number)
    api.resolve_case(world.secretary, number, outcome="solved", answer="好了", photos=[after])
    subject = f"case:{number}"
    assert {brief.id for brief in files_of(subject)} == {before, after}
    for who in (world.resident, world.secretary, world.admin):
        assert sees_files(who, subject)
    for stranger in (world.neighbour, world.clerk, ANONYMOUS):
        assert not sees_files(stranger, subject)
    for wrong in ("case:", "case:x", "case:999999", "case:１"):
        assert not sees_files(world.admin, wrong)


def test_photos_of_a_public_answer_are_there_for_everybody(world: World) -> None:
    number = world.file(kind="cases.snapshot", photos=[a_photo(world.resident)])
    assert not sees_files(ANONYMOUS, f"case:{number}")
    api.accept_case(world.secretary, number)
    api.resolve_case(world.secretary, number, outcome="solved", answer="好了")
    assert sees_files(ANONYMOUS, f"case:{number}")


def test_somebody_elses_photo_cannot_be_attached(world: World) -> None:
    foreign = a_photo(world.neighbour)
    with pytest.raises(NotFound):
        world.file(photos=[foreign])
    assert api.list_cases(world.admin)[1] == 0
