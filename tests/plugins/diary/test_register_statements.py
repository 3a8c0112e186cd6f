"""What a page of the smaller registers asks of the database: fewer than twenty statements."""

from datetime import timedelta

from core.clock import today
from core.db import database
from core.testing import COUNTY_CODE, MONDAY_MORNING, TOWN, VILLAGE
from plugins.diary.services.checks import NewCheck, announce_check, draw_check
from plugins.diary.services.experts import ExpertDetails, add_expert
from plugins.diary.services.indicators import Source, record_value
from plugins.diary.services.library import Audience, Content, add_document
from plugins.diary.services.supplies import Issue, SupplyDetails, issue_supply, open_supply, receive_supply
from plugins.diary.services.visits import NewVisit, record_visit

PAGES = (
    "/diary/checks",
    "/diary/checks/1",
    "/diary/evaluation",
    "/diary/indicators",
    "/diary/indicator-values/1",
    "/diary/library",
    "/diary/library/1",
    "/diary/policies",
    "/diary/policies/1",
    "/diary/experts",
    "/diary/experts/1",
    "/diary/supplies",
    "/diary/supplies/1",
    "/diary/supplies/sheet",
    "/diary/supply-entries/1/sheet",
)


def test_a_page_costs_fewer_than_twenty_statements_in_both_languages(village, as_role):
    chief, source = village.chief, Source("表", "会计", today())
    for number in range(12):
        record_visit(village.cadre, NewVisit(household_id=village.house.id))
        add_expert(chief, TOWN, ExpertDetails(f"专家{number}", "law", phone="13812345678"))
        add_document(chief, COUNTY_CODE, Content(f"政策{number}", "policy", "x"), Audience(is_public=True))
        item = open_supply(chief, VILLAGE, SupplyDetails(f"物资{number}", "个"))
        receive_supply(chief, item, quantity=5, who="镇")
        issue_supply(chief, item, Issue(1, "村民"))
        period = f"{2010 + number}"
        record_value(chief, VILLAGE, indicator="greening", period=period, value="1", source=source)
    check = announce_check(chief, NewCheck(TOWN, "visit", today(), today(), 10, "种子种子"))
    village.move_clock(MONDAY_MORNING + timedelta(days=1))
    draw_check(chief, check)
    browser = as_role("county_admin", COUNTY_CODE)
    asked: list[object] = []
    note = asked.append
    database.obj.query_hooks.append(note)
    try:
        for language in ("zh_Hans_CN", "en"):
            browser.set_cookie("language", language)
            for path in PAGES:
                asked.clear()
                answer = browser.get(path)
                assert answer.status_code == 200, (path, answer.text)
                assert 0 < len(asked) < 20, (path, len(asked))
    finally:
        database.obj.query_hooks.remove(note)
