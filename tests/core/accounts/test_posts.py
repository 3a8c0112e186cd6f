"""Posts: who may grant what to whom, from when to when, and that it takes effect at once."""

from datetime import date, timedelta

import pytest

from core.accounts.api import actor_for, end_post, grant_post, operator
from core.accounts.errors import (
    AreaUnknown,
    DatesReversed,
    DutiesClash,
    OwnPost,
    PostEnded,
    PostHeld,
    RoleUnknown,
)
from core.accounts.models import Account, Post
from core.accounts.services.posts import demand_other_admin
from core.errors import Forbidden, NotFound
from core.testing import (
    COUNTY_CODE,
    FAR_VILLAGE,
    MONDAY_MORNING,
    OTHER_TOWN,
    SISTER_VILLAGE,
    TOWN,
    VILLAGE,
)

TODAY = MONDAY_MORNING.date()


def post_of(account_id, role):
    """The id of an account's post."""
    return Post.unscoped("a test").where((Post.account_id == account_id) & (Post.role == role)).get().id


def test_who_administers_neither_appoints_nor_dismisses_who_watches_them(
    api_as, as_role, account, submit, actor
):
    admin, puppet = api_as("county_admin", COUNTY_CODE), account("resident", COUNTY_CODE)
    refused = admin.post(f"/accounts/{puppet.id}/posts", {"role": "auditor", "area_code": COUNTY_CODE})
    assert (refused.status_code, refused.json["code"]) == (403, "watcher_by_server")
    page = as_role("county_admin", COUNTY_CODE).get(f"/accounts/{puppet.id}").text
    assert 'value="secretary"' in page
    assert 'value="auditor"' not in page
    watcher = account("auditor", COUNTY_CODE)
    post = post_of(watcher.id, "auditor")
    refused = admin.post(f"/posts/{post}/end", {})
    assert (refused.status_code, refused.json["code"]) == (403, "watcher_by_server")
    assert actor_for(watcher.id).may("system.audit")
    end_post(operator(), post)
    assert not actor_for(watcher.id).may("system.audit")


def test_a_post_takes_effect_with_the_next_request_and_ends_as_soon(api_as, account):
    admin, program = api_as("county_admin", COUNTY_CODE), api_as("resident", VILLAGE)
    number = program.get("/me").json["id"]
    assert program.get("/accounts").status_code == 403
    granted = admin.post(f"/accounts/{number}/posts", {"role": "secretary", "area_code": VILLAGE})
    assert granted.status_code == 201
    assert granted.json["role_title"] == "村书记"
    assert granted.json["area_name"] == "一村"
    assert program.get("/accounts").status_code == 200
    ended = admin.post(f"/posts/{granted.json['id']}/end")
    assert ended.status_code == 200
    assert ended.json["state"] == "over"
    assert program.get("/accounts").status_code == 403
    assert admin.post(f"/posts/{granted.json['id']}/end").json["code"] == "post_ended"


def test_a_post_holds_on_its_first_and_last_day_only(account, frozen_clock):
    made = account("resident", VILLAGE)
    grant_post(
        operator(),
        made.id,
        role="secretary",
        area_code=VILLAGE,
        since=date(2026, 3, 4),
        until=date(2026, 3, 6),
    )
    held = {}
    for day in range(2, 9):
        frozen_clock(MONDAY_MORNING + timedelta(days=day - 2, hours=14, minutes=59))
        held[day] = actor_for(made.id).may("accounts.view", VILLAGE)
    assert held == {2: False, 3: False, 4: True, 5: True, 6: True, 7: False, 8: False}


def test_a_planned_end_leaves_the_post_until_its_last_day(account, frozen_clock):
    made = account("secretary", VILLAGE)
    end_post(operator(), post_of(made.id, "secretary"), last_day=TODAY + timedelta(days=3))
    assert actor_for(made.id).may("accounts.view")
    frozen_clock(MONDAY_MORNING + timedelta(days=4))
    assert not actor_for(made.id).may("accounts.view")


def test_nobody_administers_and_audits_at_once(account, frozen_clock):
    made = account("county_admin", TOWN)
    with pytest.raises(DutiesClash) as refused:
        grant_post(operator(), made.id, role="auditor", area_code=OTHER_TOWN)
    assert "县区管理员" in refused.value.sentence()
    end_post(operator(), post_of(made.id, "county_admin"), last_day=TODAY)
    with pytest.raises(DutiesClash):
        grant_post(operator(), made.id, role="auditor", area_code=OTHER_TOWN)
    grant_post(operator(), made.id, role="auditor", area_code=OTHER_TOWN, since=TODAY + timedelta(days=1))


