"""Nobody chooses the voters of their own decision: who confirms, who declines, how small a roll may get."""

import pytest

from core.people.api import add_kinship
from core.testing import TOWN, VILLAGE
from plugins.supervision.errors.decisions import AuthorsRecusal, OwnRecusal, RollShrunk, SecondPerson
from plugins.supervision.queries.decisions import current_version, decision
from plugins.supervision.queries.recusals import recusals_of
from plugins.supervision.services.decisions import Draft
from plugins.supervision.services.publishing import publish_decision, update_decision
from plugins.supervision.services.recusals import decide_recusal, propose_recusal


def test_who_drafted_published_or_changed_it_neither_confirms_nor_declines(village, actor):
    second = actor("secretary", VILLAGE)
    for person_id in village.persons:
        village.seat(person_id)
    decision_id = village.draft()
    update_decision(second, decision_id, Draft("修村东头的路", "宽六米。", 100_000))
    publish_decision(village.secretary, decision_id)
    propose_recusal(village.town, decision_id, village.persons[3], "承包方的合伙人")
    for author in (village.secretary, second):
        for confirm in (True, False):
            with pytest.raises(AuthorsRecusal):
                decide_recusal(author, decision_id, village.persons[3], confirm=confirm)
    stranger = actor("secretary", VILLAGE)
    decide_recusal(stranger, decision_id, village.persons[3], confirm=True)
    version = current_version(decision(village.town.scope("supervision.view"), decision_id))
    # Who says that somebody leaves has not written the text.
    assert (version.number, version.published_by) == (2, village.secretary.account_id)


def test_the_authors_kin_and_the_kin_of_who_is_proposed_do_not_decide(village, actor):
    head, wife = village.persons[:2]
    for person_id in village.persons[2:]:
        village.seat(person_id)
    drafter = actor("town_official", TOWN, person_id=head)
    from plugins.supervision.services.decisions import NewDecision, create_decision

    decision_id = create_decision(drafter, NewDecision(VILLAGE, "修路", "宽五米。"))
    propose_recusal(village.secretary, decision_id, village.persons[2], "承包方的合伙人")
    near = actor("secretary", VILLAGE, person_id=wife)
    with pytest.raises(AuthorsRecusal):
        decide_recusal(near, decision_id, village.persons[2], confirm=True)
    kin = actor("town_official", TOWN, person_id=village.persons[3])
    add_kinship(village.secretary, person_id=village.persons[2], kin_id=village.persons[3], relation="other")
    for confirm in (True, False):
        with pytest.raises(OwnRecusal):
            decide_recusal(kin, decision_id, village.persons[2], confirm=confirm)


def test_who_puts_somebody_forward_does_not_decide_alone(village, actor):
    decision_id = village.published()
    propose_recusal(village.town, decision_id, village.persons[4], "听说有利益关系")
    with pytest.raises(SecondPerson):
        decide_recusal(village.town, decision_id, village.persons[4], confirm=True)
    decide_recusal(actor("town_official", TOWN), decision_id, village.persons[4], confirm=False)
    assert [each.is_open for each in recusals_of(decision_id)] == [False]


def test_where_more_than_half_would_leave_the_town_publishes(village):
    for person_id in village.persons[:5]:
        village.seat(person_id)
    decision_id = village.draft()
    for place in (1, 2, 3):
        propose_recusal(village.secretary, decision_id, village.persons[place], "承包方的合伙人")
        decide_recusal(village.town, decision_id, village.persons[place], confirm=True)
    with pytest.raises(RollShrunk) as refusal:
        publish_decision(village.secretary, decision_id)
    assert refusal.value.params == {"eligible": 5, "left": 3}
    assert publish_decision(village.town, decision_id) == 1
