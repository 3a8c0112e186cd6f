"""A household's (or a person's) years: what was written, seen and done, the newest first."""

from datetime import date

from core.security import Actor
from core.value_classes import value_class
from plugins.diary.queries.entries import EntryView, Wanted, list_entries
from plugins.diary.queries.visits import VisitView, list_visits

MOST = 200


@value_class
class Moment:
    """A day on the timeline: an entry, or a visit without one."""

    day: date
    entry: EntryView | None = None
    visit: VisitView | None = None


def household_timeline(reader: Actor, household_id: int, *, limit: int = MOST) -> list[Moment]:
    """Entries about a household and visits to it that the reader may see; a visit's entry stands for both."""
    entries, _ = list_entries(reader, Wanted(household_id=household_id), page_size=limit)
    visits, _ = list_visits(reader, household_id=household_id, page_size=limit)
    return _joined(entries, visits, limit)


def person_timeline(reader: Actor, person_id: int, *, limit: int = MOST) -> list[Moment]:
    """Entries about a person that the reader may see."""
    entries, _ = list_entries(reader, Wanted(person_id=person_id), page_size=limit)
    return _joined(entries, [], limit)


def establishment_timeline(reader: Actor, establishment_id: int, *, limit: int = MOST) -> list[Moment]:
    """The same for an establishment."""
    entries, _ = list_entries(reader, Wanted(establishment_id=establishment_id), page_size=limit)
    visits, _ = list_visits(reader, establishment_id=establishment_id, page_size=limit)
    return _joined(entries, visits, limit)


def _joined(entries: list[EntryView], visits: list[VisitView], limit: int) -> list[Moment]:
    by_visit = {visit.id: visit for visit in visits}
    moments = [Moment(each.day, each, by_visit.pop(each.visit_id or 0, None)) for each in entries]
    moments += [Moment(each.day, None, each) for each in by_visit.values()]
    return sorted(moments, key=_newest, reverse=True)[:limit]


def _newest(moment: Moment) -> tuple[date, int, int]:
    return (
        moment.day,
        moment.entry.id if moment.entry else 0,
        moment.visit.id if moment.visit else 0,
    )
