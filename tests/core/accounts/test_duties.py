"""Duties: roles of the field, given by the module that staffs it, and no others."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core.accounts.api import actor_for, end_duties_at, end_duty, grant_duty
from core.accounts.errors import DutyOnly
from core.accounts.models import Post
from core.clock import today
from core.errors import NotFound
from core.scope import AreaScope
from core.security import Actor
from core.testing import GRID, SISTER_VILLAGE, VILLAGE

MINE = AreaScope((VILLAGE,))


@pytest.fixture
def secretary(actor: Callable[..., Actor]) -> Actor:
    return actor("secretary", VILLAGE)


def test_a_duty_is_given_and_ended_without_the_right_to_administer(secretary: Actor, account: Any) -> None:
    login = account("resident", VILLAGE).id
    assert not secretary.may("accounts.manage")
    post_id = grant_duty(secretary, MINE, login, role="grid_leader", area_code=GRID, since=today())
    assert actor_for(login).may("people.edit", GRID)
    # Given twice it is one post.
    assert grant_duty(secretary, MINE, login, role="grid_leader", area_code=GRID, since=today()) == post_id
    end_duty(secretary, MINE, post_id, last_day=today() - timedelta(days=1))
    assert not actor_for(login).may("people.edit", GRID)
    end_duty(secretary, MINE, post_id, last_day=today())  # it stays over
    assert not actor_for(login).may("people.edit", GRID)


@pytest.mark.parametrize("role", ["secretary", "county_admin", "auditor", "boss"])
def test_no_other_role_goes_through_this_door(secretary: Actor, account: Any, role: str) -> None:
    login = account("resident", VILLAGE).id
    with pytest.raises(DutyOnly):
        grant_duty(secretary, MINE, login, role=role, area_code=GRID, since=today())


def test_neither_account_nor_area_lies_outside(secretary: Actor, account: Any) -> None:
    mine, foreign = account("resident", VILLAGE).id, account("resident", SISTER_VILLAGE).id
    for login, area in ((foreign, GRID), (mine, SISTER_VILLAGE)):
        with pytest.raises(NotFound):
            grant_duty(secretary, MINE, login, role="assistant", area_code=area, since=today())


def test_all_duties_of_an_area_end_with_it_and_other_posts_stay(secretary: Actor, account: Any) -> None:
    leader, assistant = account("grid_leader", GRID).id, account("assistant", GRID).id
    resident = account("resident", GRID).id
    assert end_duties_at(secretary, MINE, GRID, last_day=today() - timedelta(days=1)) == 2
    live = {row.account_id for row in Post.unscoped("test").where(Post.until.is_null())}
    assert resident in live
    assert not live & {leader, assistant}
