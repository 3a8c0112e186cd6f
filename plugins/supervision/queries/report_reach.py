"""Who may see a report: its office, and nobody whom it concerns. Every read of a report begins here.

Kept out are the reported, their kin, whoever stands in for them and the named reporter: as of now, from the
register and today's posts, and also as of the day on which the report came in. An office in or under which
a reported person holds a post today sees it no longer either.
"""

from collections.abc import Iterable
from functools import reduce
from typing import Any

from core.accounts.api import Holding, account_persons, accounts_behind, holdings
from core.areas.api import codes_above
from core.county import county
from core.errors import NotFound
from core.people.api import kin_of
from core.scope import AreaScope
from core.security import Actor
from plugins.supervision.models.reports import MisconductReport, ReportSubject
from plugins.supervision.report_words import LEVEL_DIGITS, REPORTED, TOWN

HANDLE, FIGURES, REVEAL = "supervision.handle", "supervision.report_figures", "supervision.reveal_reporter"
OFFICER, ADMIN = "discipline_officer", "county_admin"
_REPORTER = "supervision_report.reporter"


def visible(actor: Actor, *columns: Any, permission: str = HANDLE) -> Any:
    """The reports that the actor may see with a permission, as a query. Raises Forbidden."""
    scope = actor.demand(permission)
    query = MisconductReport.within(scope, *columns).where(scope.where(MisconductReport.level_code))
    query = query.where(MisconductReport.id.not_in(_concerning(actor)))
    if actor.account_id is not None:
        mark = reporter_mark(actor.account_id)
        named = MisconductReport.reporter_mark
        query = query.where(named.is_null() | (named != mark))
    return reduce(lambda found, outgrown: found.where(~outgrown), _outgrown(scope), query)


def row_for(actor: Actor, report_id: int, permission: str = HANDLE) -> MisconductReport:
    """The row of a report that the actor may see. Raises Forbidden, NotFound."""
    row: MisconductReport | None = (
        visible(actor, permission=permission).where(MisconductReport.id == report_id).get_or_none()
    )
    if row is None:
        raise NotFound
    return row


def sees(actor: Actor, report_id: int) -> bool:
    """Whether the actor may see a report."""
    if not actor.may(HANDLE):
        return False
    return bool(visible(actor).where(MisconductReport.id == report_id).exists())


def sees_files(actor: Actor, subject: str) -> bool:
    """Whether the actor may see the photos and sounds of `supervision_report:12`."""
    number = subject.partition(":")[2]
    return number.isascii() and number.isdigit() and len(number) <= 15 and sees(actor, int(number))


def officers(row: MisconductReport) -> list[Holding]:
    """The discipline officers of the office that handles a report who may see it, each once.

    The same rule as `visible`, reckoned from the report instead of from somebody: a test holds both together.
    """
    return _unconcerned(row, OFFICER, row.level_code)


def appointers(row: MisconductReport) -> list[int]:
    """The county's administrators whom a report does not concern: they can appoint an officer."""
    return [each.account_id for each in _unconcerned(row, ADMIN, county().settings.county_code)]


def _unconcerned(row: MisconductReport, role: str, area_code: str) -> list[Holding]:
    found = {each.account_id: each for each in holdings(at=[area_code]) if each.role == role}
    subjects = list(ReportSubject.select().where(ReportSubject.report_id == row.id))
    reported = [each for each in subjects if each.part == REPORTED]
    accounts = _known(each.account_id for each in reported)
    persons = _known(each.person_id for each in reported) | set(account_persons(accounts).values())
    accounts |= set(accounts_behind(persons))
    posts = holdings(of=accounts)
    at_town = len(area_code) >= LEVEL_DIGITS[TOWN]
    if at_town and any(area_code.startswith(each.area_code) for each in posts):
        return []
    stand_ins = holdings(at={each.area_code for each in posts})
    kin = {relative for each in persons for relative in kin_of(each)}
    persons |= kin | _known(each.person_id for each in subjects)
    accounts |= _known(each.account_id for each in subjects)
    accounts |= {each.account_id for each in stand_ins if any(stands_in(each, post) for post in posts)}
    mark = bytes(row.reporter_mark) if row.reporter_mark is not None else None
    return [
        each
        for each in found.values()
        if each.account_id not in accounts
        and each.person_id not in persons
        and (mark is None or reporter_mark(each.account_id) != mark)
    ]


def _known(ids: Iterable[int | None]) -> set[int]:
    return {each for each in ids if each is not None}


def stands_in(one: Holding, other: Holding) -> bool:
    """Whether two holders of one post stand in for each other.

    In a village or grid an office is one person's, so its other holder acts for them; above, whoever has the
    post for a time only (acting cover), and whom they act for.
    """
    if (one.role, one.area_code) != (other.role, other.area_code) or one.account_id == other.account_id:
        return False
    return len(one.area_code) > LEVEL_DIGITS[TOWN] or one.until is not None or other.until is not None


def reporter_mark(account_id: int) -> bytes:
    """A keyed hash of an account, by which a named reporter is kept from handling their own report."""
    return county().keys.blind_index(str(account_id), _REPORTER)


def _concerning(actor: Actor) -> Any:
    """The ids of the reports that concern the actor."""
    persons: set[int] = set()
    if actor.person_id is not None:
        persons = {actor.person_id} | kin_of(actor.person_id)
    covered = _covered(actor)
    accounts = {*accounts_behind(persons), *covered, actor.account_id}
    persons |= set(account_persons(covered).values())
    reported = (ReportSubject.part == REPORTED) & _is_of(persons, accounts)
    oneself = ReportSubject.account_id == actor.account_id
    if actor.person_id is not None:
        oneself |= ReportSubject.person_id == actor.person_id
    return ReportSubject.select(ReportSubject.report_id).where(reported | oneself)


def _covered(actor: Actor) -> set[int]:
    """The accounts that the actor stands in for, or that stand in for the actor."""
    held = holdings(at={post.area_code for post in actor.posts})
    own = [each for each in held if each.account_id == actor.account_id]
    return {each.account_id for each in held if any(stands_in(each, mine) for mine in own)}


def _outgrown(scope: AreaScope) -> list[Any]:
    """For each town in `scope`: the reports at its office about somebody with a post there or above today."""
    found = []
    for town in (code for code in scope.prefixes if len(code) >= LEVEL_DIGITS[TOWN]):
        held = holdings(at=codes_above(town[: LEVEL_DIGITS[TOWN]]))
        persons = {each.person_id for each in held if each.person_id is not None}
        of_them = _is_of(persons, {each.account_id for each in held})
        about = ReportSubject.select(ReportSubject.report_id).where(
            (ReportSubject.part == REPORTED) & of_them
        )
        found.append((MisconductReport.level_code == town) & MisconductReport.id.in_(about))
    return found


def _is_of(persons: Iterable[int], accounts: Iterable[int | None]) -> Any:
    known = sorted(each for each in accounts if each is not None)
    return ReportSubject.person_id.in_(sorted(persons)) | ReportSubject.account_id.in_(known)
