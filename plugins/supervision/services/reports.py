"""Somebody reports: it is kept, put at the office above whom it is about, and a tracking number is given."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import datetime
from pathlib import PurePath

from core.accounts.api import Holding, account_persons, accounts_of_person
from core.clock import now
from core.county import county, plugin_settings
from core.db import unit_of_work
from core.errors import Invalid
from core.fields import cleaned
from core.files.api import Prepared, keep_prepared
from core.people.api import kin_of
from core.plugin_manager import SYSTEM
from core.qr import ALPHABET
from core.security import ANONYMOUS, Actor
from core.text import N_
from core.value_classes import value_class
from plugins.supervision.models.reports import MisconductReport, ReportFile, ReportSubject
from plugins.supervision.queries.report_choices import chosen, office_holders, village_of
from plugins.supervision.queries.report_desk import subject_of
from plugins.supervision.queries.report_reach import officers, reporter_mark, stands_in
from plugins.supervision.queries.report_tracking import SIGNS, number_hash
from plugins.supervision.report_words import (
    DEPUTY,
    KIN,
    KINDS,
    LEVEL_DIGITS,
    LEVELS,
    OFFICER_TITLE,
    RECEIVE,
    RECEIVED,
    REPORTED,
    TOWN,
    TRANSFER,
    VILLAGE,
)
from plugins.supervision.services.report_steps import (
    CAME,
    SEALED_AREA,
    clock,
    is_at_county,
    move_up,
    record,
    setting,
    tell_office,
    write_step,
)

LONGEST_TEXT, LONGEST_WHO, LONGEST_NAME = 5_000, 200, 60
MOST_SUBJECTS, SHORTEST_NAME = 10, 2
SEALED = "supervision_report.reporter"


@value_class
class NewReport:
    """What is reported. `level`: whom it is about, as far as the reporter knows (village, town, county).

    `is_named`: the reporter gives their name (`name`, `phone`; of somebody with an account the account's).
    """

    area_code: str
    kind: str
    text: str = ""
    who: str = ""
    power_code: str = ""
    level: str = VILLAGE
    account_ids: Sequence[int] = ()
    person_ids: Sequence[int] = ()
    is_named: bool = False
    name: str = ""
    phone: str = ""


@value_class
class Receipt:
    """What the reporter takes away: the number, which nobody can find again for them.

    `is_attended`: false while it concerns everybody in the county who could handle it; they are told so.
    """

    id: str
    number: str
    received_at: datetime
    due_at: datetime
    is_attended: bool


def report_misconduct(
    actor: Actor, new: NewReport, files: Sequence[Prepared] = (), *, key: str = ""
) -> Receipt:
    """Take a report; the answer holds its tracking number, of which only a keyed hash is kept.

    The same content with the same `key` is the same report, and gets the same number: so a phone without
    signal may send it again. On record stands that one came, and nobody as who sent it, named or not. Raises
    ReportAreaUnknown, SubjectUnknown, Invalid, Unauthenticated (the county takes none without an account).
    """
    if not plugin_settings("supervision")["open_reports"]:
        actor.demand_signed_in()
    new = _checked(actor, new, files)
    number = _number(new, files, key)
    with unit_of_work(housekeeping="a report that is sent again is there already"):
        before = MisconductReport.unscoped("a report that is sent again is there already").where(
            MisconductReport.number_hash == number_hash(number)
        )
        row = before.get_or_none() or _keep(actor, new, files, number)
        is_attended = bool(officers(row))
    return Receipt(number, number, row.received_at, row.due_at or row.received_at, is_attended)


def _checked(actor: Actor, new: NewReport, files: Sequence[Prepared]) -> NewReport:
    village = village_of(new.area_code)
    text, who, power_code = cleaned(new.text), cleaned(new.who), cleaned(new.power_code)
    name, phone = cleaned(new.name), cleaned(new.phone)
    wrong: dict[str, list[str]] = {}
    if len(text) > LONGEST_TEXT or not (text or files):
        wrong["text"] = [N_("请写几句，或拍一张照片；最多 5000 个字。")]
    if len(who) > LONGEST_WHO:
        wrong["who"] = [N_("最多 200 个字。")]
    if len(power_code) > 20:
        wrong["power_code"] = [N_("权力事项编号太长。")]
    if new.kind not in KINDS:
        wrong["kind"] = [N_("请先点一下，是哪一类问题。")]
    if new.level not in LEVELS:
        wrong["level"] = [N_("请选择是哪一级的人或事。")]
    if len(new.account_ids) + len(new.person_ids) > MOST_SUBJECTS:
        wrong["account_ids"] = [N_("一次最多选 10 个人。")]
    if new.is_named and actor.is_anonymous and not (name and phone):
        wrong["name"] = [N_("实名反映请写姓名和电话；不想写，请选匿名。")]
    if len(name) > LONGEST_NAME or len(phone) > LONGEST_NAME:
        wrong["name"] = [N_("姓名和电话各最多 60 个字。")]
    if wrong:
        raise Invalid(fields=wrong)
    return replace(
        new,
        area_code=village,
        text=text,
        who=who,
        power_code=power_code,
        account_ids=tuple(sorted(set(new.account_ids))),
        person_ids=tuple(sorted(set(new.person_ids))),
        name=name if new.is_named else "",
        phone=phone if new.is_named else "",
    )


def _number(new: NewReport, files: Sequence[Prepared], key: str) -> str:
    """The tracking number: from the county's keys, the request's number and all that was sent."""
    content = json.dumps([key or secrets.token_hex(16), *astuple(new), *(file.sha256 for file in files)])
    digest = county().keys.sign(f"supervision.report:{hashlib.sha256(content.encode()).hexdigest()}")
    value, signs = int.from_bytes(digest, "big"), ""
    for _ in range(SIGNS):
        value, place = divmod(value, len(ALPHABET))
        signs += ALPHABET[place]
    return signs


def _keep(actor: Actor, new: NewReport, files: Sequence[Prepared], number: str) -> MisconductReport:
    held = office_holders(new.area_code)
    town = new.area_code[: LEVEL_DIGITS[TOWN]]
    chosen(held, new.account_ids, new.person_ids, town)
    reported = _reported(new, held)
    row = MisconductReport.create(
        area_code=new.area_code,
        level_code=_level(new, [each for each in held if each.account_id in reported]),
        kind=new.kind,
        power_code=new.power_code,
        who=new.who,
        text=new.text,
        is_named=new.is_named,
        reporter=_sealed(actor, new) if new.is_named else None,
        reporter_mark=reporter_mark(actor.account_id) if new.is_named and actor.account_id else None,
        number_hash=number_hash(number),
        state=RECEIVED,
        received_at=now(),
        **clock(setting("report_assign_days")),
    )
    _keep_out(row, held, reported, new.person_ids)
    for place, prepared in enumerate(files, 1):
        # A phone names files after itself and the moment.
        plain = replace(prepared, name=f"{prepared.kind}-{place}{PurePath(prepared.name).suffix}")
        kept = keep_prepared(ANONYMOUS, plain, subject=subject_of(row.id), area_code=SEALED_AREA)
        ReportFile.create(report_id=row.id, file_id=kept.id, kind=kept.kind)
    write_step(ANONYMOUS, row, RECEIVE)
    record(ANONYMOUS, "supervision.report_misconduct", row)
    if not is_at_county(row) and not officers(row):
        move_up(SYSTEM, row, TRANSFER)  # the town has nobody who may see it
    else:
        tell_office(row, CAME)
    return row


def _reported(new: NewReport, held: Sequence[Holding]) -> set[int]:
    """The accounts that are chosen, belong to chosen persons, or whose holder's name was written down.

    An officer's account may be called like the post: who writes that down means no person, and least of all
    everybody who could handle the report.
    """
    names = {each.name for each in held if len(each.name) >= SHORTEST_NAME} - {OFFICER_TITLE}
    written = {each.account_id for each in held if each.name in names and each.name in new.who}
    behind = {account for person in new.person_ids for account in accounts_of_person(person)}
    return {*new.account_ids, *written, *behind}


def _level(new: NewReport, posts: Sequence[Holding]) -> str:
    """The area of the office above whom it is about: the town's for a village, else the county's."""
    digits = min([LEVEL_DIGITS[new.level], *(len(each.area_code) for each in posts)])
    office = TOWN if digits > LEVEL_DIGITS[TOWN] else "county"
    return new.area_code[: LEVEL_DIGITS[office]]


def _keep_out(
    row: MisconductReport, held: Sequence[Holding], reported: set[int], person_ids: Sequence[int]
) -> None:
    """Who is kept out as of this day; whoever comes to be concerned later is found when it is read."""
    behind = account_persons(reported)
    persons = {*person_ids, *behind.values()}
    for account_id in sorted(reported):
        _subject(row, REPORTED, behind.get(account_id), account_id)
    for person_id in sorted(set(person_ids) - set(behind.values())):
        _subject(row, REPORTED, person_id, None)
    for person_id in sorted({kin for each in persons for kin in kin_of(each)} - persons):
        _subject(row, KIN, person_id, None)
    own = [each for each in held if each.account_id in reported]
    for each in held:
        if each.account_id not in reported and any(stands_in(each, mine) for mine in own):
            _subject(row, DEPUTY, each.person_id, each.account_id)


def _subject(row: MisconductReport, part: str, person_id: int | None, account_id: int | None) -> None:
    ReportSubject.create(report_id=row.id, part=part, person_id=person_id, account_id=account_id)


def _sealed(actor: Actor, new: NewReport) -> bytes:
    who = {"account_id": actor.account_id, "name": new.name or actor.name, "phone": new.phone}
    return county().keys.seal(json.dumps(who, ensure_ascii=False), SEALED)
