"""Notes are written, refused, counted once: on a real county and its real database."""

import pytest
from core.audit import details
from core.errors import Forbidden, Invalid, NotFound
from core.scope import AreaScope
from core.testing import FAR_VILLAGE, SISTER_VILLAGE, TOWN, VILLAGE

from elder_meals import queries, services


def written(area_code: str = VILLAGE) -> list[str]:
    """The notes of a village, straight from the database."""
    return [note.text for note in queries.list_notes(AreaScope((area_code,)))[0]]


def test_a_note_is_written_with_an_audit_line(app, actor):
    number = services.add_note(actor("secretary", VILLAGE), area_code=VILLAGE, text="  村口的灯修好了 ")
    assert written() == ["村口的灯修好了"]
    assert len(list(details(["elder_meals.add_note"]))) == 1
    assert number > 0


@pytest.mark.parametrize("text", ["", "   ", "长" * 201])
def test_an_empty_or_too_long_note_is_refused_with_its_field(app, actor, text):
    with pytest.raises(Invalid) as refused:
        services.add_note(actor("secretary", VILLAGE), area_code=VILLAGE, text=text)
    assert list(refused.value.fields) == ["text"]
    assert written() == []


def test_a_note_of_the_next_village_cannot_be_written(app, actor):
    with pytest.raises(NotFound):
        services.add_note(actor("secretary", VILLAGE), area_code=SISTER_VILLAGE, text="别村的事")
    assert written(SISTER_VILLAGE) == []


def test_who_may_only_look_cannot_write(app, actor):
    with pytest.raises(Forbidden):
        services.add_note(actor("town_official", TOWN), area_code=VILLAGE, text="镇里来记")


def test_a_town_sees_its_villages_and_no_other(app, actor):
    for village in (VILLAGE, SISTER_VILLAGE, FAR_VILLAGE):
        services.add_note(actor("secretary", village), area_code=village, text=f"记 {village}")
    scope = actor("town_official", TOWN).demand("elder_meals.view")
    found, total = queries.list_notes(scope)
    assert {note.area_code for note in found} == {VILLAGE, SISTER_VILLAGE}
    assert total == 2


def test_the_event_is_counted_once_and_a_failing_neighbour_does_not_matter(
    app, actor, outbox, failing_neighbour
):
    secretary = actor("secretary", VILLAGE)
    services.add_note(secretary, area_code=VILLAGE, text="一")
    services.add_note(secretary, area_code=VILLAGE, text="二")
    outbox()
    outbox()  # nothing is left to be told
    assert queries.counted_notes(AreaScope((VILLAGE,))) == 2
