"""Filing on the phone: by a resident with or without an account, photos along with it."""

from collections.abc import Sequence
from dataclasses import replace

from core.cases.kinds import demand_kind_at
from core.cases.queries.reach import REPORT
from core.cases.rows import OPEN_CHANNEL, NewCase
from core.cases.services.calm import demand_calm
from core.cases.services.filing import file_case
from core.cases.words import SEE_PHOTO
from core.db import unit_of_work
from core.errors import Invalid
from core.files.api import Prepared, keep_prepared
from core.security import Actor
from core.text import N_

PAGE_CHANNEL = "page"


def demand_report(actor: Actor, area_code: str, address: str) -> None:
    """Whether this report is taken at all, asked before its photos are looked into.

    Whoever has no account may report as well, but not in bulk. Raises Forbidden, TooManyReports.
    """
    if actor.is_anonymous:
        demand_calm(address, area_code)
    else:
        actor.demand(REPORT)


def report_case(actor: Actor, new: NewCase, photos: Sequence[Prepared], request_number: str) -> int:
    """File what `demand_report` let in; returns the id of the case.

    The same request number is the same case, however often a bad line sends it. A photo alone says enough.
    Raises KindUnknown, CaseAreaUnknown, Invalid, FileRefused's kind.
    """
    if not (8 <= len(request_number) <= 100 and request_number.isprintable()):
        raise Invalid(fields={"form_key": [N_("请求编号应为 1 到 255 个可见字符。")]})
    if not new.text.strip() and photos:
        new = replace(new, text=SEE_PHOTO)
    channel = OPEN_CHANNEL if actor.is_anonymous else PAGE_CHANNEL
    number = f"{actor.account_id or 0}:{request_number}"
    return _file(actor, replace(new, channel=channel, external_id=number), photos)


def post_case(actor: Actor, new: NewCase, photos: Sequence[Prepared]) -> int:
    """File what another system posts, with its photos; returns the id of the case.

    Raises Forbidden, KindUnknown, CaseAreaUnknown, Invalid, FileRefused's kind.
    """
    actor.demand(REPORT)
    return _file(actor, new, photos)


def _file(actor: Actor, new: NewCase, photos: Sequence[Prepared]) -> int:
    demand_kind_at(new.kind, new.area_code)
    with unit_of_work():
        case_id, is_new = file_case(actor, new)
        for photo in photos if is_new else ():
            keep_prepared(actor, photo, subject=f"case:{case_id}", area_code=new.area_code)
    return case_id
