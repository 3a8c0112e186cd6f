"""What voters and villagers read: named or secret, void and anew, who left; the list of a village."""

import html

from core.clock import today
from core.testing import COUNTY_CODE, FAR_VILLAGE, VILLAGE
from plugins.supervision.queries.decisions import decision
from plugins.supervision.services.decisions import Draft, withdraw_decision
from plugins.supervision.services.execution import NewLine, add_line, publish_result
from plugins.supervision.services.powers import add_power
from plugins.supervision.services.publishing import publish_decision, start_execution, update_decision
from tests.plugins.supervision.ballot_world import CLOSES, world
from tests.plugins.supervision.power_people import text

__all__ = ["world"]

P = "/supervision"


def test_the_vote_page_says_whether_choices_are_seen_and_when_it_may_end(world, as_role):
    named, secret = world.publish(5), world.publish(5, secret=True)
    browser = as_role("resident", VILLAGE, person_id=world.people[0])
    page = browser.get(f"{P}/votes/{named.id}").text
    assert "记名表决" in page
    assert "可以提前开始实施，表决随之结束" in page
    hidden = browser.get(f"{P}/votes/{secret.id}").text
    assert ("记名表决" in hidden, "谁也看不到您选了什么" in hidden) == (False, True)


def test_the_page_of_a_changed_text_says_that_the_vote_is_void(world, as_role):
    decision = world.publish(5)
    browser = as_role("resident", VILLAGE, person_id=world.people[0])
    world.cast(0, decision)
    world.new_version(decision)
    assert "您对第 1 版投的票已作废" in browser.get(f"{P}/votes/{decision.id}").text
    assert "内容有改动，请重新表决" in browser.get(f"{P}/votes").text
    world.cast(0, decision)
    assert "已作废" not in browser.get(f"{P}/votes/{decision.id}").text


def test_who_left_is_told_so(world, as_role):
    decision = world.publish(5)
    world.recuse(0, decision)
    found = as_role("resident", VILLAGE, person_id=world.people[0]).get(f"{P}/votes/{decision.id}")
    assert (found.status_code, "已回避" in found.text) == (403, True)
    far = as_role("resident", FAR_VILLAGE).get(f"{P}/votes/{decision.id}")
    assert far.status_code == 404  # the control: a stranger finds nothing


def test_staff_read_no_choice_before_the_vote_is_over(world, as_role):
    decision = world.publish(5)
    row = world.cast(0, decision, "against")
    page = f"{P}/ballots/{decision.id}"
    before = as_role("secretary", VILLAGE).get(page).text
    assert ("村民0" in before, "表决结束后显示" in before) == (True, True)
    assert row.receipt[:4] not in before
    world.move_clock(CLOSES)
    after = as_role("secretary", VILLAGE).get(page).text
    assert ("表决结束后显示" in after, "<td>反对</td>" in after) == (False, True)
    assert row.receipt[:4] not in after


def test_the_villages_list_is_everybodys_and_shows_no_draft(village, as_role, client):
    decision_id, draft = village.published(), village.draft("还没定的事")
    page = f"{P}/v/{VILLAGE}/decisions"
    shown = client.get(page).text
    assert ("修村东头的路" in shown, "还没定的事" in shown) == (True, False)
    assert draft != decision_id
    assert "修村东头的路" not in client.get(f"{page}?state=done").text
    assert client.get(f"{P}/v/999999999999/decisions").status_code == 404
    resident = as_role("resident", VILLAGE, person_id=village.persons[0])
    assert resident.get(f"{P}/my-village/decisions").headers["Location"].endswith(page)
    assert f"{P}/my-village/decisions" in resident.get(f"{P}/votes").text
    landing = resident.get(f"{P}/votes/{decision_id}").text
    assert f"{P}/d/" in landing


