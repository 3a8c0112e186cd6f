"""Six steps that none skips, a roll that the town confirms, a secret vote, a start that ends a vote."""

import pytest
from playwright.sync_api import expect

from core.clock import today
from core.testing import COUNTY_CODE, PASSWORD, TOWN, VILLAGE
from plugins.supervision.services.powers import add_power
from plugins.supervision.services.voters import NewVoter, add_voter
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.plugins.supervision.ballot_world import make_world
from tests.plugins.supervision.power_people import text
from tools.running import Site, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def county_plugins():
    """Only supervision."""
    return ["supervision"]


@pytest.fixture
def deciding(county, actor, account):
    """A village with six voters, a secret and a named vote under way; who logs in."""
    world = make_world(county, actor)
    add_power(
        actor("county_admin", COUNTY_CODE),
        "JC-01",
        "deliberation",
        text(title="发包鱼塘"),
        valid_from=today(),
    )
    secretary = actor("secretary", VILLAGE)
    for person_id in world.people[:6]:
        add_voter(secretary, NewVoter(VILLAGE, person_id, "representative", today()))
    secret, named = world.publish(5, secret=True), world.publish(5)
    for place in range(1, 5):
        world.cast(place, named)
    people = [
        ("resident", VILLAGE, world.people[0]),
        ("secretary", VILLAGE, None),
        ("town_official", TOWN, None),
    ]
    rows = [account(role, place, person_id=person_id) for role, place, person_id in people]
    with serving(county.data) as url:
        yield (
            Site(url, {}),
            secret.id,
            named.id,
            [{"username": row.username, "password": PASSWORD} for row in rows],
        )


def test_no_step_is_skipped_and_nobody_alone_chooses_or_sees(deciding, browser):
    site, secret, named, accounts = deciding
    voter, desk, town = (
        Visitor(site, browser.new_context(viewport=size, locale="zh-CN")).log_in(account)
        for account, size in zip(accounts, (PHONE, DESKTOP, DESKTOP), strict=True)
    )
    page = desk.go("/supervision/decisions/new")
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("#f-title", "发包村东鱼塘")
    page.fill("#f-text", "公开竞价，三年。")
    page.select_option("#f-power_code", "JC-01")
    page.select_option("#f-six_steps", "no")
    page.click("form.card button[type=submit]")
    expect(page.locator(".banner-bad")).to_contain_text("不能省去")
    page.select_option("#f-six_steps", "")
    page.click("form.card button[type=submit]")
    page.get_by_role("button", name="公示", exact=True).click()
    expect(page.locator(".banner-bad")).to_contain_text("请先登记第 1 步")
    for step in range(1, 5):
        form = page.locator(f"form[action*='/steps/{step}']")
        for name, heads in (("due", 6), ("present", 5), ("agree", 5), ("signatures", 5)):
            form.locator(f"input[name={name}]").fill(str(heads))
        form.get_by_role("button", name="登记", exact=True).click()
        expect(page.locator(".six-steps .is-done")).to_have_count(step)
    page.locator("summary", has_text="登记当事人").click()
    page.fill("#f-q", "村民5")
    page.get_by_role("button", name="查找").click()
    page.locator("#recusals ~ details").get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("[aria-labelledby=recusals]")).to_contain_text("已通知镇街")
    expect(page.get_by_role("button", name="不予回避")).to_have_count(0)
    page.get_by_role("button", name="公示", exact=True).click()
    expect(page.locator(".banner-bad")).to_contain_text("是否回避没有确认")
    address = page.url.replace(site.url, "").removesuffix("/publish")
    confirming = town.go(address)
    confirming.get_by_role("button", name="回避 村民5", exact=True).click()
    expect(confirming.locator("[aria-labelledby=recusals]")).to_contain_text("已回避")
    page = desk.go(address)
    page.get_by_role("button", name="公示", exact=True).click()
    expect(page.locator("#roll")).to_contain_text("共 5 人")

    page = voter.go("/notices/")
    expect(page.locator("body")).to_contain_text("请您表决：发包村东鱼塘")
    page = voter.go(f"/supervision/votes/{secret}")
    expect(page.locator("body")).to_contain_text("谁也看不到您选了什么")
    page.get_by_role("button", name="反对").click()
    expect(page.locator(".receipt-card")).not_to_contain_text("反对")
    page = desk.go(f"/supervision/ballots/{secret}")
    expect(page.locator(".tally").first).to_contain_text("已投 1")
    expect(page.locator("body")).not_to_contain_text("村民0")

    page = voter.go(f"/supervision/votes/{named}")
    expect(page.locator("body")).to_contain_text("记名表决")
    page = desk.go(f"/supervision/decisions/{named}")
    page.get_by_role("button", name="开始实施").click()
    expect(page.locator(".banner-ok, .flash, body").first).to_contain_text("已开始实施")
    page = voter.go(f"/supervision/votes/{named}")
    expect(page.get_by_role("button", name="赞成")).to_have_count(0)
    page = voter.go("/supervision/my-village/decisions")
    page.get_by_role("link", name="发包村东鱼塘").click()
    expect(page.locator("body")).to_contain_text("回避 1 人")
    for visitor in (voter, desk, town):
        assert (visitor.strangers, visitor.complaints) == ([], [])
        visitor.context.close()
