"""A decision from its draft to its result: published, edited, withdrawn, carried out once."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from peewee import IntegrityError

from core.areas.models import Area
from core.clock import now, today
from core.db import database
from core.errors import DomainError, Forbidden, Invalid, NotFound
from core.events import StoredEvent
from core.files.api import store_photo
from core.testing import SISTER_VILLAGE, VILLAGE
from plugins.supervision.decision_form import digest_of
from plugins.supervision.errors.decisions import (
    DecisionMovedOn,
    GateShut,
    GateShutByGroup,
    NotAccepted,
    NotPublished,
    OverBudget,
    PowerUnknown,
    RollEmpty,
    StepsNeeded,
)
from plugins.supervision.models.decisions import Decision
from plugins.supervision.queries.attachments import attachments_of
from plugins.supervision.queries.decisions import (
    WantedDecisions,
    body_of_version,
    current_version,
    decision,
    list_decisions,
    versions_of,
)
from plugins.supervision.queries.execution import lines_of, paid_fen, ratings_of
from plugins.supervision.queries.gate import gate
from plugins.supervision.queries.log import log_of
from plugins.supervision.queries.roll import roll_of
from plugins.supervision.services.decisions import Draft, NewDecision, create_decision, withdraw_decision
from plugins.supervision.services.execution import NewLine, add_line, publish_result, rate_result
from plugins.supervision.services.publishing import publish_decision, start_execution, update_decision

VIEW = "supervision.view"


def row_of(village, decision_id):
    return decision(village.secretary.scope(VIEW), decision_id)


def started(village, **more):
    """A decision that four of five agree to and that is carried out since today."""
    decision_id = village.published(**more)
    village.vote(decision_id, 4)
    village.pass_days(4)
    start_execution(village.secretary, decision_id)
    return decision_id


def test_notice_and_share_come_before_execution_and_each_refusal_says_both(village):
    decision_id = village.published()
    with pytest.raises(GateShut) as refusal:
        start_execution(village.secretary, decision_id)
    figures = {"day": "2026-03-06", "base": 5, "needed": 4, "agree": 0, "short": 4}
    assert refusal.value.params == figures
    village.vote(decision_id, 3)
    village.pass_days(3)  # Thursday evening is still within the third working day
    with pytest.raises(GateShut) as refusal:
        start_execution(village.secretary, decision_id)
    assert refusal.value.params == {**figures, "agree": 3, "short": 1}
    village.pass_days(1)
    with pytest.raises(GateShut):
        start_execution(village.town, decision_id)
    assert gate(row_of(village, decision_id), now()).why == ["还差 1 人赞成（名册 5 人，需 4 人，现有 3 人）"]


def test_after_both_it_is_carried_out_and_said_so(village):
    decision_id = started(village)
    row = row_of(village, decision_id)
    assert (row.state, row.started_at) == ("executing", now())
    kinds = [event.kind for event in StoredEvent.unscoped("a test looks").order_by(StoredEvent.id)]
    assert kinds == ["supervision.DecisionPublished", "supervision.ExecutionStarted"]
    assert [line.event for line in log_of(decision_id)] == [
        "start_execution",
        "publish_decision",
        "create_decision",
    ]
    with pytest.raises(DecisionMovedOn):
        start_execution(village.secretary, decision_id)


def test_a_draft_has_no_gate_and_an_empty_roll_is_no_roll(village):
    decision_id = village.draft()
    with pytest.raises(NotPublished):
        gate(row_of(village, decision_id), now())
    with pytest.raises(DecisionMovedOn):
        start_execution(village.secretary, decision_id)
    with pytest.raises(RollEmpty):
        publish_decision(village.secretary, decision_id)
    assert row_of(village, decision_id).version == 0


def test_an_edit_is_another_version_with_another_clock_and_its_old_ballots_do_not_count(village):
    decision_id = started(village)
    version = update_decision(village.secretary, decision_id, Draft("修村东头的路", "改成宽六米。", 100_000))
    row = row_of(village, decision_id)
    assert (version, row.state, row.started_at) == (2, "published", None)
    found = gate(row, now())
    assert (found.tally.agree, found.short, found.is_due) == (0, 4, False)
    with pytest.raises(DecisionMovedOn):
        add_line(village.secretary, decision_id, NewLine("task", today(), "进场"))
    new, old = versions_of(decision_id)
    assert (new.number, old.number, old.content["text"]) == (2, 1, "从学校修到老街，宽五米。")
    assert log_of(decision_id)[0].facts["voids"] == 1


def test_the_published_text_and_its_files_are_hashed(village):
    photo = store_photo(village.secretary, "plan.jpg", picture(), area_code=VILLAGE)
    decision_id = village.published(attachments=[photo.id])
    (version,) = versions_of(decision_id)
    (file,) = attachments_of(decision_id)
    assert version.content["attachments"] == [
        {"id": file.id, "name": file.name, "size": file.size, "sha256": file.sha256}
    ]
    assert digest_of(body_of_version(decision_id, 1)) == version.digest
    assert version.is_whole
    assert version.published_at == now()


def picture():
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (64, 64), "#2a9d8f").save(out, "JPEG")
    return out.getvalue()


def test_the_database_refuses_to_change_what_was_published(village):
    village.published()
    for statement in (
        "UPDATE supervision_decision_version SET body = 'x'",
        "DELETE FROM supervision_roll_entry",
        "UPDATE supervision_log SET body = 'x'",
        "DELETE FROM supervision_log",
    ):
        with pytest.raises(IntegrityError), database.atomic():
            database.execute_sql(statement)


def test_withdrawn_in_mid_vote_it_is_never_carried_out(village):
    decision_id = village.published()
    village.vote(decision_id, 5)
    with pytest.raises(Invalid):
        withdraw_decision(village.secretary, decision_id, " ")
    withdraw_decision(village.secretary, decision_id, "资金没有落实")
    village.pass_days(10)
    with pytest.raises(DecisionMovedOn):
        start_execution(village.secretary, decision_id)
    with pytest.raises(DecisionMovedOn):
        update_decision(village.secretary, decision_id, Draft("再来", "一次"))
    assert row_of(village, decision_id).why_withdrawn == "资金没有落实"


def test_areas_are_walls(village):
    decision_id = village.published()
    for deed in (
        lambda: start_execution(village.stranger, decision_id),
        lambda: withdraw_decision(village.stranger, decision_id, "x"),
        lambda: decision(village.stranger.scope(VIEW), decision_id),
        lambda: create_decision(village.stranger, NewDecision(VILLAGE, "a", "b")),
    ):
        with pytest.raises(NotFound):
            deed()
    with pytest.raises(Forbidden):
        start_execution(village.supervisor, decision_id)
    assert list_decisions(village.stranger.scope(VIEW), WantedDecisions()) == ([], 0)
    found, total = list_decisions(
        village.supervisor.scope(VIEW), WantedDecisions(search="村东", state="published")
    )
    assert ([each.id for each in found], total) == ([decision_id], 1)


def test_a_bad_draft_is_refused_by_field(village):
    for more in ({"title": "　"}, {"title": "长" * 121}, {"text": ""}, {"budget_fen": -1}):
        with pytest.raises(Invalid):
            create_decision(village.town, replace(NewDecision(VILLAGE, "修路", "修到老街"), **more))


def test_a_closed_village_decides_nothing(village):
    Area.update(valid_to=today() - timedelta(days=1), successor_code=SISTER_VILLAGE).where(
        Area.code == VILLAGE
    ).execute()
    with pytest.raises(Invalid):
        village.draft()


def test_six_steps_are_as_the_power_list_asks_or_as_one_says(village):
    powers = pytest.importorskip("plugins.supervision.models.powers")
    powers.PowerItem.create(code="P-1", power_class="deliberation")
    powers.PowerItem.create(code="P-2", power_class="works")
    asked = [
        row_of(village, village.draft(power_code=code, six_steps=said)).six_steps
        for code, said in (("P-1", None), ("P-2", None), ("P-2", False), ("", True))
    ]
    assert asked == [True, False, False, True]
    with pytest.raises(StepsNeeded) as refusal:  # what the list decides by six steps skips none of them
        village.draft(power_code="P-1", six_steps=False)
    assert (refusal.value.status, list(refusal.value.fields)) == (422, ["six_steps"])
    with pytest.raises(PowerUnknown):
        village.draft(power_code="P-9")


def test_each_group_may_be_asked_for_itself_and_both_shares_are_shown(village):
    from core.county import plugin_settings

    plugin_settings("supervision")["pooled"] = False
    try:
        for person_id in village.persons[:4]:
            village.seat(person_id, "representative")
        decision_id = village.published(seats=1)
    finally:
        plugin_settings("supervision")["pooled"] = True
    roll = roll_of(current_version(row_of(village, decision_id)).id)
    assert [entry.seats for entry in roll] == ["party_member,representative", *["representative"] * 3]
    village.pass_days(4)
    village.vote(decision_id, 1)
    with pytest.raises(GateShutByGroup) as refusal:
        start_execution(village.secretary, decision_id)
    assert refusal.value.params == {"day": "2026-03-06", "seats": "村民代表", "lacking": "3"}
    assert "0 人" not in refusal.value.sentence()
    found = gate(row_of(village, decision_id), now())
    assert (found.tally.short, found.tally.by_seat["representative"].short) == (3, 3)


def test_of_fifty_who_start_at_once_one_does(village, county):
    decision_id = village.published()
    village.vote(decision_id, 5)
    village.pass_days(4)
    barrier, outcomes = Barrier(50), []

    def start():
        barrier.wait()
        try:
            with database.connection_context():
                start_execution(village.secretary, decision_id)
            outcomes.append("started")
        except DomainError as refusal:
            outcomes.append(refusal.code)

    threads = [Thread(target=start) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {"started": 1, "supervision_decision_moved_on": 49}
    assert [line.event for line in log_of(decision_id)].count("start_execution") == 1


def test_without_the_turn_to_write_several_would_start(village):
    """The control: two that have both read "published" before either writes would both begin."""
    decision_id = village.published()
    seen = [row_of(village, decision_id).state for _ in range(2)]
    changed = [
        Decision.update(state="executing").where(Decision.id == decision_id).execute()
        for state in seen
        if state == "published"
    ]
    assert changed == [1, 1]


def test_payments_stay_within_the_published_budget_and_are_taken_back_not_deleted(village):
    decision_id = started(village)
    secretary = village.secretary
    add_line(secretary, decision_id, NewLine("contract", today(), "与工程队签合同", 90_000))
    add_line(secretary, decision_id, NewLine("payment", today(), "首付", 60_000))
    with pytest.raises(OverBudget) as refusal:
        add_line(secretary, decision_id, NewLine("payment", today(), "尾款", 40_001))
    assert refusal.value.params["left"] == "400.00"
    with pytest.raises(Invalid):
        add_line(secretary, decision_id, NewLine("payment", today(), "冲回", -10_000))
    with pytest.raises(Invalid):
        add_line(secretary, decision_id, NewLine("payment", today(), "冲回", -70_000, "多付"))
    add_line(secretary, decision_id, NewLine("payment", today(), "冲回", -10_000, "多付"))
    add_line(secretary, decision_id, NewLine("payment", today(), "尾款", 50_000))
    assert paid_fen(decision_id) == 100_000
    assert [line.amount_fen for line in lines_of(decision_id)] == [90_000, 60_000, -10_000, 50_000]
    for bad in (
        NewLine("task", today(), "进场", 1),
        NewLine("payment", today(), "没写金额"),
        NewLine("task", today() + timedelta(days=1), "明天"),
        NewLine("task", today() - timedelta(days=1), "开始之前"),
        NewLine("party", today(), "什么"),
    ):
        with pytest.raises(Invalid):
            add_line(secretary, decision_id, bad)


def test_the_result_is_public_after_acceptance_and_residents_rate_it_once_each(village, actor):
    decision_id = started(village)
    with pytest.raises(NotAccepted):
        publish_result(village.secretary, decision_id, "修好了")
    add_line(village.secretary, decision_id, NewLine("acceptance", today(), "村务监督委员会验收合格"))
    resident = actor("resident", VILLAGE, person_id=village.persons[5])
    with pytest.raises(DecisionMovedOn):
        rate_result(resident, decision_id, "up")
    publish_result(village.secretary, decision_id, "修好了，全长六百米。")
    assert row_of(village, decision_id).state == "done"
    rate_result(resident, decision_id, "up")
    rate_result(resident, decision_id, "down", "边上没有压实")
    assert (ratings_of(decision_id).up, ratings_of(decision_id).down) == (0, 1)
    other = actor("resident", SISTER_VILLAGE, person_id=village.persons[4])
    with pytest.raises(NotFound):
        rate_result(other, decision_id, "up")
    with pytest.raises(DecisionMovedOn):
        update_decision(village.secretary, decision_id, Draft("再改", "改"))
