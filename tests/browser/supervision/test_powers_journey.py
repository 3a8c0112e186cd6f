"""The power list from the county to the wall; accounts from a workbook to a resident's question."""

import re

import pytest
from playwright.sync_api import expect

from core.sheets import xlsx_bytes
from plugins.supervision.services.assets import COLUMNS
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(opening, closing):
    lines = [
        ("期初结余", "", "", opening),
        ("收入", "发包收入", "茶园承包款", "2000.50"),
        ("支出", "公益支出", "清淤小沟渠", "0.25"),
        ("期末结余", "", "", closing),
    ]
    padded = [(*line, *[""] * (len(COLUMNS) - len(line))) for line in lines]
    return xlsx_bytes("三资", [[column.title for column in COLUMNS], *padded])


def _box(row):
    return row.bounding_box()


@pytest.fixture
def village(site):
    return next(area["code"] for area in site.seed["areas"] if area["level"] == "village")


def test_from_the_countys_list_to_the_wall_and_to_a_report(visit, village, decode_qr):

    # The county takes over what its list lacks.
    county = visit("county_admin", DESKTOP)
    page = county.go("/supervision/powers?class=others")
    page.click("form[action$='/powers/shipped'] button")
    expect(page.locator("main")).to_contain_text("请逐项核对依据和时限")
    page = county.go("/supervision/powers?class=others")
    expect(page.locator("main table")).to_contain_text("宅基地申请")

    # The village uses it from today; the poster's codes lead to the public page and to the form of reports.
    secretary = visit("secretary", DESKTOP)
    page = secretary.go(f"/supervision/village-powers?area={village}")
    page.click("form[action$='/on'] button")
    expect(page.locator("#on-name")).to_contain_text("已开通 34 项")
    page = secretary.go(f"/supervision/village-powers/{village}/poster")
    for paper in ("a4", "a3"):
        page = secretary.go(f"/supervision/village-powers/{village}/poster?paper={paper}")
        printed = page.pdf(prefer_css_page_size=True, print_background=True)
        assert len(re.findall(rb"/Type /Page\b", printed)) == 1
    codes = page.locator(".power-poster-codes svg")
    paths = [re.sub(r"^https?://[^/]+", "", decode_qr(codes.nth(n).screenshot())) for n in (0, 1)]
    assert paths == [f"/supervision/v/{village}", f"/supervision/reports/at/{village}"]

    # A resident reads what is done how, on a phone, and reports that it is done another way.
    page = visit("resident", PHONE).go("/supervision/my-village")
    page.click("main a[href$='/powers/QT-01']")
    expect(page.locator("svg.flow")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.click("main a:has-text('反映这一项')")
    expect(page.locator("#f-power_code")).to_have_value("QT-01")


def test_from_a_workbook_to_the_residents_question_and_its_answer(visit, village):
    secretary = visit("secretary", DESKTOP)
    # A quarter from a workbook: a sum that does not match comes back marked, the right one is published.
    page = secretary.go(f"/supervision/assets?area={village}")
    opening = page.locator("main table tbody tr").first.locator("td").nth(3).inner_text()
    yuan = float(re.sub(r"[^0-9.]", "", opening))
    for closing, said in ((yuan, "不符"), (yuan + 2000.25, "确认后立即公开")):
        page = secretary.go(f"/supervision/assets?area={village}")
        body = workbook(f"{yuan:.2f}", f"{closing:.2f}")
        page.set_input_files("#f-file", {"name": "三资.xlsx", "mimeType": XLSX, "buffer": body})
        page.click("form[enctype] button[type=submit]")
        expect(page.locator("main")).to_contain_text(said)
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("清淤小沟渠")

    # Everybody reads it, nothing is wider than the phone, a resident asks.
    resident = visit("resident", PHONE)
    page = resident.go(f"/supervision/v/{village}/assets")
    # On a phone a line of the accounts takes two lines, and nothing that is empty.
    assert max(box["height"] for box in map(_box, page.locator(".sheet-table tbody tr").all())) < 100
    expect(page.locator("svg.bars-income")).to_contain_text("2,000.50")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.fill("#f-text", "小沟渠清淤是谁做的？")
    page.click("main form[action$='/questions'] button")
    expect(page.locator("main")).to_contain_text("小沟渠清淤是谁做的")

    # The village answers, and it stands on the public page.
    page = secretary.go(f"/supervision/questions?area={village}&waiting=1")
    card = page.locator("article", has_text="小沟渠清淤")
    card.locator("textarea").fill("第三村民组组织村民投工投劳。")
    card.locator("form button").click()
    expect(page.locator("main")).to_contain_text("已答复")
    stranger = visit(None, PHONE)
    page = stranger.go(f"/supervision/v/{village}/assets")
    expect(page.locator("main")).to_contain_text("投工投劳")
    page = resident.go("/supervision/my-questions")
    expect(page.locator("main")).to_contain_text("投工投劳")
