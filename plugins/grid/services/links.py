"""Members and households choose each other: one side asks, the other answers, both are on record."""

from datetime import date, timedelta
from typing import Any

from peewee import IntegrityError

from core import audit
from core.cases.api import NewCase, create_case
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Forbidden, Invalid, NotFound
from core.fields import cleaned
from core.people.api import household_brief, is_deserted, last_household_of, persons_of
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from plugins.grid.errors.party import HouseholdLinked, LinkMovedOn, NotYourAnswer, NotYourLink
from plugins.grid.models.party import (
    ACTIVE,
    BY_HOUSEHOLD,
    BY_MEMBER,
    DECLINED,
    ENDED,
    PROPOSED,
    PartyLink,
    PartyMember,
    PartyVisit,
)
from plugins.grid.party_words import COLOURS, visit_days
from plugins.grid.queries.membership import member_of

LINK, CHOOSE, MANAGE = "grid.link", "grid.choose_member", "grid.party_manage"
VISIT_KIND = "grid.visit_matter"
_SIDES = "which side the actor is on is checked right after"


def propose_link(actor: Actor, *, member_id: int, household_id: int, colour: str = "yellow") -> int:
    """Ask the other side; returns the link's id.

    Who asks follows from who acts: the household's own account chooses a member; the member's own account,
    or who manages the branch there, proposes a household.
    Raises NotFound, Forbidden, HouseholdLinked, Invalid.
    """
    if colour not in COLOURS:
        raise Invalid(fields={"colour": [N_("没有这种颜色。")]})
    with unit_of_work():
        member: PartyMember | None = (
            PartyMember.unscoped(_SIDES).where(PartyMember.id == member_id).get_or_none()
        )
        if member is None or member.until is not None:
            raise NotFound
        side, area_code = _asking_side(actor, member, household_id)
        try:
            with unit_of_work(housekeeping="the deed's line follows"):
                row = PartyLink.create(
                    member_id=member_id,
                    household_id=household_id,
                    area_code=area_code,
                    colour=colour,
                    state=PROPOSED,
                    proposed_by=side,
                    proposed_at=now(),
                    proposed_account=actor.account_id,
                )
        except IntegrityError:
            raise HouseholdLinked from None
        _record(actor, "grid.propose_link", row)
    return int(row.id)


def _asking_side(actor: Actor, member: PartyMember, household_id: int) -> tuple[str, str]:
    """Which side the actor asks for, and where the household is."""
    if actor.household_id == household_id and actor.may(CHOOSE):
        area_code = _household_area(AreaScope((member.area_code[:12],)), household_id)
        # Members of one's own grid or village are who can be chosen.
        if not area_code.startswith(member.area_code[:12]):
            raise NotFound
        return BY_HOUSEHOLD, area_code
    scope = actor.scope(MANAGE)
    if _is_self(actor, member):
        actor.demand(LINK)
        scope = AreaScope((member.area_code[:12],))
    elif not scope.covers(member.area_code):
        actor.demand_signed_in()
        raise Forbidden
    return BY_MEMBER, _household_area(scope, household_id)


def _household_area(scope: AreaScope, household_id: int) -> str:
    household = household_brief(scope, household_id)
    if household is None or household.ended_at is not None:
        raise NotFound
    return household.area_code


def answer_link(actor: Actor, link_id: int, *, accept: bool) -> PartyLink:
    """The other side says yes or no. Staff may speak for a household (recorded), never for their own request.

    Raises NotFound, NotYourAnswer, LinkMovedOn.
    """
    with unit_of_work():
        row, member = _link(link_id)
        on_behalf = _demand_answer(actor, row, member)
        due = today() + timedelta(days=visit_days(row.colour))
        _move(
            row,
            PROPOSED,
            ACTIVE if accept else DECLINED,
            answered_at=now(),
            answered_account=actor.account_id,
            on_behalf=on_behalf,
            next_due=due if accept else None,
        )
        _record(actor, "grid.accept_link" if accept else "grid.decline_link", row, on_behalf=on_behalf)
    return row


def _demand_answer(actor: Actor, row: PartyLink, member: PartyMember) -> bool:
    """Whether staff answer for the household. Raises NotYourAnswer, NotFound."""
    manages = actor.scope(MANAGE).covers(row.area_code)
    is_member, is_household = _is_self(actor, member), actor.household_id == row.household_id
    if not (manages or is_member or is_household):
        raise NotFound
    if row.proposed_account == actor.account_id:
        raise NotYourAnswer
    if row.proposed_by == BY_HOUSEHOLD:
        if not is_member and not manages:
            raise NotYourAnswer
        return False
    if is_member or not (is_household or manages):
        raise NotYourAnswer
    return not is_household


def set_colour(actor: Actor, link_id: int, colour: str) -> None:
    """Yellow, orange or red: how often the household is visited from now on. Raises NotFound, Invalid."""
    if colour not in COLOURS:
        raise Invalid(fields={"colour": [N_("没有这种颜色。")]})
    with unit_of_work():
        row, _ = _link(link_id)
        _demand_own(actor, row)
        since = row.last_visit or (row.answered_at or now()).date()
        due = since + timedelta(days=visit_days(colour)) if row.state == ACTIVE else None
        _move(row, row.state, row.state, colour=colour, next_due=due)
        _record(actor, "grid.set_link_colour", row, colour=colour)


