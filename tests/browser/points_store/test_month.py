"""A month of the demo county as `gridgov demo` makes it, driven through by the accounts that it prints."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.points_store.test_offline import new_card, number, picture, redeem
from tests.browser.points_store.test_store_journey import press, shown_code
from tools.running import GRIDGOV, Site, running_demo

pytestmark = pytest.mark.browser
CHECKER = Path(__file__).parents[3] / "tools" / "ledger_check.py"
# What the worker does every night, a week earlier.
NIGHT = """
import sys
from pathlib import Path
from core.cli.context import opened_with_plugins
from plugins.points_store.services.publicity import finish_publicity
with opened_with_plugins(Path(sys.argv[1])):
    finish_publicity()
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("month") / "demo"


@pytest.fixture(scope="module")
def demo(data):
    with running_demo(data) as running:
        yield running


@pytest.fixture
def come(demo, browser):
    """People of the demo, by how its list names them, on its own address: browsers trust it like HTTPS."""
    visitors = []

    def make(title, size=PHONE):
        context = browser.new_context(viewport=size, locale="zh-CN")
        visitors.append(Visitor(Site(demo.url, {}), context))
        return visitors[-1].log_in(demo.account(title))

    yield make
    for visitor in visitors:
        assert (visitor.strangers, visitor.complaints) == ([], [])
        visitor.context.close()


def let_publicity_end(data, claim_id):
    """The claim was published ten days ago, and the night job comes."""
    with closing(sqlite3.connect(data / "gridgov.db", timeout=30)) as db, db:
        db.execute(
            "UPDATE points_store_claim SET public_until = date(public_until, '-10 days') WHERE id = ?",
            (claim_id,),
        )
    subprocess.run([sys.executable, "-c", NIGHT, str(data)], check=True)


def balance(resident):
    return number(resident.go("/points-store/").inner_text(".hero-value"))


def holder_of(resident):
    return resident.go("/points-store/").inner_text(".hero-note").split(" · ")[1].strip()


def test_a_month_from_the_first_claim_to_the_closed_book(demo, data, come, decode_qr, tmp_path):
    # Earned: filed, checked in the group, reviewed by the committee, public, credited by night.
    resident = come("居民（出示")
    before = balance(resident)
    page = resident.go("/points-store/claims/new?whose=own")
    page.locator("input[name=rule_id]").first.check()
    page.fill("#f-text", "和邻居一起清理村口沟渠")
    press(page, "form[enctype] button[type=submit]")
    claim = page.url.removeprefix(demo.url)
    for title in ("网格长", "积分审核员"):
        page = come(title).go(claim)
        press(page, "form[action$='/review'] button[value=pass]")
    expect(resident.go(claim).locator("main")).to_contain_text("公示中")
    let_publicity_end(data, int(claim.rpartition("/")[2]))
    expect(resident.go(claim).locator("main")).to_contain_text("公示期满，记账")
    earned = balance(resident)
    assert earned > before

    # Redeemed at the counter, by themselves and by their neighbour; the voucher of last week is used.
    clerk, proxy = come("店员（扫码"), come("居民（邻居")
    page = clerk.go("/points-store/stores/")
    store = page.url.removeprefix(demo.url)
    for visitor, own in ((resident, True), (proxy, False)):
        if own:
            code = shown_code(visitor)
        else:
            press(visitor.go("/points-store/proxies"), "a[href*='/proxies/'][href$='/code']")
            parts = visitor.page.locator(".code-short span:not(.visually-hidden)")
            code = "".join(parts.all_inner_texts())
        page = clerk.go(store)
        page.fill("#code-form input[name=code]", code)
        press(page, "#code-form button[type=submit]")
        page.fill("li[data-name='食盐 400g'] input[name^=quantity_]", "1")
        press(page, "#goods button[type=submit]")
        expect(page.locator(".receipt-total")).to_contain_text("3")
    assert balance(resident) == earned - 6
    press(resident.go("/points-store/vouchers"), "a[href*='/vouchers/']")
    url = decode_qr(resident.page.locator(".voucher-picture").screenshot())
    provider = come("服务单位")
    provider.page.goto(url)
    press(provider.page, "form[method=post]:has([name=code]) button[type=submit]")

    # A day without a line, on a device that the village lets in.
    secretary = come("村书记", DESKTOP)  # whose questions `new_card` answers with yes from here on
    card = new_card(secretary, decode_qr, holder_of(resident))
    page = clerk.go("/points-store/offline/")
    page.fill("#f-name", "我的手机")
    page.click("#enrol-form button[type=submit]")
    page.locator("#waiting").wait_for()
    row = secretary.go("/points-store/office/devices").locator(".card-row")
    row = row.filter(has_text=page.inner_text("#mark"))
    with secretary.page.expect_navigation():
        row.get_by_role("button", name="批准").click()
    page.click("#again")
    page.locator("#status").wait_for()
    page.click("#do-reserve")
    page.locator("#counter").wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    clerk.context.set_offline(True)
    page.reload()
    page.locator("#counter").wait_for()
    redeem(page, card, "食盐", 1)
    page.locator("#done").wait_for()
    page.click("#d-next")
    clerk.context.set_offline(False)
    page.click("#do-sync")
    page.locator("#queue .mark").filter(has_text="已入账").first.wait_for()
    page.click("#do-release")
    page.locator("#message").get_by_text("已退回").wait_for()
    assert balance(resident) == earned - 9

    # The day is closed, last month settled, paid, and its book closed.
    page = clerk.go(f"{store}/days")
    press(page, "form[action$='/days'] button[type=submit]")
    expect(page.locator("main")).to_contain_text("今天已经日结")
    page = secretary.go("/points-store/office/settlements")
    assert page.locator("section[aria-labelledby=waiting-name] li").count() == 1, "one store waits"
    press(page, "form[action$='/settlements'] button[type=submit]")
    sheet = page.url.removeprefix(demo.url)
    expect(page.locator(".settlement")).to_contain_text("县人民医院体检中心")
    page = come("县区管理员", DESKTOP).go(sheet)
    page.fill("[name=document]", "记-21")
    press(page, "form[action$='/payment'] button[type=submit]")
    expect(page.locator(".settlement")).to_contain_text("已付")
    picture(page, "month-settled")
    accountant = come("村会计", DESKTOP)
    accountant.page.on("dialog", lambda dialog: dialog.accept())
    page = accountant.go("/points-store/office/months")
    press(page, "form[action$='/months'] button[type=submit]")
    head = "".join(page.locator(".sheet-code code").all_inner_texts())
    picture(page, "month-closed")
    page = accountant.go("/points-store/office/summary")
    expect(page.locator("main")).to_contain_text("账目相符")
    picture(page, "month-equation")

    # The book is proven, by the program and by the checker that stands alone with the printed code.
    book = tmp_path / "ledger.jsonl"
    subprocess.run([GRIDGOV, "ledger", "verify", "--data", data], check=True)
    subprocess.run([GRIDGOV, "export", "ledger", book, "--data", data], check=True)
    subprocess.run([sys.executable, "-I", CHECKER, book, head], check=True)
