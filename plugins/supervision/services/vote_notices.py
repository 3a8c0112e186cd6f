"""What voters are told: that a vote is open, that it began anew, that somebody entered their ballot, that it
closes soon; and what the level above is told of who leaves the roll.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from core.accounts.api import accounts_of_person, accounts_of_persons
from core.areas.api import path_name
from core.clock import CHINA, now
from core.county import county
from core.db import rows, unit_of_work
from core.hookspecs import NoticeKind
from core.notices.api import Accounts, Holders, notify
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from plugins.supervision.models.decisions import (
    PAPER,
    PUBLISHED,
    Ballot,
    Decision,
    DecisionVersion,
    RollEntry,
)
from plugins.supervision.models.voting import VoteReminder
from plugins.supervision.queries.roll import roll_of

OPEN, AGAIN, OVER = "supervision.vote_open", "supervision.vote_again", "supervision.vote_over"
ENTERED, CLOSING = "supervision.vote_entered", "supervision.vote_closing"
RECUSED, ROLL = "supervision.vote_recused", "supervision.roll_to_check"
KINDS = {
    OPEN: NoticeKind(N_("请您表决"), ("sms",), digest=True),
    AGAIN: NoticeKind(N_("请您重新表决"), ("sms",)),
    OVER: NoticeKind(N_("表决事项已撤回")),
    ENTERED: NoticeKind(N_("有人录入了您的表决票"), ("sms",)),
    CLOSING: NoticeKind(N_("表决快截止了"), ("sms",), digest=True),
    RECUSED: NoticeKind(N_("您已回避一项表决")),
    ROLL: NoticeKind(N_("表决名册请核实")),
}
REMIND_BEFORE = timedelta(days=1)


def tell_voters(row: Decision, version: DecisionVersion, persons: Iterable[int], *, again: bool) -> int:
    """Ask everybody on a fresh roll to vote, once more where a version before was voided."""
    text = (
        N_("“%(title)s”的内容或名册有改动，以前的票不再计算，请看过第 %(version)d 版重新表决，%(at)s 截止。")
        if again
        else N_("请您表决：%(title)s（%(place)s），%(at)s 截止。")
    )
    return _tell(AGAIN if again else OPEN, text, row, persons, at=_moment(version), version=version.number)


def tell_withdrawn(row: Decision, version: DecisionVersion) -> int:
    """Say to everybody on the roll that there is nothing to vote on any more."""
    persons = [entry.person_id for entry in roll_of(version.id)]
    return _tell(OVER, N_("“%(title)s”已撤回，不再表决：%(why)s"), row, persons, why=row.why_withdrawn or "—")


def tell_entered(row: Decision, version: DecisionVersion, entry: RollEntry, ballot: Ballot) -> int:
    """Say to a voter that somebody else has entered a ballot of theirs, and what to do if it is none."""
    text = (
        N_(
            "“%(title)s”录入了一张您的纸质票，另一人核对后计票。不是您填的，"
            "请在 %(at)s 前自己投票，以您自己投的为准，并告诉镇街。"
        )
        if ballot.way == PAPER
        else N_(
            "“%(title)s”有人替您投了票。不是您的意思，请在 %(at)s 前自己投票，以您自己投的为准，并告诉镇街。"
        )
    )
    return _tell(ENTERED, text, row, [entry.person_id], at=_moment(version))


def tell_recused(row: Decision, person_id: int) -> int:
    """Say to somebody that they left roll, base and view."""
    text = N_("您与“%(title)s”有利害关系，经确认已回避，不参加表决。有异议，请向镇街反映。")
    return _tell(RECUSED, text, row, [person_id])


def tell_above(actor: Actor, row: Decision, text: str, **values: int) -> int:
    """Tell the level above whoever acts: the town, or the county where the town acts itself."""
    is_village = all(len(prefix) >= 12 for prefix in actor.scope("supervision.decide").prefixes)
    role, digits = ("town_official", 9) if is_village else ("county_admin", 6)
    to = Holders(role, row.area_code[:digits])
    told: dict[str, str | int] = {"title": row.title, "place": path_name(row.area_code), **values}
    url = f"/supervision/decisions/{row.id}"
    return notify(to, ROLL, text, told, subject=_subject(row), url=url, area_code=row.area_code)


def remind_voters() -> int:
    """A day before a vote closes, whoever has not voted hears of it, once; returns how many votes."""
    due = DecisionVersion.unscoped("the county reminds all voters").join(
        Decision,
        on=(Decision.id == DecisionVersion.decision_id) & (Decision.version == DecisionVersion.number),
    )
    soon = (DecisionVersion.closes_at > now()) & (DecisionVersion.closes_at <= now() + REMIND_BEFORE)
    told = VoteReminder.select(VoteReminder.version_id)
    found: Sequence[DecisionVersion] = list(
        due.where((Decision.state == PUBLISHED) & soon & DecisionVersion.id.not_in(told))
    )
    for version in found:
        with unit_of_work(housekeeping="voters are reminded of a vote that closes"):
            _remind(version)
    return len(found)


def _remind(version: DecisionVersion) -> None:
    row = Decision.unscoped("the county reminds all voters").where(Decision.id == version.decision_id).get()
    cast = Ballot.unscoped("whether somebody has voted on the version", Ballot.roll_entry_id).where(
        Ballot.version_id == version.id
    )
    voted = {entry_id for (entry_id,) in rows(cast.distinct())}
    missing = [entry.person_id for entry in roll_of(version.id) if entry.id not in voted]
    VoteReminder.create(version_id=version.id, at=now())
    text = N_("“%(title)s”的表决 %(at)s 截止，您还没有投票。")
    _tell(CLOSING, text, row, missing, at=_moment(version))


def _tell(kind: str, text: str, row: Decision, persons: Iterable[int], **values: str | int) -> int:
    wanted = sorted(set(persons))
    if len(wanted) == 1:
        accounts = accounts_of_person(wanted[0])
    else:
        everywhere = AreaScope((county().settings.county_code,))
        accounts = sorted(accounts_of_persons(everywhere, wanted).values())
    told: dict[str, str | int] = {"title": row.title, "place": path_name(row.area_code), **values}
    url = "/supervision/votes" if kind == RECUSED else f"/supervision/votes/{row.id}"
    to = Accounts(tuple(accounts))
    return notify(to, kind, text, told, subject=_subject(row), url=url, area_code=row.area_code)


def _moment(version: DecisionVersion) -> str:
    return f"{version.closes_at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _subject(row: Decision) -> str:
    return f"supervision_decision:{row.id}"
