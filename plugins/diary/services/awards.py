"""Lists for awards: reckoned by the rules when somebody asks, decided one by one by a person."""

import json
from collections.abc import Iterable, Sequence

from core import audit
from core.burdens import demand_ground
from core.clock import now, today
from core.county import plugin_settings
from core.db import unit_of_work
from core.errors import Invalid
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from plugins.diary.award_rules import (
    ACCEPTED,
    ACCOUNT,
    CHASE,
    LEAD,
    PROPOSED,
    REFUSED,
    RUN,
    SNAIL,
    Candidate,
    furthest,
    runners_and_snails,
)
from plugins.diary.errors.reports import NominationDecided, OwnNomination, ReportTooEarly
from plugins.diary.models.reports import Nomination
from plugins.diary.queries import awards as queries
from plugins.diary.queries.index import month_days
from plugins.diary.queries.report_period import period_of

AWARDS = "diary.awards"
_ONCE = "nobody stands on a list twice, whoever put them forward"


def nominate(actor: Actor, area_code: str, month: str, *, people: bool = False) -> int:
    """Put villages and lines of work lists of a month forward, and cadres where asked (`people`); how many.

    What nobody has decided yet is reckoned again; what somebody has decided stays. Raises Forbidden, NotFound
    (no month), ReportTooEarly, BurdenOff (people without a legal ground).
    """
    actor.demand(AWARDS, area_code)
    first, _ = month_days(month)
    if first > today():
        raise ReportTooEarly
    if people:
        demand_ground("personal_score")
        demand_ground("ranking")
    lists = _lists(area_code, month, people=people)
    with unit_of_work():
        scope = actor.scope(AWARDS)
        here = scope.where(Nomination.area_code) & (Nomination.month == month)
        again = here & (Nomination.state == PROPOSED) & Nomination.area_code.startswith(area_code)
        if not people:
            again &= ~Nomination.subject.startswith(ACCOUNT + ":")
        Nomination.delete().where(again).execute()
        count = sum(_put(actor, month, award, found) for award, found in lists)
        audit.record(
            actor,
            "diary.nominate",
            area_code=area_code,
            subject=f"diary_awards:{month}",
            people=people,
            count=count,
        )
    return count


def _lists(area_code: str, month: str, *, people: bool) -> list[tuple[str, Sequence[Candidate]]]:
    period, most = period_of(area_code, month), int(plugin_settings("diary")["award_size"])
    found: list[tuple[str, Sequence[Candidate]]] = []
    for candidates in [queries.villages(period), *([queries.cadres(period)] if people else [])]:
        runners, snails = runners_and_snails(candidates, most)
        found += [(RUN, runners), (SNAIL, snails)]
    found.append((LEAD, furthest(queries.items_ahead(period), most)))
    found.append((CHASE, furthest(queries.items_late(period), most)))
    return found


def _put(actor: Actor, month: str, award: str, candidates: Iterable[Candidate]) -> int:
    """Those that do not stand on the list already, decided or put forward for a larger area."""
    there = {
        row.subject
        for row in Nomination.unscoped(_ONCE, Nomination.subject).where(
            (Nomination.month == month) & (Nomination.award == award)
        )
    }
    new = [(rank, each) for rank, each in enumerate(candidates, 1) if each.subject not in there]
    for rank, each in new:
        Nomination.insert(
            area_code=each.area_code,
            month=month,
            award=award,
            subject=each.subject,
            title=each.title,
            rank=rank,
            tenths=each.tenths,
            terms=json.dumps([[term.name, term.part, term.whole, term.weight] for term in each.terms]),
            proposed_by=actor.account_id,
            at=now(),
            state=PROPOSED,
        ).on_conflict_ignore().execute()
    return len(new)


def decide_nomination(actor: Actor, nomination_id: int, *, accepted: bool, why: str) -> None:
    """Say yes or no to what was put forward, once, with a reason; never about oneself.

    Raises Forbidden, NotFound, OwnNomination, NominationDecided, Invalid.
    """
    actor.demand(AWARDS)
    reason = cleaned(why)
    if not 1 <= len(reason) <= 500:
        raise Invalid(fields={"why": [N_("请写明理由，至多 500 个字。")]})
    with unit_of_work():
        row = queries.nomination_row(actor, nomination_id)
        if row.subject == f"{ACCOUNT}:{actor.account_id}":
            raise OwnNomination
        done = (
            Nomination.update(
                state=ACCEPTED if accepted else REFUSED,
                decided_by=actor.account_id,
                decided_at=now(),
                why=reason,
            )
            .where((Nomination.id == row.id) & (Nomination.state == PROPOSED))
            .execute()
        )
        if not done:
            raise NominationDecided
        audit.record(
            actor,
            "diary.decide_nomination",
            area_code=row.area_code,
            subject=f"diary_nomination:{row.id}",
            award=row.award,
            accepted=accepted,
        )
