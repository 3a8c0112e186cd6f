"""A decision is published: its text is hashed, its day reckoned, its roll frozen; each edit does it anew."""

from datetime import date, datetime, time, timedelta

from core.clock import CHINA, now
from core.county import county, plugin_settings
from core.db import unit_of_work
from core.events import announce
from core.files.api import files_of
from core.people.api import person_names
from core.security import Actor
from core.text import N_
from plugins.supervision.decision_form import canonical, digest_of
from plugins.supervision.decision_words import RESOLUTION_PUBLIC, SEAT_TITLES, STEP_TITLES
from plugins.supervision.errors.decisions import RecusalUndecided, RollEmpty, RollShrunk, StepSkipped
from plugins.supervision.models.decisions import (
    DRAFT,
    EXECUTING,
    PUBLISHED,
    Decision,
    DecisionVersion,
    RollEntry,
    Voter,
)
from plugins.supervision.queries.decisions import current_version
from plugins.supervision.queries.gate import demand_open
from plugins.supervision.queries.recusals import recused_persons, undecided
from plugins.supervision.queries.roll import roll_mark
from plugins.supervision.queries.steps import missing_step
from plugins.supervision.queries.voters import voters_on
from plugins.supervision.services.decisions import (
    CHANGEABLE,
    Draft,
    change_draft,
    decision_in,
    files_subject,
    put,
    record,
)
from plugins.supervision.services.steps import note_step
from plugins.supervision.services.vote_notices import tell_above, tell_voters


def publish_decision(actor: Actor, decision_id: int) -> int:
    """Publish a draft; returns the version's number.

    Raises NotFound, DecisionMovedOn, Recused, StepSkipped (四议两公开), RecusalUndecided, RollEmpty,
    RollShrunk, CalendarMissing (the notice runs into a year without calendar).
    """
    with unit_of_work():
        row = decision_in(actor, decision_id, DRAFT)
        _demand_decided(row)
        return publish_again(actor, row)


def update_decision(actor: Actor, decision_id: int, draft: Draft) -> int:
    """Change the text; returns the number of the version that counts (0 while it is a draft).

    After the publication this is another version at once, never a silent change: clock, roll and ballots
    begin anew, and leave to carry it out is void. Raises as `publish_decision`, Invalid.
    """
    with unit_of_work():
        row = decision_in(actor, decision_id, *CHANGEABLE)
        change_draft(actor, row, draft)
        if row.version:
            _demand_decided(row)
            return publish_again(actor, row)
        return 0


def _demand_decided(row: Decision) -> None:
    if waiting := undecided(row.id):
        raise RecusalUndecided(count=waiting)


def earliest_day(published_on: date) -> date:
    """The first day of execution: the day after the last working day of the notice.

    The day of publication does not count (Civil Code article 201), make-up days do. Raises CalendarMissing.
    """
    days = int(plugin_settings("supervision")["notice_days"])
    return county().calendar.add_working_days(published_on, days) + timedelta(days=1)


