"""A table of voters is taken back whole while no roll rests on it; who has a vote stays registered."""

from io import BytesIO

import pytest

from core.accounts.api import operator
from core.errors import NotFound
from core.people.api import HouseholdRow, PersonRow, bulk_insert_households, check_digit
from core.sheets import Upload
from core.testing import VILLAGE
from plugins.supervision.errors.decisions import VotersKept
from plugins.supervision.faces.decisions import veto_import_undo
from plugins.supervision.queries.voters import list_voters
from plugins.supervision.services.publishing import publish_decision
from plugins.supervision.services.voter_import import import_voters
from plugins.supervision.services.voter_undo import list_batches, undo_import

HEADING = "村社代码,姓名,公民身份号码,表决身份,起始日期,截止日期\n"


@pytest.fixture
def table(village, county):
    """A table with two persons (ID numbers made up)."""
    numbers = [f"{body}{check_digit(body)}" for body in ("34150419700101001", "34150419800202002")]
    persons = [
        PersonRow(name, citizen_id=number, is_head=name == "周正")
        for name, number in zip(("周正", "吴平"), numbers, strict=True)
    ]
    bulk_insert_households(operator(), [HouseholdRow(VILLAGE, "009", "前街 9 号", persons=persons)])
    lines = [f"{VILLAGE},{each.name},{each.citizen_id},党员,2025-01-01," for each in persons]
    return Upload("voters.csv", (HEADING + "\n".join(lines)).encode())


def voters_of(village):
    return list_voters(village.secretary.scope("supervision.voters"), VILLAGE)[1]


def test_a_table_is_taken_back_whole_and_once(village, table):
    village.seat(village.persons[0])
    assert import_voters(village.secretary, table, dry_run=False).clean
    (batch,) = list_batches(village.secretary)
    assert (batch.rows, voters_of(village)) == (2, 3)
    with pytest.raises(NotFound):
        undo_import(village.stranger, batch.id)
    assert (undo_import(village.secretary, batch.id), voters_of(village)) == (2, 1)
    with pytest.raises(VotersKept):
        undo_import(village.secretary, batch.id)
    assert import_voters(village.secretary, table, dry_run=False).clean  # the corrected table comes in


def test_a_table_on_which_a_roll_rests_stays(village, table):
    import_voters(village.secretary, table, dry_run=False)
    decision_id = village.draft()
    publish_decision(village.secretary, decision_id)
    (batch,) = list_batches(village.secretary)
    with pytest.raises(VotersKept):
        undo_import(village.secretary, batch.id)
    assert voters_of(village) == 2


def test_the_page_lists_tables_and_takes_one_back(village, table, as_role, submit):
    desk = as_role("secretary", VILLAGE)
    page = "/supervision/voters/import"
    sent = submit(desk, page, page, file=(BytesIO(table.data), "voters.csv"))
    preview = sent.headers["Location"]
    assert submit(desk, preview, preview).status_code == 303
    shown = desk.get(page).text
    assert ("2 人次" in shown, "整批撤销" in shown) == (True, True)
    (batch,) = list_batches(village.secretary)
    assert submit(desk, page, f"/supervision/voters/batches/{batch.id}/undo").status_code == 303
    assert "已撤销" in desk.get(page).text
    again = submit(desk, page, f"/supervision/voters/batches/{batch.id}/undo")
    assert again.status_code == 303
    assert "不能整批撤销" in desk.get(page).text


def test_an_import_of_people_with_a_vote_is_not_taken_back(village):
    persons = range(village.persons[0], village.persons[-1] + 1)
    assert veto_import_undo(range(1), persons) is None
    village.seat(village.persons[2])
    assert "表决身份" in veto_import_undo(range(1), persons)
    assert veto_import_undo(range(1), range(village.persons[0], village.persons[1] + 1)) is None
