"""All reads of households and persons: scoped, sensitive fields masked."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from peewee import SQL, Case, fn

from core.areas.api import area_names
from core.db import Statement, begins, contains
from core.errors import NotFound
from core.people.errors import BadCitizenId, BadPhone
from core.people.identity import check_citizen_id, check_phone, mask_citizen_id, mask_phone
from core.people.models import MEMBER, Household, ImportBatch, Person, PersonTag
from core.people.sealing import index_citizen_id, index_phone, open_citizen_id, open_phone
from core.scope import AFTER_DIGITS, AreaScope
from core.value_classes import value_class

OWN_REASON = "asked for by id; the caller has checked the area or it is somebody's own household"
_LONGEST_SEARCH = 60
_BATCH = 5_000
_TAGS = "tags of persons that were found in scope"
# A page of households is looked up by a statement that is built once, with so many places.
_AT_ONCE = 20


@value_class
class HouseholdBrief:
    """A household in a list. `area_name` is that of its village or grid.

    `matched_name`: the member whom a search found, where that is not the head.
    """

    id: int
    area_code: str
    area_name: str
    number: str
    head_name: str
    person_count: int
    has_address: bool
    synthetic: bool
    opened_at: datetime
    ended_at: datetime | None
    matched_name: str = ""


@value_class
class PersonBrief:
    """A person with masked fields (empty: not stored) and the codes of the tags that hold today."""

    id: int
    household_id: int
    area_code: str
    name: str
    is_head: bool
    citizen_id_masked: str
    phone_masked: str
    risk_level: str
    tags: tuple[str, ...]
    synthetic: bool


def household(scope: AreaScope, household_id: int) -> HouseholdBrief:
    """One household, an ended one too. Raises NotFound."""
    found = household_brief(scope, household_id)
    if found is None:
        raise NotFound
    return found


def household_brief(scope: AreaScope, household_id: int) -> HouseholdBrief | None:
    """One household, or None where the actor sees none."""
    rows = _briefs(list(Household.within(scope).where(Household.id == household_id)))
    return rows[0] if rows else None


def list_households(
    scope: AreaScope, *, search: str = "", area_code: str | None = None, page: int = 1, page_size: int = 20
) -> tuple[list[HouseholdBrief], int]:
    """Households that have not ended, by area and number, and how many there are.

    `search`: part of a member's name, the beginning of a household number, or a whole citizen ID or
    phone. `area_code`: only those in it.
    """
    if not search.strip() and (place := _one_range(scope, area_code)):
        low, high = place
        listed = _OPEN.instances(low=low, high=high, limit=page_size, offset=(page - 1) * page_size)
        (total,) = _OPEN_COUNT.first(low=low, high=high) or (0,)
        return _briefs(listed), total
    query = _listed(scope, search, area_code)
    rows = query.order_by(Household.area_code, Household.number).paginate(page, page_size)
    return _with_matches(scope, _briefs(list(rows)), search.strip()[:_LONGEST_SEARCH]), query.count()


# The list that everybody opens, without a search: its two statements are built once.
_IN_SCOPE = "the range of area codes is the reader's scope"
_OPEN = Statement(
    lambda p: (
        Household.unscoped(_IN_SCOPE)
        .where(_open_between(p))
        .order_by(Household.area_code, Household.number)
        .limit(p("limit"))
        .offset(p("offset"))
    )
)
_OPEN_COUNT = Statement(lambda p: Household.unscoped(_IN_SCOPE, fn.COUNT(SQL("*"))).where(_open_between(p)))


def _open_between(p: Any) -> Any:
    is_between = (Household.area_code >= p("low")) & (Household.area_code < p("high"))
    return Household.ended_at.is_null() & is_between


def _one_range(scope: AreaScope, area_code: str | None) -> tuple[str, str] | None:
    """The codes from (inclusive) and to (exclusive) of an area in a scope; None for a scope of many areas."""
    if len(scope.prefixes) != 1:
        return None
    (prefix,) = scope.prefixes
    inner = area_code or prefix
    return max(prefix, inner), min(prefix + AFTER_DIGITS, inner + AFTER_DIGITS)


def find_households(scope: AreaScope, text: str, limit: int = 10) -> list[HouseholdBrief]:
    """The first households that fit the search, for pickers."""
    if not text.strip():
        return []
    return list_households(scope, search=text, page_size=limit)[0]


def persons_of(household_id: int) -> list[PersonBrief]:
    """The members of a household, the head first. The caller has checked that it may be seen."""
    query = Person.unscoped(OWN_REASON).where((Person.household_id == household_id) & MEMBER)
    return briefs_of(list(query.order_by(Person.is_head.desc(), Person.id)))


def members_of(household_ids: Iterable[int]) -> dict[int, list[int]]:
    """Household -> ids of its members, for many at once; the caller has checked that they may be seen."""
    wanted = sorted(set(household_ids))
    members: dict[int, list[int]] = {}
    for start in range(0, len(wanted), _BATCH):
        rows: Any = Person.unscoped(OWN_REASON, Person.household_id, Person.id)
        some = rows.where(Person.household_id.in_(wanted[start : start + _BATCH]) & MEMBER)
        for household_id, person_id in some.order_by(Person.id).tuples():
            members.setdefault(household_id, []).append(person_id)
    return members


def person(scope: AreaScope, person_id: int) -> PersonBrief:
    """One person, who has not left. Raises NotFound."""
    found = person_brief(scope, person_id)
    if found is None:
        raise NotFound
    return found


def person_brief(scope: AreaScope, person_id: int) -> PersonBrief | None:
    """One person, or None where the actor sees none or they have left."""
    rows = briefs_of(list(Person.within(scope).where((Person.id == person_id) & MEMBER)))
    return rows[0] if rows else None


_HEAD = Statement(
    lambda p: Person.unscoped(OWN_REASON, Person.household_id, Person.name).where(
        (Person.household_id == p("household_id")) & Person.is_head
    )
)


def household_head_name(household_ids: Iterable[int]) -> dict[int, str]:
    """Household -> name of its head, for many at once; a household without a head is left out."""
    wanted, names = sorted(set(household_ids)), {}
    if len(wanted) == 1:  # as on every page of a resident
        return dict(_HEAD.all(household_id=wanted[0]))
    for start in range(0, len(wanted), _BATCH):
        heads: Any = Person.unscoped(OWN_REASON, Person.household_id, Person.name).where(Person.is_head)
        names.update(heads.where(Person.household_id.in_(wanted[start : start + _BATCH])).tuples())
    return names


def person_names(ids: Iterable[int]) -> dict[int, str]:
    """Person -> name, for records that keep ids only; the caller has checked that they may be seen."""
    wanted, names = sorted(set(ids)), {}
    for start in range(0, len(wanted), _BATCH):
        rows: Any = Person.unscoped(OWN_REASON, Person.id, Person.name)
        names.update(rows.where(Person.id.in_(wanted[start : start + _BATCH])).tuples())
    return names


def persons_by_phone(text: str) -> list[PersonBrief]:
    """Who is registered with a phone, wherever they live (logging in by a code sent to it)."""
    try:
        number = check_phone(text)
    except BadPhone:
        return []
    rows = Person.unscoped("log-in by phone").where((Person.phone_index == index_phone(number)) & MEMBER)
    return briefs_of(list(rows.order_by(Person.id)))


def listed_persons(
    scope: AreaScope, *, search: str = "", area_code: str | None = None
) -> Iterator[tuple[str, PersonBrief]]:
    """Household number and person, for every member of the households that the list shows."""
    query: Any = _listed(scope, search, area_code).columns(Household.id, Household.number)
    numbers = dict(query.order_by(Household.area_code, Household.number).tuples())
    keys = list(numbers)
    for start in range(0, len(keys), _BATCH):
        some = keys[start : start + _BATCH]
        rows = Person.within(scope).where(Person.household_id.in_(some) & MEMBER)
        order = {key: place for place, key in enumerate(some)}
        members = sorted(briefs_of(list(rows)), key=lambda p: (order[p.household_id], not p.is_head, p.id))
        for member in members:
            yield numbers[member.household_id], member


def _listed(scope: AreaScope, search: str, area_code: str | None) -> Any:
    query = Household.within(scope).where(Household.ended_at.is_null())
    if area_code:
        query = query.where(
            (Household.area_code >= area_code) & (Household.area_code < area_code + AFTER_DIGITS)
        )
    text = search.strip()[:_LONGEST_SEARCH]
    return query.where(_matches(scope, text)) if text else query


def _matches(scope: AreaScope, text: str) -> Any:
    fits, member = begins(Household.number, text), _member_fits(text)
    if member is not None:
        fits |= Household.id.in_(Person.within(scope, Person.household_id).where(member & MEMBER))
    return fits


def _member_fits(text: str) -> Any:
    """The condition for a person; None for text that is neither a name nor a whole number."""
    exact = _exact(text)
    if exact is None and re.search(r"[^0-9\s-]", text):
        return contains(Person.name, text)
    return exact


def _with_matches(scope: AreaScope, briefs: list[HouseholdBrief], text: str) -> list[HouseholdBrief]:
    """The households, each with the member whom the search found unless that is its head."""
    member = _member_fits(text) if text else None
    if member is None:
        return briefs
    ids = [brief.id for brief in briefs]
    rows: Any = Person.within(scope, Person.household_id, Person.name)
    found: dict[int, str] = {}
    # The head comes last and so wins.
    for key, name in (
        rows.where(Person.household_id.in_(ids) & member & MEMBER).order_by(Person.is_head).tuples()
    ):
        found[key] = name
    return [
        replace(brief, matched_name=name if (name := found.get(brief.id, "")) != brief.head_name else "")
        for brief in briefs
    ]


def _exact(text: str) -> Any:
    """The condition for a whole citizen ID or phone, found by its keyed hash; None for other text."""
    with suppress(BadCitizenId):
        return Person.citizen_id_index == index_citizen_id(check_citizen_id(text))
    with suppress(BadPhone):
        return Person.phone_index == index_phone(check_phone(text))
    return None


_MEMBERS = Statement(
    lambda p: (
        Person.unscoped(
            OWN_REASON,
            Person.household_id,
            fn.COUNT(Case(None, [(MEMBER, Person.id)])),
            fn.MIN(Case(None, [(Person.is_head, Person.name)])),
        )
        .where(Person.household_id.in_([p(f"id_{place}") for place in range(_AT_ONCE)]))
        .group_by(Person.household_id)
    )
)


def _members(household_ids: list[int]) -> dict[int, tuple[int, str]]:
    """Household -> how many members, and the head's name (empty without one), the last one's who left too."""
    found: dict[int, tuple[int, str]] = {}
    for start in range(0, len(household_ids), _AT_ONCE):
        some = household_ids[start : start + _AT_ONCE]
        padded = [*some, *[0] * (_AT_ONCE - len(some))]
        rows = _MEMBERS.all(**{f"id_{place}": key for place, key in enumerate(padded)})
        found.update((key, (count, head or "")) for key, count, head in rows)
    return found


def _briefs(rows: list[Household]) -> list[HouseholdBrief]:
    members = _members([row.id for row in rows])
    names = area_names([row.area_code for row in rows])
    return [
        HouseholdBrief(
            id=row.id,
            area_code=row.area_code,
            area_name=names.get(row.area_code, row.area_code),
            number=row.number,
            head_name=members.get(row.id, (0, ""))[1],
            person_count=members.get(row.id, (0, ""))[0],
            has_address=row.address_sealed is not None,
            synthetic=row.synthetic,
            opened_at=row.opened_at,
            ended_at=row.ended_at,
        )
        for row in rows
    ]


def briefs_of(rows: list[Person]) -> list[PersonBrief]:
    """Rows that were found in scope, as they are shown: with tags and masked numbers."""
    tags: dict[int, list[str]] = {}
    wanted = [row.id for row in rows]
    for start in range(0, len(wanted), _BATCH):
        held = PersonTag.unscoped(_TAGS).where(
            PersonTag.person_id.in_(wanted[start : start + _BATCH]) & PersonTag.until.is_null()
        )
        for tag in held.order_by(PersonTag.id):
            tags.setdefault(tag.person_id, []).append(tag.tag)
    return [
        PersonBrief(
            id=row.id,
            household_id=row.household_id,
            area_code=row.area_code,
            name=row.name,
            is_head=row.is_head,
            citizen_id_masked=_masked(open_citizen_id(row.citizen_id_sealed), mask_citizen_id),
            phone_masked=_masked(open_phone(row.phone_sealed), mask_phone),
            risk_level=row.risk_level,
            tags=tuple(tags.get(row.id, ())),
            synthetic=row.synthetic,
        )
        for row in rows
    ]


def _masked(text: str, mask: Any) -> str:
    return mask(text) if text else ""


def recent_imports(scope: AreaScope, *, most: int = 10) -> list[ImportBatch]:
    """The newest imports whose areas lie within `scope`, undone ones too."""
    return list(ImportBatch.within(scope).order_by(ImportBatch.id.desc()).limit(most))


def find_persons(scope: AreaScope, text: str, limit: int = 20) -> list[PersonBrief]:
    """The first persons in `scope` whose name holds the text, or whose whole ID number or phone it is."""
    wanted = text.strip()[:_LONGEST_SEARCH]
    fits = _member_fits(wanted) if wanted else None
    if fits is None:
        return []
    return briefs_of(
        list(Person.within(scope).where(fits & MEMBER).order_by(Person.area_code, Person.id).limit(limit))
    )


def persons_by_citizen_id(scope: AreaScope, numbers: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Checked ID number -> id and name of the person in `scope` who has it, for tables of many."""
    by_index = {index_citizen_id(number): number for number in numbers}
    wanted = sorted(by_index)
    found: dict[str, tuple[int, str]] = {}
    for start in range(0, len(wanted), _BATCH):
        rows: Any = Person.within(scope, Person.id, Person.name, Person.citizen_id_index)
        for key, name, index in rows.where(
            Person.citizen_id_index.in_(wanted[start : start + _BATCH]) & MEMBER
        ).tuples():
            found[by_index[bytes(index)]] = (key, name)
    return found
