"""When a topic's case ends, every family that its entries name is told once; a case taken back opens it."""

from collections.abc import Iterable

from core import audit
from core.accounts.api import accounts_of_persons
from core.cases.api import OUTCOMES, CaseView, case, timeline
from core.clock import now
from core.county import county
from core.db import raw_rows, unit_of_work
from core.errors import NotFound
from core.events import handled_once
from core.hookspecs import Event
from core.notices.api import Accounts, Telling, notify_many
from core.people.api import household_area, household_of_person, members_of
from core.plugin_manager import SYSTEM
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary.models.entries import EntryLink
from plugins.diary.models.topics import Topic, TopicEntry, TopicTold
from plugins.diary.queries.topics import TOPICS_RIGHT, topic_row
from plugins.diary.services.topic_search import SOON, search_asked
from plugins.diary.services.topics import entry_cases
from plugins.diary.words import CONFIRMED, ENDED, IN, IN_PERSON, PROPOSED, TOLD, UNREACHED

NOTICE = "diary.topic_answered"
_ALL = "whom a topic's end concerns"
_EXCERPT = 200
_LONGEST_REASON = 300


def follow(event: Event) -> None:
    """What the plugin listens to: a search that was asked for, and what becomes of the topics' cases."""
    if event.kind == "diary.TopicsWanted":
        search_asked(most=SOON)
        return
    about = str(event.payload.get("about") or "")
    if not about.startswith("diary_topic:"):
        return
    case_id = int(event.payload["case_id"])
    row: Topic | None = (
        Topic.unscoped("the case names its topic").where(Topic.case_id == case_id).get_or_none()
    )
    if row is None:
        return
    deeds = {
        "cases.CaseResolved": _end,
        "cases.CaseReopened": _take_up,
        "cases.CaseCancelled": _propose_again,
    }
    deeds[event.kind](event, row)


@value_class
class Family:
    """A household that an entry names, where it is, and the accounts of its members."""

    household_id: int
    area_code: str
    accounts: tuple[int, ...]


def _end(event: Event, row: Topic) -> None:
    view = case(AreaScope((row.area_code,)), row.case_id or 0)
    # Whom it concerns is looked up before: nothing slow stands inside.
    found = families(row.id)
    with handled_once(event):
        Topic.update(state=ENDED, outcome=event.payload["outcome"], ended_at=now()).where(
            Topic.id == row.id
        ).execute()
        new = _not_yet_told(row.id, row.round, found)
        _keep(row.id, row.round, new)
        notify_many(NOTICE, [_telling(row, view, family) for family in new if family.accounts])
        told = sum(1 for family in new if family.accounts)
        _record(SYSTEM, "diary.end_topic", row, told=told, unreached=len(new) - told)


def _not_yet_told(topic_id: int, times: int, found: Iterable[Family]) -> list[Family]:
    query = TopicTold.unscoped(_ALL, TopicTold.household_id)
    query = query.where((TopicTold.topic_id == topic_id) & (TopicTold.round == times))
    known = {household_id for (household_id,) in raw_rows(query)}
    return [family for family in found if family.household_id not in known]


def _keep(topic_id: int, times: int, new: Iterable[Family]) -> None:
    at = now()
    for family in new:
        TopicTold.create(
            topic_id=topic_id,
            household_id=family.household_id,
            area_code=family.area_code,
            round=times,
            state=TOLD if family.accounts else UNREACHED,
            at=at,
        )


def _telling(row: Topic, view: CaseView, family: Family) -> Telling:
    return Telling(
        Accounts(family.accounts),
        N_("您家反映过的“%(title)s”，几个村一并办理，结果是%(outcome)s：%(answer)s（%(number)s）"),
        family.area_code,
        {
            "title": row.title,
            "outcome": OUTCOMES.get(view.outcome, ""),
            "answer": view.answer[:_EXCERPT],
            "number": view.number,
        },
        subject=f"diary_topic:{row.id}",
    )


def _take_up(event: Event, row: Topic) -> None:
    """It is taken up again: whoever was told is told anew when it ends again."""
    with handled_once(event):
        Topic.update(state=CONFIRMED, outcome="", ended_at=None, round=Topic.round + 1).where(
            Topic.id == row.id
        ).execute()
        _record(SYSTEM, "diary.take_topic_up", row)


def _propose_again(event: Event, row: Topic) -> None:
    """Its case was taken back: people decide anew, and read why."""
    steps = timeline(row.case_id or 0)
    why = next((step.note for step in reversed(steps) if step.deed == "cancel"), "")[:_LONGEST_REASON]
    with handled_once(event):
        Topic.update(
            round=Topic.round + 1,
            state=PROPOSED,
            case_id=None,
            decided_by=None,
            decided_at=None,
            outcome="",
            ended_at=None,
            reason=why,
        ).where(Topic.id == row.id).execute()
        _record(SYSTEM, "diary.propose_topic_again", row, case_id=row.case_id or 0)


def families(topic_id: int) -> list[Family]:
    """The households that a topic's entries name, and those whose cases began in them, by id."""
    mine = TopicEntry.unscoped(_ALL, TopicEntry.entry_id).where(
        (TopicEntry.topic_id == topic_id) & (TopicEntry.state == IN)
    )
    links = EntryLink.unscoped(_ALL, EntryLink.kind, EntryLink.target).where(
        EntryLink.entry_id.in_(mine) & EntryLink.kind.in_(("household", "person"))
    )
    doors: set[int] = set()
    for kind, target in raw_rows(links.distinct()):
        door = int(target) if kind == "household" else household_of_person(int(target))
        doors |= {door} if door is not None else set()
    doors |= _doors_of_cases(topic_id)
    members = members_of(doors)
    everywhere = AreaScope((county().settings.county_code,))
    accounts = accounts_of_persons(everywhere, [person for persons in members.values() for person in persons])
    found = []
    for door in sorted(doors):
        if (area_code := household_area(door)) is not None:
            ids = sorted(accounts[person] for person in members.get(door, ()) if person in accounts)
            found.append(Family(door, area_code, tuple(ids)))
    return found


def _doors_of_cases(topic_id: int) -> set[int]:
    everywhere = AreaScope((county().settings.county_code,))
    doors: set[int] = set()
    for case_id, _ in entry_cases(topic_id):
        try:
            view = case(everywhere, case_id)
        except NotFound:
            continue
        if view.household_id is not None:
            doors.add(view.household_id)
    return doors


def tell_in_person(actor: Actor, topic_id: int, household_id: int) -> None:
    """A family that no message reached was told at its door. Raises Forbidden, NotFound."""
    with unit_of_work():
        row = topic_row(actor.demand(TOPICS_RIGHT), topic_id)
        changed = (
            TopicTold.update(state=IN_PERSON, account_id=actor.account_id, at=now())
            .where(
                (TopicTold.topic_id == row.id)
                & (TopicTold.household_id == household_id)
                & (TopicTold.round == row.round)
                & (TopicTold.state == UNREACHED)
            )
            .execute()
        )
        if not changed:
            raise NotFound
        _record(actor, "diary.tell_in_person", row, household_id=household_id)


def _record(actor: Actor, action: str, row: Topic, **detail: int) -> None:
    audit.record(actor, action, area_code=row.area_code, subject=f"diary_topic:{row.id}", **detail)
