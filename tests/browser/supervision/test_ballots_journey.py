"""A decision is voted on by phone and paper, found by receipt, and its certificate checked offline."""

import re

import pytest
from playwright.sync_api import expect

from core.testing import PASSWORD, VILLAGE
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.plugins.supervision.ballot_world import make_world, photo
from tools.running import Site, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def county_plugins():
    """Only supervision."""
    return ["supervision"]


@pytest.fixture
def voting(county, actor, account):
    """A decision whose notice is over, at an address on which browsers check signatures; who logs in."""
    world = make_world(county, actor)
    people = world.people
    accounts = [account("resident", VILLAGE, person_id=person) for person in people[:4]]
    accounts += [account("secretary", VILLAGE), account("grid_leader", VILLAGE)]
    seats = ("party_member", "representative", "representative", "grid_supervisor", "representative")
    decision = world.publish(5, seats=seats)
    with serving(county.data) as url:
        yield (
            Site(url, {}),
            decision.id,
            [{"username": row.username, "password": PASSWORD} for row in accounts],
        )


def test_from_the_first_ballot_to_the_certificate(voting, browser, tmp_path, decode_qr):
    site, decision_id, (*residents, chief, leader) = voting
    visitors = []

    def visit(account, size):
        visitors.append(Visitor(site, browser.new_context(viewport=size, locale="zh-CN")))
        return visitors[-1].log_in(account) if account else visitors[-1]

    receipts = []
    for place, account in enumerate(residents):
        voter = visit(account, PHONE)
        page = voter.go("/supervision/votes")
        page.get_by_role("link", name="去表决").click()
        if place == 0:
            page.fill("#f-opinion", "先修路（模拟）")
            page.get_by_role("button", name="反对").click()
            expect(page.locator(".receipt-card")).to_contain_text("反对")
        page.get_by_role("button", name="赞成", exact=True).click()
        expect(page.locator(".receipt-card")).to_contain_text("您的意见：赞成")
        receipts.append(page.locator(".receipt-card .receipt").inner_text())
    page.get_by_role("link", name="到回执公示栏核对").click()
    expect(page.locator(".banner-ok")).to_contain_text("已计票")
    expect(page.locator(".receipt-board li")).to_have_count(4)

    (tmp_path / "paper.jpg").write_bytes(photo())
    secretary = visit(chief, DESKTOP)
    page = secretary.go(f"/supervision/ballots/{decision_id}/paper")
    page.select_option("#f-person_id", label="村民4（村民代表）")
    page.set_input_files("#f-photos", tmp_path / "paper.jpg")
    page.get_by_role("button", name="弃权").click()
    expect(page.get_by_text("等另一人核对后计票")).to_be_visible()
    second = visit(leader, PHONE)
    page = second.go(f"/supervision/ballots/{decision_id}/checks")
    page.get_by_label("弃权").check()
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.get_by_text("一致，已计票")).to_be_visible()

    page = secretary.go(f"/supervision/ballots/{decision_id}")
    expect(page.locator(".tally").first).to_contain_text("赞成 4")
    page.get_by_role("link", name="可实施凭证").click()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    scanned = decode_qr(page.locator(".certificate-code svg").screenshot())
    text = scanned.partition("#")[2]
    assert re.fullmatch(r"GC1\.[\w-]+\.[\w-]+", text), scanned

    anybody = visit(None, PHONE)
    page = anybody.go("/supervision/certificate")
    anybody.context.set_offline(True)
    page.fill("#f-text", scanned)
    page.get_by_role("button", name="核验").click()
    expect(page.locator("[data-good]")).to_be_visible()
    expect(page.locator("[data-field=agree]")).to_have_text("4")
    for place in (6, len(text) // 2, len(text) - 1):
        page.fill("#f-text", text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :])
        page.get_by_role("button", name="核验").click()
        expect(page.locator("[data-bad]")).to_be_visible()
        expect(page.locator("[data-facts]")).to_be_hidden()
    page.fill("#f-text", text)
    page.get_by_role("button", name="核验").click()
    anybody.context.set_offline(False)
    page.get_by_role("link", name="联网查询是否作废").click()
    expect(page.locator(".banner-ok")).to_contain_text("第 1 版可以实施")
    for visitor in visitors:
        assert visitor.strangers == []
        assert visitor.complaints == []
        visitor.context.close()