def test_nobody_gives_themselves_a_post(account):
    admin = account("county_admin", COUNTY_CODE)
    with pytest.raises(OwnPost):
        grant_post(actor_for(admin.id), admin.id, role="reviewer", area_code=VILLAGE)


def test_one_after_the_other_is_allowed(account):
    made = account("auditor", COUNTY_CODE)
    end_post(operator(), post_of(made.id, "auditor"))
    grant_post(operator(), made.id, role="county_admin", area_code=COUNTY_CODE)


def test_what_does_not_exist_cannot_be_granted(account):
    made = account("resident", VILLAGE)
    with pytest.raises(RoleUnknown):
        grant_post(operator(), made.id, role="emperor", area_code=VILLAGE)
    with pytest.raises(AreaUnknown):
        grant_post(operator(), made.id, role="secretary", area_code=COUNTY_CODE + "999999")
    with pytest.raises(NotFound):
        grant_post(operator(), made.id, role="secretary", area_code="110101001001")
    with pytest.raises(NotFound):
        grant_post(operator(), 999, role="secretary", area_code=VILLAGE)
    with pytest.raises(DatesReversed):
        grant_post(
            operator(), made.id, role="secretary", area_code=VILLAGE, since=TODAY, until=date(2020, 1, 1)
        )


def test_the_same_post_is_not_held_twice_at_a_time(account):
    made = account("secretary", VILLAGE)
    with pytest.raises(PostHeld):
        grant_post(operator(), made.id, role="secretary", area_code=VILLAGE)
    grant_post(operator(), made.id, role="secretary", area_code=SISTER_VILLAGE)
    end_post(operator(), post_of(made.id, "secretary"))
    grant_post(operator(), made.id, role="secretary", area_code=VILLAGE)


def test_a_post_that_is_over_cannot_be_ended_again_nor_before_it_began(account, frozen_clock):
    made = account("secretary", VILLAGE)
    post = grant_post(
        operator(), made.id, role="assistant", area_code=VILLAGE, since=TODAY + timedelta(days=9)
    )
    with pytest.raises(DatesReversed):
        end_post(operator(), post, last_day=TODAY)
    end_post(operator(), post)
    with pytest.raises(PostEnded):
        end_post(operator(), post)
    frozen_clock(MONDAY_MORNING + timedelta(days=10))
    assert all(held.role != "assistant" for held in actor_for(made.id).posts)


def test_an_administrator_grants_inside_own_areas_only(actor, account):
    admin, inside, outside = (
        actor("county_admin", TOWN),
        account("resident", VILLAGE),
        account("resident", FAR_VILLAGE),
    )
    grant_post(admin, inside.id, role="secretary", area_code=VILLAGE)
    with pytest.raises(NotFound):
        grant_post(admin, inside.id, role="secretary", area_code=FAR_VILLAGE)
    with pytest.raises(NotFound):
        grant_post(admin, inside.id, role="county_admin", area_code=COUNTY_CODE)
    with pytest.raises(NotFound):
        grant_post(admin, outside.id, role="secretary", area_code=VILLAGE)
    with pytest.raises(NotFound):
        end_post(admin, post_of(outside.id, "resident"))
    with pytest.raises(Forbidden):
        grant_post(actor("secretary", VILLAGE), inside.id, role="assistant", area_code=VILLAGE)


def test_the_last_county_administrator_stays(account, api_as):
    from core.accounts.api import disable_account
    from core.accounts.errors import LastAdmin

    first = account("county_admin", COUNTY_CODE)
    account("county_admin", TOWN)  # administers a part only
    with pytest.raises(LastAdmin):
        disable_account(operator(), first.id)
    with pytest.raises(LastAdmin):
        end_post(operator(), post_of(first.id, "county_admin"))
    second = account("county_admin", COUNTY_CODE)
    disable_account(operator(), first.id)
    with pytest.raises(LastAdmin):
        disable_account(operator(), second.id)
    assert Account.unscoped("a test").where(Account.id == second.id).get().disabled_at is None
    demand_other_admin(first.id)


def test_roles_of_a_plugin_that_is_off_grant_nothing_and_break_nothing(account, county):
    made = account("foreman", VILLAGE)
    assert actor_for(made.id).permissions == {}
    from core.accounts.queries import get_account

    shown = get_account(operator(), made.id)
    assert shown.posts[0].role_title == "foreman"
