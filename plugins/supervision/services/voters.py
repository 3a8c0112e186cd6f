"""The village keeps its table of voters: each seat of somebody of the register, from a day to a day."""

from datetime import date, timedelta

from core import audit
from core.areas.api import LEVEL_DIGITS, is_current
from core.clock import today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.people.api import person_brief
from core.security import Actor, current_actor
from core.text import N_
from core.value_classes import value_class
from plugins.supervision.decision_words import SEAT_TITLES
from plugins.supervision.errors.decisions import AlreadyVoter
from plugins.supervision.models.decisions import SEATS, Voter
from plugins.supervision.queries.voters import candidates, held_seats, voter_row
from plugins.supervision.services.voter_notices import tell_ended, tell_town

VOTERS = "supervision.voters"
FIRST_DAY, LAST_DAY = date(1921, 1, 1), date(2200, 1, 1)
_LEFT = "every seat of somebody who has left the register"
FROM_REGISTER = N_("由其他名册带入")


@value_class
class NewVoter:
    """A seat of somebody. `until`: its last day, None while nobody knows."""

    area_code: str
    person_id: int
    seat: str
    since: date
    until: date | None = None
    source: str = ""


def add_voter(actor: Actor, new: NewVoter) -> int:
    """Give somebody a seat; returns the row's id. Raises NotFound, AlreadyVoter, Invalid."""
    scope = actor.demand(VOTERS, new.area_code)
    check_voter(new)
    with unit_of_work():
        if person_brief(scope, new.person_id) is None:
            raise NotFound
        row = give_seat(new)
        _record(actor, "supervision.add_voter", row)
        tell_town(actor, row.area_code, given=1)
    return int(row.id)


def check_voter(new: NewVoter) -> None:
    """Raises Invalid."""
    wrong: dict[str, list[str]] = {}
    if len(new.area_code) != LEVEL_DIGITS["village"] or not is_current(new.area_code):
        wrong["area_code"] = [N_("请选择现有的村社。")]
    if new.seat not in SEATS:
        wrong["seat"] = [N_("请选择党员、村民代表或网格监督员。")]
    if not FIRST_DAY <= new.since <= LAST_DAY or (new.until is not None and new.until < new.since):
        wrong["since"] = [N_("起止日期有误：止期不能早于起期。")]
    if len(cleaned(new.source)) > 100:
        wrong["source"] = [N_("至多 100 个字。")]
    if wrong:
        raise Invalid(fields=wrong)


def give_seat(new: NewVoter, batch_id: int | None = None) -> Voter:
    """Write a checked seat, within the caller's unit of work; `batch_id`: its table. Raises AlreadyVoter."""
    if held_seats(new.area_code, new.person_id, new.seat, new.since, new.until):
        raise AlreadyVoter(seat=SEAT_TITLES[new.seat])
    return Voter.create(
        area_code=new.area_code,
        person_id=new.person_id,
        seat=new.seat,
        since=new.since,
        until=new.until,
        source=cleaned(new.source),
        batch_id=batch_id,
    )


def end_seats_of(person_id: int) -> None:
    """Whoever died or moved away holds no seat from today on; inside the unit of work that says so.

    As with every seat that ends, rolls that are frozen keep it, and ballots that were cast stay: a quorum is
    of those who were entitled when the decision was published. What was not cast is cast for them by nobody.
    """
    over = today() - timedelta(days=1)
    live = (Voter.person_id == person_id) & (Voter.until.is_null() | (Voter.until >= today()))
    for row in list(Voter.unscoped(_LEFT).where(live)):
        # A seat that had not begun never does.
        Voter.update(until=over, since=min(row.since, over)).where(Voter.id == row.id).execute()
        _record(current_actor(), "supervision.end_voter", row, until=over.isoformat())


def end_voter(actor: Actor, voter_id: int, until: date) -> None:
    """Say the last day of a seat; rolls that are frozen keep it. Raises NotFound, Invalid."""
    scope = actor.demand(VOTERS)
    with unit_of_work():
        row = voter_row(scope, voter_id)
        if not row.since <= until <= LAST_DAY:
            raise Invalid(fields={"until": [N_("止期不能早于起期。")]})
        Voter.update(until=until).where(Voter.id == row.id).execute()
        _record(actor, "supervision.end_voter", row, until=until.isoformat())
        row.until = until
        tell_ended(row)
        tell_town(actor, row.area_code, ended=1)


def take_candidates(actor: Actor, area_code: str) -> int:
    """Take over everybody whom the registers of other plugins name; returns how many. Raises NotFound."""
    actor.demand(VOTERS, area_code)
    with unit_of_work():
        found = candidates(area_code)
        for each in found:
            # Whoever held the seat before and holds it again begins today.
            since = each.since or today()
            if held_seats(area_code, each.person_id, each.seat, since, None):
                since = today()
            row = give_seat(NewVoter(area_code, each.person_id, each.seat, since, source=FROM_REGISTER))
            _record(actor, "supervision.add_voter", row)
        if not found:
            audit.record(
                actor, "supervision.add_voter", area_code=area_code, subject="supervision_voter:0", taken=0
            )
        else:
            tell_town(actor, area_code, given=len(found))
    return len(found)


def _record(actor: Actor, action: str, row: Voter, **detail: str) -> None:
    audit.record(
        actor,
        action,
        area_code=row.area_code,
        subject=f"supervision_voter:{row.id}",
        person=row.person_id,
        seat=row.seat,
        **detail,
    )
