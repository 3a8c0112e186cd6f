"""What the diary knows of a case: the entry that it began in, its topics, who and what helped."""

from dataclasses import field
from datetime import date

from core.accounts.api import account_names
from core.db import rows
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.models.experts import Expert, ExpertHelp
from plugins.diary.models.supplies import SupplyEntry
from plugins.diary.queries.entries import entry_of_case, entry_row
from plugins.diary.queries.supplies import EntryView as SupplyLine
from plugins.diary.queries.supplies import entry_views
from plugins.diary.queries.topics import TopicView, topic_of_case, topics_of_entry

VIEW = "diary.view"
MOST = 20
_NAMED = "names of experts whose help was found in scope"


@value_class
class Origin:
    """The entry in which a case began, and the visit at which it was heard."""

    entry_id: int
    visit_id: int | None
    day: date
    account_name: str
    text: str


@value_class
class Helped:
    """An expert who was asked about the case."""

    expert_id: int
    name: str
    field: str
    unit: str
    note: str


@value_class
class CaseSide:
    """All of it, as far as the reader may see it."""

    origin: Origin | None = None
    parent_of: int | None = None
    topics: tuple[TopicView, ...] = field(default_factory=tuple)
    experts: tuple[Helped, ...] = field(default_factory=tuple)
    supplies: tuple[SupplyLine, ...] = field(default_factory=tuple)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.origin or self.parent_of or self.experts or self.supplies)


def case_side(reader: Actor, case_id: int) -> CaseSide:
    """What the reader may see of it: entries, topics, stores and cases of their own areas."""
    entry_id = entry_of_case(reader, case_id)
    return CaseSide(
        origin=_origin(reader, entry_id) if entry_id is not None else None,
        parent_of=topic_of_case(reader, case_id),
        topics=tuple(topics_of_entry(reader, entry_id)) if entry_id is not None else (),
        experts=_experts(reader, case_id),
        supplies=_supplies(reader, case_id),
    )


def _origin(reader: Actor, entry_id: int) -> Origin:
    row = entry_row(reader, entry_id)
    name = account_names([row.account_id]).get(row.account_id, "")
    return Origin(row.id, row.visit_id, row.day, name, row.text)


def _experts(reader: Actor, case_id: int) -> tuple[Helped, ...]:
    query = ExpertHelp.within(reader.scope(VIEW), ExpertHelp.expert_id, ExpertHelp.note)
    found = list(rows(query.where(ExpertHelp.case_id == case_id).order_by(ExpertHelp.id).limit(MOST)))
    if not found:
        return ()
    ids = [expert_id for expert_id, _ in found]
    known = {row.id: row for row in Expert.unscoped(_NAMED).where(Expert.id.in_(ids))}
    return tuple(
        Helped(expert_id, known[expert_id].name, known[expert_id].field, known[expert_id].unit, note)
        for expert_id, note in found
    )


def _supplies(reader: Actor, case_id: int) -> tuple[SupplyLine, ...]:
    query = SupplyEntry.within(reader.scope(VIEW)).where(
        (SupplyEntry.for_kind == "case") & (SupplyEntry.for_id == case_id)
    )
    return tuple(entry_views(list(query.order_by(SupplyEntry.id).limit(MOST))))
