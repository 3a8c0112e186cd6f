"""Establishments are registered, corrected and closed; they are visited like households."""

from datetime import timedelta
from typing import Any

from peewee import IntegrityError

from core import audit
from core.areas.api import is_current
from core.clock import now, today
from core.county import county, plugin_settings
from core.db import unit_of_work
from core.errors import Invalid
from core.fields import cleaned
from core.people.api import check_phone
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary.credit_code import normal_code
from plugins.diary.errors.visits import CreditCodeWrong, EstablishmentClosed, EstablishmentThere
from plugins.diary.models.visits import Establishment
from plugins.diary.queries.establishments import PURPOSE, establishment_row
from plugins.diary.words import ESTABLISHMENTS

REGISTER = "diary.register"


@value_class
class EstablishmentDetails:
    """What is known of an establishment. `phone`: empty leaves what is stored."""

    kind: str
    name: str
    credit_code: str = ""
    contact: str = ""
    phone: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None


def register_establishment(actor: Actor, area_code: str, details: EstablishmentDetails) -> int:
    """Put an establishment of a village or grid on the list; its first visit is due at once.

    Returns its id. Raises NotFound, Invalid (fields), CreditCodeWrong, EstablishmentThere.
    """
    actor.demand(REGISTER, area_code)
    values = _checked(details)
    if len(area_code) < 12 or not is_current(area_code):
        raise Invalid(fields={"area_code": [N_("请选择现有的村、社区或网格。")]})
    with unit_of_work():
        try:
            with unit_of_work(housekeeping="the establishment's line follows"):
                row = Establishment.create(area_code=area_code, due_on=today(), opened_at=now(), **values)
        except IntegrityError:
            raise EstablishmentThere(fields={"credit_code": [EstablishmentThere.text]}) from None
        _record(actor, "diary.register_establishment", row)
    return int(row.id)


def update_establishment(actor: Actor, establishment_id: int, details: EstablishmentDetails) -> None:
    """Correct what is known. Raises NotFound, EstablishmentClosed and what registering raises."""
    values = _checked(details)
    with unit_of_work():
        row = _open(actor, establishment_id)
        try:
            with unit_of_work(housekeeping="the establishment's line follows"):
                Establishment.update(**values).where(Establishment.id == row.id).execute()
        except IntegrityError:
            raise EstablishmentThere(fields={"credit_code": [EstablishmentThere.text]}) from None
        _record(actor, "diary.update_establishment", row, fields=sorted(values))


def close_establishment(actor: Actor, establishment_id: int) -> None:
    """It exists no longer; its visits stay. Raises NotFound, EstablishmentClosed."""
    with unit_of_work():
        row = _open(actor, establishment_id)
        Establishment.update(closed_at=now()).where(Establishment.id == row.id).execute()
        _record(actor, "diary.close_establishment", row)


def visited(row: Establishment, *, day: Any, revisit_on: Any) -> None:
    """Reckon the next visit after one, inside the caller's unit of work."""
    last = max(day, row.last_visit or day)
    due_on = last + timedelta(days=int(plugin_settings("diary")["days_establishment"]))
    if revisit_on is not None and revisit_on > last:
        due_on = min(due_on, revisit_on)
    Establishment.update(
        last_visit=last, visits=Establishment.visits + 1, revisit_on=revisit_on, due_on=due_on
    ).where(Establishment.id == row.id).execute()


def _open(actor: Actor, establishment_id: int) -> Establishment:
    row = establishment_row(actor.demand(REGISTER), establishment_id)
    if row.closed_at is not None:
        raise EstablishmentClosed
    return row


def _checked(details: EstablishmentDetails) -> dict[str, Any]:
    name, contact, address = cleaned(details.name), cleaned(details.contact), cleaned(details.address)
    wrong: dict[str, list[str]] = {}
    if details.kind not in ESTABLISHMENTS:
        wrong["kind"] = [N_("请选择类别。")]
    if not 1 <= len(name) <= 100:
        wrong["name"] = [N_("请写名称，至多 100 个字。")]
    if len(contact) > 60:
        wrong["contact"] = [N_("至多 60 个字。")]
    if len(address) > 200:
        wrong["address"] = [N_("至多 200 个字。")]
    if (details.latitude is None) != (details.longitude is None) or not (
        -90 <= (details.latitude or 0) <= 90 and -180 <= (details.longitude or 0) <= 180
    ):
        wrong["latitude"] = [N_("经纬度有误。")]
    if wrong:
        raise Invalid(fields=wrong)
    code = ""
    if details.credit_code.strip():
        found = normal_code(details.credit_code)
        if found is None:
            raise CreditCodeWrong(fields={"credit_code": [CreditCodeWrong.text]})
        code = found
    values: dict[str, Any] = {
        "kind": details.kind,
        "name": name,
        "credit_code": code,
        "contact": contact,
        "address": address,
        "latitude": details.latitude,
        "longitude": details.longitude,
    }
    if details.phone.strip():
        values["phone_sealed"] = county().keys.seal(check_phone(details.phone), PURPOSE)
    return values


def _record(actor: Actor, action: str, row: Establishment, **detail: Any) -> None:
    audit.record(actor, action, area_code=row.area_code, subject=f"diary_establishment:{row.id}", **detail)