def test_the_decisions_page_leads_to_tally_papers_and_certificate(village, as_role):
    decision_id = village.published()
    page, desk = f"{P}/decisions/{decision_id}", as_role("grid_leader", VILLAGE)
    assert desk.get(page).status_code in (200, 403)
    town = as_role("town_official", VILLAGE[:9])
    shown = town.get(page).text
    assert f"{P}/ballots/{decision_id}/paper" in shown
    assert f'{P}/ballots/{decision_id}"' in shown
    assert f"{P}/ballots/{decision_id}/certificate" not in shown
    village.vote(decision_id, 5)
    village.pass_days(4)
    assert f"{P}/ballots/{decision_id}/certificate" in as_role("town_official", VILLAGE[:9]).get(page).text


def test_a_refusal_for_days_alone_does_not_speak_of_persons(village, as_role, submit):
    decision_id = village.published()
    village.vote(decision_id, 5)
    page = f"{P}/decisions/{decision_id}"
    desk = as_role("secretary", VILLAGE)
    refused = submit(desk, page, f"{page}/start")
    assert (refused.status_code, "还差 0" in refused.text) == (409, False)
    assert "不得早于 2026-03-06。赞成人数已经达到" in refused.text
    again = desk.get(f"{page}/start")  # whoever reloads the refusal
    assert (again.status_code, again.headers["Location"]) == (303, f"{page}#gate")


def test_a_withdrawn_one_lacks_nobody_and_a_finished_one_gives_no_leave(village, as_role, api_as, client):
    gone = village.published()
    withdraw_decision(village.secretary, gone, "没有钱")
    shown = as_role("secretary", VILLAGE).get(f"{P}/decisions/{gone}").text
    assert ("还差" in shown, "已撤回" in shown) == (False, True)
    assert api_as("secretary", VILLAGE).get(f"/decisions/{gone}").json["gate"] is None
    done = village.draft("第二件")
    publish_decision(village.secretary, done)
    village.vote(done, 5)
    village.pass_days(4)
    start_execution(village.secretary, done)
    row = decision(village.secretary.scope("supervision.view"), done)
    assert "正在实施" in client.get(f"{P}/certificates/{row.code}").text
    add_line(village.secretary, done, NewLine("acceptance", today(), "验收合格"))
    publish_result(village.secretary, done, "已修好。")
    standing = client.get(f"{P}/certificates/{row.code}").text
    assert ("可以实施" in standing, "已实施完毕" in standing) == (False, True)


def test_the_power_item_is_chosen_and_its_steps_cannot_be_skipped(village, actor, as_role, submit):
    county = actor("county_admin", COUNTY_CODE)
    add_power(county, "JC-01", "deliberation", text(title="发包鱼塘"), valid_from=today())
    desk, page = as_role("secretary", VILLAGE), f"{P}/decisions/new"
    form = {"area_code": VILLAGE, "title": "发包鱼塘", "text": "三年。", "power_code": "JC-01"}
    assert "JC-01 发包鱼塘（“四议两公开”决策事项）" in html.unescape(desk.get(page).text)
    refused = submit(desk, page, page, **form, six_steps="no")
    assert (refused.status_code, "不能省去" in refused.text) == (422, True)
    assert submit(desk, page, page, **form).status_code == 303


def test_a_payment_over_the_budget_says_how_much_is_left_in_words(village, as_role, api_as):
    decision_id = village.published()
    village.vote(decision_id, 5)
    village.pass_days(4)
    start_execution(village.secretary, decision_id)
    line = {"kind": "payment", "day": today().isoformat(), "title": "首付款", "amount_fen": 100_001}
    refused = api_as("secretary", VILLAGE).post(f"/decisions/{decision_id}/lines", line)
    assert (refused.status_code, "%(" in refused.text) == (409, False)
    assert "1000.00" in refused.text


def test_an_edit_in_mid_vote_says_so_on_the_decisions_page(village, as_role):
    decision_id = village.published()
    update_decision(village.secretary, decision_id, Draft("修村东头的路", "宽六米。", 100_000))
    assert "已作废" in as_role("secretary", VILLAGE).get(f"{P}/decisions/{decision_id}").text