def publish_again(actor: Actor, row: Decision, *, is_roll_alone: bool = False) -> int:
    """Publish what the draft says, within the caller's unit of work; returns the version's number.

    `is_roll_alone`: somebody left, the text and whose it is stay.
    """
    if row.six_steps and (step := missing_step(row.id)):
        raise StepSkipped(step=step, title=STEP_TITLES[step])
    at, settings = now(), plugin_settings("supervision")
    entries, left = _roll(row, at.date())
    if not entries:
        raise RollEmpty
    _demand_roll(actor, row, len(entries), left)
    before = current_version(row)
    body = _body(row)
    version = DecisionVersion.create(
        decision_id=row.id,
        area_code=row.area_code,
        number=row.version + 1,
        body=body,
        digest=digest_of(body),
        published_at=at,
        published_by=before.published_by if before and is_roll_alone else actor.account_id,
        earliest_day=earliest_day(at.date()),
        closes_at=_midnight(at.date() + timedelta(days=settings["ballot_days"] + 1)),
        approval_percent=settings["approval_percent"],
        pooled=settings["pooled"],
        secret=settings["secret"],
        roll_size=len(entries),
    )
    for entry in entries:
        RollEntry.create(version_id=version.id, decision_id=row.id, area_code=row.area_code, **entry)
    put(row, state=PUBLISHED, version=version.number, started_at=None)
    if row.six_steps:
        note_step(actor, row, RESOLUTION_PUBLIC)
    record(
        actor,
        "publish_decision",
        row,
        version=version.number,
        sha256=version.digest,
        earliest_day=version.earliest_day.isoformat(),
        roll=version.roll_size,
        voids=before.number if before else None,
        roll_sha256=roll_mark(version.id),
    )
    tell_voters(row, version, [int(entry["person_id"]) for entry in entries], again=before is not None)
    announce(
        actor,
        "supervision.DecisionPublished",
        area_code=row.area_code,
        subject=f"supervision_decision:{row.id}",
        version=version.number,
        earliest_day=version.earliest_day.isoformat(),
    )
    return int(version.number)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def _body(row: Decision) -> str:
    """All of a decision that its digest vouches for."""
    return canonical(
        {
            "code": row.code,
            "area_code": row.area_code,
            "power_code": row.power_code,
            "title": row.title,
            "text": row.text,
            "budget_fen": row.budget_fen,
            "attachments": [
                {"id": file.id, "name": file.name, "size": file.size, "sha256": file.sha256}
                for file in files_of(files_subject(row.id))
            ],
        }
    )


def _demand_roll(actor: Actor, row: Decision, size: int, left: int) -> None:
    """A roll that recusal makes small is looked at by the level above. Raises RollShrunk."""
    eligible = size + left
    if 2 * left > eligible and all(len(code) >= 12 for code in actor.scope("supervision.decide").prefixes):
        raise RollShrunk(eligible=eligible, left=left)
    if 3 * left >= eligible:
        tell_above(
            actor,
            row,
            N_("%(place)s“%(title)s”：有表决权 %(eligible)d 人，回避 %(left)d 人，请核实表决名册。"),
            eligible=eligible,
            left=left,
        )


def _roll(row: Decision, day: date) -> tuple[list[dict[str, str | int]], int]:
    """Everybody who holds a seat on that day and did not leave by recusal, with why; how many left."""
    left = recused_persons(row.id)
    eligible = voters_on(row.area_code, day)
    seats = {key: held for key, held in eligible.items() if key not in left}
    names = person_names(seats)
    entries: list[dict[str, str | int]] = [
        {
            "person_id": person_id,
            "name": names[person_id],
            "seats": ",".join(voter.seat for voter in held),
            "reasons": "；".join(_why(voter) for voter in held)[:200],
        }
        for person_id, held in seats.items()
        if person_id in names
    ]
    return entries, len(eligible) - len(seats)


def _why(voter: Voter) -> str:
    source = f"，{voter.source}" if voter.source else ""
    return f"{SEAT_TITLES[voter.seat]}（{voter.since.isoformat()} 起{source}）"


def start_execution(actor: Actor, decision_id: int) -> None:
    """Begin to carry a decision out; refused before notice and share are met, for everybody.

    Raises NotFound, DecisionMovedOn (not published, begun already, withdrawn), Recused, and what
    `queries.gate.demand_open` raises.
    """
    with unit_of_work():
        row = decision_in(actor, decision_id, PUBLISHED)
        at = now()
        found = demand_open(row, at)
        put(row, state=EXECUTING, started_at=at)
        record(
            actor,
            "start_execution",
            row,
            version=row.version,
            agree=found.tally.agree,
            base=found.tally.base,
        )
        announce(
            actor,
            "supervision.ExecutionStarted",
            area_code=row.area_code,
            subject=f"supervision_decision:{row.id}",
            version=row.version,
        )
