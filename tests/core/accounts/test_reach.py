"""Nobody takes over or closes an account that reaches further than they do, or that watches them."""

from datetime import timedelta

import pytest

from core.accounts.api import (
    actor_for,
    disable_account,
    enable_account,
    end_post,
    grant_post,
    operator,
    set_password,
)
from core.accounts.errors import AccountReachesFurther, DutiesApart, RoleNotLoaded
from core.accounts.models import Account, Post
from core.clock import today
from core.testing import COUNTY_CODE, OTHER_TOWN, TOWN, VILLAGE

DEEDS = (set_password, disable_account, enable_account)


def stored(account_id):
    """The row of an account."""
    return Account.unscoped("a test").where(Account.id == account_id).get()


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("begins_in", [0, 30])
def test_a_town_does_not_touch_an_account_that_holds_a_post_beyond_it(actor, account, deed, begins_in):
    account("county_admin", COUNTY_CODE)
    town_admin, made = actor("county_admin", TOWN), account("resident", VILLAGE)
    since = today() + timedelta(days=begins_in)
    grant_post(operator(), made.id, role="county_admin", area_code=COUNTY_CODE, since=since)
    before = stored(made.id).password_hash
    with pytest.raises(AccountReachesFurther):
        deed(town_admin, made.id)
    assert (stored(made.id).password_hash, stored(made.id).disabled_at) == (before, None)
    set_password(operator(), made.id)


def test_the_refusal_has_a_code_of_its_own_in_the_interface_and_a_sentence_on_the_page(
    api_as, as_role, account, submit
):
    account("county_admin", COUNTY_CODE)
    made = account("secretary", VILLAGE)
    grant_post(operator(), made.id, role="secretary", area_code=OTHER_TOWN)
    refused = api_as("county_admin", TOWN).post(f"/accounts/{made.id}/password")
    assert (refused.status_code, refused.json["code"]) == (403, "account_reaches_further")
    page = f"/accounts/{made.id}"
    answer = submit(as_role("county_admin", TOWN), page, f"{page}/password")
    assert answer.status_code == 403
    assert "还有任职" in answer.text


def test_a_post_that_is_over_reaches_no_further(actor, account):
    town_admin, made = actor("county_admin", TOWN), account("resident", VILLAGE)
    post = grant_post(operator(), made.id, role="secretary", area_code=OTHER_TOWN)
    end_post(operator(), post)
    assert set_password(town_admin, made.id).id == made.id


def test_a_plugin_that_is_off_is_no_way_round_who_watches(actor, account):
    admin, made = actor("county_admin", COUNTY_CODE), account("resident", COUNTY_CODE)
    # As it stands when the plugin of this role was switched off.
    post = Post.create(account_id=made.id, role="watch_of_a_plugin", area_code=COUNTY_CODE, since=today())
    for deed in (set_password, disable_account):
        with pytest.raises(RoleNotLoaded):
            deed(admin, made.id)
    with pytest.raises(RoleNotLoaded):
        end_post(admin, post.id)
    end_post(operator(), post.id)
    assert set_password(admin, made.id).id == made.id


def test_whom_the_server_closed_is_not_opened_by_who_is_audited(actor, account):
    admin, auditor = actor("county_admin", COUNTY_CODE), account("auditor", COUNTY_CODE)
    disable_account(operator(), auditor.id)
    with pytest.raises(DutiesApart):
        enable_account(admin, auditor.id)
    enable_account(operator(), auditor.id)


@pytest.mark.parametrize("deed", [set_password, disable_account])
def test_who_administers_neither_resets_nor_disables_who_audits(actor, account, deed):
    admin, auditor = actor("county_admin", COUNTY_CODE), account("auditor", COUNTY_CODE)
    with pytest.raises(DutiesApart) as refused:
        deed(admin, auditor.id)
    assert "审计员" in refused.value.sentence()
    assert actor_for(auditor.id).may("system.audit")
    deed(operator(), auditor.id)
