"""The pages: of voters, helpers, those who gather and check, and of everybody who asks."""

import re
import secrets
from datetime import datetime
from io import BytesIO

import pytest

from core.clock import CHINA
from core.day import day_items
from core.testing import FAR_VILLAGE, VILLAGE
from plugins.supervision.models.decisions import Ballot
from plugins.supervision.queries.tally import tally
from tests.plugins.supervision.ballot_world import photo, world

__all__ = ["world"]

P = "/supervision"


@pytest.fixture
def submit():
    """Opens a page and sends a form to `action`, with a request number of its own."""

    def send(browser, page, action, /, **form):
        found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
        assert found is not None, browser.get(page).text
        sent = {"csrf_token": found.group(1), "form_key": secrets.token_hex(8), **form}
        return browser.post(action, data=sent, content_type="multipart/form-data")

    return send


def test_a_voter_votes_changes_and_keeps_a_receipt(world, as_role, submit):
    decision = world.publish(5)
    browser = as_role("resident", VILLAGE, person_id=world.people[0])
    page = f"{P}/votes/{decision.id}"
    assert "还剩 7 天" in browser.get(page).text
    assert "您还没有投票" in browser.get(f"{P}/votes").text
    assert submit(browser, page, page, choice="agree", version=1, opinion="好事").status_code == 303
    assert submit(browser, page, page, choice="against", version=1).status_code == 303
    last = Ballot.unscoped("test").order_by(Ballot.id.desc()).first()
    shown = browser.get(page).text
    assert last.receipt[:4] in shown
    assert "您的意见：反对" in shown
    assert submit(browser, page, page, version=1).status_code == 422
    assert submit(browser, page, page, choice="agree", version=9).status_code == 409
    world.new_version(decision)
    assert browser.get(f"{P}/ballots/{decision.id}").status_code == 200


def test_a_paper_is_entered_checked_and_counted(world, as_role, submit):
    decision = world.publish(5)
    clerk, second = as_role("secretary", VILLAGE), as_role("grid_leader", VILLAGE)
    page = f"{P}/ballots/{decision.id}/paper"
    assert "村民0（村民代表）" in clerk.get(page).text
    without = submit(clerk, page, page, person_id=world.people[0], choice="agree", version=1)
    assert (without.status_code, "请拍下纸质票" in without.text) == (422, True)
    form = {"person_id": world.people[0], "choice": "agree", "version": 1}
    sent = submit(clerk, page, page, **form, photos=(BytesIO(photo()), "paper.jpg"))
    assert sent.status_code == 303, sent.text
    (row,) = Ballot.unscoped("test")
    checks = f"{P}/ballots/{decision.id}/checks"
    assert "请他人核对" in clerk.get(checks).text
    shown = second.get(checks).text
    image = re.search(r'<img class="paper-photo" src="([^"]+)"', shown).group(1)
    assert second.get(image).status_code == 200
    assert as_role("secretary", FAR_VILLAGE).get(image).status_code in (403, 404)
    assert submit(second, checks, f"{checks}/{row.id}", choice="agree").status_code == 303
    assert tally(world.version(decision)).agree == 1
    assert "核对 1 张" not in second.get(f"{P}/ballots").text


def test_a_neighbour_helps_by_the_name_on_the_roll(world, as_role, submit):
    decision = world.publish(5)
    browser = as_role("resident", VILLAGE, person_id=world.people[8])
    page = f"{P}/votes/{decision.id}/help"
    unknown = submit(browser, page, page, name="没有这人", choice="agree", version=1)
    assert unknown.status_code == 404
    assert submit(browser, page, page, name="村民1", choice="agree", version=1).status_code == 303
    (row,) = Ballot.unscoped("test")
    assert row.way == "helper"
    assert row.receipt[:4] in browser.get(page).text


def test_the_tally_names_casts_to_staff_alone_and_of_a_secret_ballot_to_nobody(world, as_role):
    decision = world.publish(5)
    world.cast(0, decision, opinion="好事")
    secretary, resident = as_role("secretary", VILLAGE), as_role("resident", VILLAGE)
    page = f"{P}/ballots/{decision.id}"
    assert "村民0" in secretary.get(page).text
    seen = resident.get(page).text
    assert "村民0" not in seen
    assert "还差 3 票赞成" in seen
    assert as_role("resident", FAR_VILLAGE).get(page).status_code == 404
    secret = world.publish(5, secret=True)
    world.cast(0, secret, opinion="不好")
    hidden = secretary.get(f"{P}/ballots/{secret.id}").text
    assert "秘密表决，截止后公布" in hidden
    assert "村民0" not in hidden
    assert "不好" not in hidden


def test_anybody_asks_the_board_by_a_receipt(world, client):
    decision = world.publish(5)
    row = world.cast(0, decision)
    page = f"{P}/receipts/{decision.code}"
    shown = client.get(page).text
    assert row.receipt[:4] in shown
    assert "村民0" not in shown
    assert "已计票" in client.get(f"{page}?receipt={row.receipt.lower()}").text
    assert "没有这个回执" in client.get(f"{page}?receipt=ABCD").text
    assert client.get(f"{P}/receipts/ZZZZ").status_code == 404


def test_the_certificate_is_printed_checked_without_a_script_and_voided(world, as_role, client):
    decision = world.publish(5)
    secretary = as_role("secretary", VILLAGE)
    for place in range(4):
        world.cast(place, decision)
    page = f"{P}/ballots/{decision.id}/certificate"
    early = secretary.get(page)
    assert (early.status_code, "2026-03-06" in early.text) == (409, True)
    count = f"{P}/ballots/{decision.id}"
    assert page not in secretary.get(count).text
    world.move_clock(datetime(2026, 3, 6, 9, 0, tzinfo=CHINA))
    secretary = as_role("secretary", VILLAGE)
    assert page in secretary.get(count).text
    sheet = secretary.get(page).text
    assert "<svg" in sheet
    text = re.search(r"GC1\.[\w.-]+", sheet).group()
    checked = client.get(f"{P}/certificate?text={text}").text
    assert "签名有效" in checked
    forged = client.get(f"{P}/certificate?text={text[:-1]}")
    assert (forged.status_code, "凭证无效" in forged.text) == (422, True)
    address = (
        re.search(rf'href="({P}/certificates/[^"]+)">查询是否作废', checked).group(1).replace("&amp;", "&")
    )
    assert "有效：第 1 版可以实施" in client.get(address).text
    world.new_version(decision)
    assert "已作废：第 1 版的凭证被第 2 版作废" in client.get(address).text
    found = client.get(f"{P}/certificates?code={decision.code.lower()}")
    assert found.headers["Location"].endswith(f"/certificates/{decision.code}")
    assert len(client.get(f"{P}/certificate-key.txt").text.strip()) == 88


def test_an_open_vote_is_a_line_of_the_day(world, app):
    decision = world.publish(5)
    with app.test_request_context():
        (item,) = day_items(world.voter(0))
    assert (item.title, item.url) == (decision.title, f"{P}/votes/{decision.id}")
