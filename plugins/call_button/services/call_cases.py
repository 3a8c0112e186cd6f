"""A call becomes a case of the county's one loop, at most one a call; both lead to each other.

What the system files by itself (nobody answered, thumb down) goes through the same door as what people file.
"""

import logging
from typing import Final

from core.areas.api import path_name
from core.cases.api import OPEN as OPEN_CASES
from core.cases.api import NewCase, case, create_case, file_case, reopen_case, urge_case
from core.county import county
from core.db import unit_of_work
from core.errors import DomainError
from core.people.api import persons_of
from core.plugin_manager import SYSTEM
from core.security import Actor
from core.text import N_
from plugins.call_button.call_words import CASE_REFUSED, REOPEN, subject_of
from plugins.call_button.errors.calls import CallHasCase
from plugins.call_button.models.calls import Call
from plugins.call_button.services.call_steps import advance

log = logging.getLogger(__name__)

_CHANNEL: Final = "call_button"
_RIGHTS: Final = ("cases.view", "cases.urge", "people.view")
NOT_SATISFIED: Final = N_("呼叫的人对处理结果按了不满意")


def case_of(actor: Actor, row: Call, kind: str, deed: str, text: str, *, urgent: bool = False) -> int:
    """File a case out of a call, within a unit of work; its id. Raises CallHasCase and what filing raises."""
    if row.case_id is not None:
        raise CallHasCase
    # Who may look people up files it for the household's head, who then follows and rates it.
    head = persons_of(row.household_id)[:1] if actor.may("people.view", row.area_code) else []
    new = NewCase(
        kind=kind,
        text=text,
        area_code=row.area_code,
        place=path_name(row.area_code),
        on_behalf_of=head[0].id if head else None,
        household_id=row.household_id,
        channel=_CHANNEL,
        external_id=subject_of(row.id),
        subject=subject_of(row.id),
        urgent=urgent,
    )
    # The system has no account that could be asked whether it may.
    case_id = file_case(actor, new)[0] if actor.is_anonymous else create_case(actor, new)
    advance(actor, row, deed, str(case_id), case_id=case_id)
    return case_id


def file_by_itself(row: Call, kind: str, deed: str, text: str) -> bool:
    """The same by the system, as a step of the caller's unit; False where it was refused (to try again).

    `text` names the call by its moment, `%(at)s`.
    """
    try:
        with unit_of_work():
            case_of(_system(), row, kind, deed, text % {"at": f"{row.rung_at:%m-%d %H:%M}"}, urgent=True)
    except DomainError as error:
        _refused(row, error)
        return False
    return True


def take_up_again(row: Call) -> bool:
    """Reopen the call's case one level up; one that is still open is urged. False where it was refused."""
    actor, case_id = _system(), row.case_id
    assert case_id is not None
    try:
        with unit_of_work():
            if case(actor, case_id).state in OPEN_CASES:
                urge_case(actor, case_id, NOT_SATISFIED)
            else:
                reopen_case(actor, case_id, NOT_SATISFIED)
            advance(SYSTEM, row, REOPEN, str(case_id))
    except DomainError as error:
        _refused(row, error)
        return False
    return True


def _refused(row: Call, error: DomainError) -> None:
    log.warning("the case of call %s was refused: %s", row.id, error.code)
    with unit_of_work():
        advance(SYSTEM, row, CASE_REFUSED, error.code)


def _system() -> Actor:
    """The system, with what it takes to file and reopen cases: the kernel's SYSTEM holds no right."""
    everywhere = (county().settings.county_code,)
    return Actor(account_id=None, name=SYSTEM.name, permissions=dict.fromkeys(_RIGHTS, everywhere))
