"""The six steps of 四议两公开: in order, with their quorum, for everybody."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from core.clock import today
from core.errors import Invalid
from core.files.api import store_photo
from core.testing import VILLAGE
from plugins.supervision.decision_words import BODIES
from plugins.supervision.errors.decisions import (
    DecisionMovedOn,
    EvidenceMissing,
    MajorityMissing,
    QuorumMissing,
    StepClosed,
    StepOutOfOrder,
    StepSkipped,
)
from plugins.supervision.models.steps import StepSheet
from plugins.supervision.queries.decisions import decision
from plugins.supervision.queries.steps import sees_photos, steps_of
from plugins.supervision.services.decisions import Draft
from plugins.supervision.services.execution import NewLine, add_line, publish_result
from plugins.supervision.services.publishing import publish_decision, start_execution, update_decision
from plugins.supervision.services.steps import NewSheet, record_step
from plugins.supervision.settings import SupervisionSettings
from plugins.supervision.sheet_rules import rule_of, share_of
from tests.plugins.supervision.test_decisions import picture

HEADS = {"due": 9, "present": 7, "agree": 6, "signatures": 7}


def sheet(step, days_ago=0, **more):
    return NewSheet(step, today() - timedelta(days=days_ago), **{**HEADS, **more})


def with_steps(village, upto=4, **more):
    """A draft with its first steps on record, one each day before today."""
    for person_id in village.persons[:5]:
        village.seat(person_id)
    decision_id = village.draft(six_steps=True, **more)
    for step in range(1, upto + 1):
        record_step(village.secretary, decision_id, sheet(step, days_ago=10 - step))
    return decision_id


def row_of(village, decision_id):
    return decision(village.secretary.scope("supervision.view"), decision_id)


@pytest.mark.parametrize("upto", [0, 1, 2, 3])
def test_without_the_first_four_nothing_is_published_by_anybody(village, upto):
    decision_id = with_steps(village, upto)
    for actor in (village.secretary, village.town):
        with pytest.raises(StepSkipped) as refusal:
            publish_decision(actor, decision_id)
        assert refusal.value.params["step"] == upto + 1
    with pytest.raises(StepSkipped):
        record_step(village.town, decision_id, sheet(4 if upto < 3 else 4 + 0, 0)) if upto < 3 else (
            publish_decision(village.town, decision_id)
        )


def test_steps_follow_each_other_by_their_days_and_never_lie_ahead(village):
    decision_id = with_steps(village, 2)  # eight days ago
    for days_ago in (9, -1):
        with pytest.raises(StepOutOfOrder):
            record_step(village.secretary, decision_id, sheet(3, days_ago))
    record_step(village.secretary, decision_id, sheet(3, 8))  # on the day of the second one
    with pytest.raises(StepClosed):
        record_step(village.secretary, decision_id, sheet(2, 8))
    record_step(village.secretary, decision_id, sheet(3, 5, agree=7))
    found = steps_of(row_of(village, decision_id))
    assert [(each.agree, each.corrections) for each in found[:4]] == [(6, 0), (6, 0), (7, 1), (None, 0)]
    assert StepSheet.unscoped("a test counts").count() == 4


@pytest.mark.parametrize(
    ("step", "more", "refusal", "needed"),
    [
        (1, {"present": 4, "agree": 4}, QuorumMissing, 5),
        (1, {"due": 8, "present": 4, "agree": 4}, QuorumMissing, 5),  # half is not more than half
        (1, {"agree": 3}, MajorityMissing, 4),
        (3, {"due": 10, "present": 5, "agree": 5}, MajorityMissing, 6),  # of all who have a vote
        (4, {"due": 9, "present": 5, "agree": 5}, QuorumMissing, 6),  # two thirds, article 26
        (4, {"due": 10, "present": 6, "agree": 6}, QuorumMissing, 7),
        (4, {"due": 9, "present": 6, "agree": 3}, MajorityMissing, 4),
        (4, {"due": 10, "present": 5, "agree": 5, "body": "villagers"}, QuorumMissing, 6),
        (4, {"due": 100, "present": 66, "agree": 60, "body": "households"}, QuorumMissing, 67),
    ],
)
def test_a_meeting_without_quorum_or_majority_is_none(village, step, more, refusal, needed):
    decision_id = with_steps(village, step - 1)
    with pytest.raises(refusal) as refused:
        record_step(village.secretary, decision_id, sheet(step, **{"signatures": 100, **more, "signatures": more.get("due", 9)}))
    assert refused.value.params["needed"] == needed


def test_a_sheet_rests_on_signatures_or_on_a_photo_of_the_paper(village, actor):
    decision_id = with_steps(village, 0)
    for signatures in (None, 6):
        with pytest.raises(EvidenceMissing):
            record_step(village.secretary, decision_id, sheet(1, signatures=signatures))
    photo = store_photo(village.secretary, "sheet.jpg", picture(), area_code=VILLAGE).id
    sheet_id = record_step(village.secretary, decision_id, sheet(1, signatures=None, photos=[photo]))
    assert len(steps_of(row_of(village, decision_id))[0].photos) == 1
    subject = f"supervision_step:{sheet_id}"
    assert sees_photos(village.secretary, subject)
    assert not sees_photos(village.stranger, subject)
    assert not sees_photos(actor("resident", VILLAGE), "supervision_step:99")


@pytest.mark.parametrize(
    "more",
    [{"step": 5}, {"body": "villagers", "step": 1}, {"present": 10}, {"agree": 8}, {"due": 0}, {"signatures": -1}],
)
def test_figures_that_cannot_be_are_refused_by_field(village, more):
    decision_id = with_steps(village, 0)
    with pytest.raises(Invalid):
        record_step(village.secretary, decision_id, sheet(**{"step": 1, **more}))


def test_all_six_are_on_record_at_the_end_and_a_later_change_of_the_text_shows(village):
    decision_id = with_steps(village)
    publish_decision(village.secretary, decision_id)
    with pytest.raises(DecisionMovedOn):
        record_step(village.secretary, decision_id, sheet(4))
    update_decision(village.secretary, decision_id, Draft("修村东头的路", "改宽了。", 100_000))
    found = steps_of(row_of(village, decision_id))
    assert [each.is_of_text for each in found] == [False] * 4 + [True, True]
    village.vote(decision_id, 5)
    village.pass_days(4)
    start_execution(village.secretary, decision_id)
    add_line(village.secretary, decision_id, NewLine("acceptance", today(), "合格"))
    publish_result(village.secretary, decision_id, "修好了")
    assert all(each.day for each in steps_of(row_of(village, decision_id)))


@given(st.sampled_from(sorted(BODIES)), st.integers(1, 400), st.integers(0, 400))
def test_exactly_the_needed_heads_make_the_share(body, due, present):
    rule = rule_of(body, {})
    come, agree = rule.needed(due, present)
    for share, whole, heads in (
        (rule.present, due, come),
        (rule.agree, due if rule.of_due else present, agree),
    ):
        reaches = lambda count, share=share, whole=whole: (  # noqa: E731
            count * share.below > share.above * whole if share.over else count * share.below >= share.above * whole
        )
        assert reaches(heads)
        assert heads == 1 or not reaches(heads - 1)


def test_a_county_writes_its_own_shares():
    own = SupervisionSettings().load({"quorums": {"committees": {"present": ">=2/3", "of": "due"}}})["quorums"]
    assert rule_of("committees", own).needed(9, 9) == (6, 5)
    assert share_of(">=2/3").text == "≥ 2/3"
    for bad in ("2/3", ">3/2", ">=1/0", "> 1/2"):
        with pytest.raises(ValidationError):
            SupervisionSettings().load({"quorums": {"branch": {"present": bad}}})
