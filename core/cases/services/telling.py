"""The single place where people are told of cases. Inboxes say more; outside stands a tracking number."""

from core.accounts.api import accounts_of_person
from core.cases.desks import Desk, desk_above
from core.cases.models import Case
from core.cases.queries.units import members_of
from core.cases.words import ACCEPT, REMIND, RESOLVE, URGE
from core.hookspecs import NoticeKind
from core.notices.api import Accounts, Holders, notify
from core.text import N_

OUTSIDE = ("sms", "dingtalk", "wecom")
KINDS = {
    "cases.case_waiting": NoticeKind(N_("有事项等待签收"), OUTSIDE, digest=True),
    "cases.case_due": NoticeKind(N_("有事项即将到期"), OUTSIDE, digest=True),
    "cases.case_urged": NoticeKind(N_("有事项被督办"), OUTSIDE),
    "cases.case_late": NoticeKind(N_("下级有事项超期未办"), OUTSIDE, digest=True),
    "cases.case_accepted": NoticeKind(N_("您反馈的事项已有人办理")),
    "cases.case_answered": NoticeKind(N_("您反馈的事项有了答复，请评价"), ("sms",)),
}
# Who minds the desk of a level.
MINDING = {
    "grid": ("grid_member", "grid_leader"),
    "village": ("secretary",),
    "town": ("town_official",),
    "county": ("county_admin",),
}
_EXCERPT = 40


def tell_desk(row: Case, deed: str) -> None:
    """Whoever has the case on their desk learns that something waits or went wrong."""
    kind = {REMIND: "cases.case_due", URGE: "cases.case_urged"}.get(deed, "cases.case_waiting")
    if row.worker_id is not None:
        _tell(Accounts((row.worker_id,)), kind, row)
    elif row.unit_id is not None:
        _tell(Accounts(tuple(members_of(row.unit_id))), kind, row)
    else:
        for role in MINDING[row.level]:
            _tell(Holders(role, row.desk_area), kind, row)


def tell_reporter(row: Case, deed: str) -> None:
    """Whoever reported learns what became of it: the person, and who filed it for them."""
    kind = {ACCEPT: "cases.case_accepted", RESOLVE: "cases.case_answered"}[deed]
    told = set(accounts_of_person(row.person_id)) if row.person_id is not None else set()
    if row.filed_by is not None:
        told.add(row.filed_by)
    # Nobody needs a message of what they have just done themselves.
    told.discard(row.worker_id or 0)
    _tell(Accounts(tuple(sorted(told))), kind, row)


def tell_above(row: Case) -> None:
    """One level above the desk learns that it is late; above the county those who supervise."""
    above = desk_above(Desk(row.level, row.desk_area))
    if above is None:
        _tell(Holders("supervisor", row.desk_area), "cases.case_late", row)
    else:
        _tell(Holders(MINDING[above.level][0], above.area_code), "cases.case_late", row)


def _tell(to: Accounts | Holders, kind: str, row: Case) -> None:
    values = {"number": row.number, "text": row.text[:_EXCERPT]}
    notify(
        to,
        kind,
        N_("%(text)s（%(number)s）"),
        values,
        subject=f"case:{row.id}",
        url=f"/cases/{row.id}",
        urgent=row.urgent,
        area_code=row.area_code,
    )