def end_link(actor: Actor, link_id: int, *, why: str) -> None:
    """The two part; what was visited stays. Raises NotFound, LinkMovedOn, Invalid (without a word why)."""
    text = cleaned(why)
    if not 1 <= len(text) <= 200:
        raise Invalid(fields={"why": [N_("请写明结束的原因，至多 200 个字。")]})
    with unit_of_work():
        row, _ = _link(link_id)
        if actor.household_id != row.household_id:
            _demand_own(actor, row)
        if row.state not in (PROPOSED, ACTIVE):
            raise LinkMovedOn
        _move(row, row.state, ENDED, ended_at=now(), ended_why=text, next_due=None)
        _record(actor, "grid.end_link", row)


def record_visit(
    actor: Actor,
    link_id: int,
    *,
    heard: str = "",
    day: date | None = None,
    becomes_case: bool = False,
) -> int:
    """Write a visit down; the next one is due after the days of its colour. Returns the visit's id.

    What was heard becomes a case where it is asked for. Raises NotFound, NotYourLink, LinkMovedOn, Invalid.
    """
    text, on = cleaned(heard), day or today()
    wrong = {}
    if len(text) > 1_000:
        wrong["heard"] = [N_("至多 1000 个字。")]
    if becomes_case and not text:
        wrong["heard"] = [N_("请写明听到了什么。")]
    if not today() - timedelta(days=60) <= on <= today():
        wrong["day"] = [N_("走访日期应在最近 60 天内。")]
    if wrong:
        raise Invalid(fields=wrong)
    with unit_of_work():
        row, _ = _link(link_id)
        _demand_own(actor, row)
        if row.state != ACTIVE:
            raise LinkMovedOn
        case_id = _file_case(actor, row, text) if becomes_case else None
        visit = PartyVisit.create(
            link_id=row.id,
            household_id=row.household_id,
            member_id=row.member_id,
            area_code=row.area_code,
            day=on,
            heard=text,
            case_id=case_id,
            account_id=actor.account_id,
            at=now(),
        )
        last = max(on, row.last_visit or on)
        due = last + timedelta(days=visit_days(row.colour))
        _move(row, ACTIVE, ACTIVE, last_visit=last, next_due=due)
        _record(actor, "grid.record_visit", row, visit_id=visit.id, case_id=case_id)
    return int(visit.id)


def _file_case(actor: Actor, row: PartyLink, text: str) -> int:
    # Who may look people up files it for the household's head; of a member it is their own report, and the
    # subject leads back to the household.
    head = persons_of(row.household_id)[:1] if actor.may("people.view", row.area_code) else []
    case = NewCase(
        kind=VISIT_KIND,
        text=text,
        area_code=row.area_code,
        on_behalf_of=head[0].id if head else None,
        channel="visit",
        subject=f"grid_party_link:{row.id}",
    )
    return create_case(actor, case)


def move_links(household_id: int, area_code: str) -> None:
    """A link follows its household; inside the unit of work that moves it."""
    PartyLink.update(area_code=area_code).where(PartyLink.household_id == household_id).execute()


def close_links(household_id: int) -> None:
    """A household that has ended is visited no more."""
    still = (PartyLink.household_id == household_id) & PartyLink.state.in_((PROPOSED, ACTIVE))
    PartyLink.update(state=ENDED, ended_at=now(), ended_why="household_ended", next_due=None).where(
        still
    ).execute()


def close_links_of_nobody(person_id: int) -> None:
    """The last member of a household has died or moved away: nobody is visited there."""
    household_id = last_household_of(person_id)
    if household_id is not None and is_deserted(household_id):
        close_links(household_id)


def _link(link_id: int) -> tuple[PartyLink, PartyMember]:
    row: PartyLink | None = PartyLink.unscoped(_SIDES).where(PartyLink.id == link_id).get_or_none()
    if row is None:
        raise NotFound
    return row, PartyMember.unscoped(_SIDES).where(PartyMember.id == row.member_id).get()


def _demand_own(actor: Actor, row: PartyLink) -> None:
    """The linked member, or who manages the branch there. Raises NotFound, NotYourLink."""
    own = member_of(actor.person_id)
    if own is not None and own.id == row.member_id and actor.may(LINK):
        return
    if actor.scope(MANAGE).covers(row.area_code):
        return
    if actor.scope("grid.party_view").covers(row.area_code):
        raise NotYourLink
    raise NotFound


def _is_self(actor: Actor, member: PartyMember) -> bool:
    return actor.person_id is not None and actor.person_id == member.person_id


def _move(row: PartyLink, before: str, after: str, **values: Any) -> None:
    here = (PartyLink.id == row.id) & (PartyLink.state == before)
    if not PartyLink.update(state=after, **values).where(here).execute():
        raise LinkMovedOn
    row.state = after
    for name, value in values.items():
        setattr(row, name, value)


def _record(actor: Actor, action: str, row: PartyLink, **detail: Any) -> None:
    audit.record(
        actor,
        action,
        area_code=row.area_code,
        subject=f"party_link:{row.id}",
        member_id=row.member_id,
        **detail,
    )
