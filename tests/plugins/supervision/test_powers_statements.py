"""What a page of the power list and of village accounts asks of the database: under twenty statements."""

from core.db import database
from core.testing import COUNTY_CODE, MONDAY_MORNING, SISTER_VILLAGE, VILLAGE
from plugins.supervision.services.assets import publish_assets
from plugins.supervision.services.power_table import take_over_shipped
from plugins.supervision.services.questions import answer, ask
from plugins.supervision.services.village_powers import switch_on
from tests.plugins.supervision.power_people import QUARTER, book, make_cast

PAGES = (
    "/supervision/powers",
    "/supervision/powers/SZ-01",
    f"/supervision/village-powers?area={VILLAGE}",
    f"/supervision/village-powers/{VILLAGE}/poster",
    "/supervision/assets",
    "/supervision/assets/1",
    "/supervision/assets/1/print",
    "/supervision/assets/overdue",
    "/supervision/questions",
    f"/supervision/v/{VILLAGE}",
    f"/supervision/v/{VILLAGE}/powers/SZ-01",
    f"/supervision/v/{VILLAGE}/assets",
    f"/supervision/v/{VILLAGE}/assets?sheet=1",
)


def test_a_page_costs_fewer_than_twenty_statements_in_both_languages(frozen_clock, people, actor, as_role):
    cast = make_cast(actor, people)
    take_over_shipped(cast.chief, valid_from=MONDAY_MORNING.date())
    for secretary, village in ((cast.secretary, VILLAGE), (cast.neighbour, SISTER_VILLAGE)):
        switch_on(secretary, village, ["SZ-01", "JC-01"], since=MONDAY_MORNING.date())
        for period in ("2025-Q2", "2025-Q4"):
            publish_assets(
                secretary,
                book(*QUARTER[:1], *QUARTER[3:5], ("期末结余", "", "", "1000")),
                area_code=village,
                period=period,
                dry_run=False,
            )
    for number in range(4):
        question = ask(cast.resident, VILLAGE, 1, text="为什么？")
        if number % 2:
            answer(cast.secretary, question, text="因为要公开", is_public=True)
    browser = as_role("county_admin", COUNTY_CODE)
    asked: list[object] = []
    note = asked.append
    database.obj.query_hooks.append(note)
    try:
        for language in ("zh_Hans_CN", "en"):
            browser.set_cookie("language", language)
            for path in PAGES:
                asked.clear()
                shown = browser.get(path)
                assert shown.status_code == 200, (path, shown.text)
                assert 0 < len(asked) < 20, (path, len(asked), [a.sql for a in asked])
    finally:
        database.obj.query_hooks.remove(note)
