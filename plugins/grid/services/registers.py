"""The county's own special registers: a filter gets a name; who is in it is looked up, never kept."""

from core import audit
from core.clock import now
from core.county import county
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.security import Actor
from core.text import N_
from plugins.grid.errors.files import RegisterKnown
from plugins.grid.models.files import FileRegister
from plugins.grid.queries.registers import ITEM, registers, title_of

P = "grid.file_items"
LONGEST_TITLE = 20


def name_register(actor: Actor, code: str, raw_title: str) -> int:
    """Give the filter `code` (`item:CODE:PICK[,PICK]`) a name for the whole county; returns its id.

    Raises Forbidden, NotFound (nothing that may be filtered by, as a sensitive item), Invalid (title),
    RegisterKnown.
    """
    actor.demand(P, county().settings.county_code)
    title = raw_title.strip()
    with unit_of_work():
        kind, _, rest = code.partition(":")
        if kind != ITEM or title_of(code) is None:
            raise NotFound
        if not 1 <= len(title) <= LONGEST_TITLE:
            raise Invalid(fields={"title": [N_("名称应为 1 到 20 个字。")]})
        if any(title == each.title or code == each.code for each in registers()):
            raise RegisterKnown
        item, _, picks = rest.partition(":")
        row = FileRegister.create(
            title=title, item=item, picks=picks, made_at=now(), account_id=actor.account_id
        )
        _record(actor, "grid.name_register", row)
    return int(row.id)


def drop_register(actor: Actor, register_id: int) -> None:
    """Offer the county's filter no more. Raises Forbidden, NotFound."""
    actor.demand(P, county().settings.county_code)
    with unit_of_work():
        row: FileRegister | None = FileRegister.get_or_none(
            (FileRegister.id == register_id) & FileRegister.ended_at.is_null()
        )
        if row is None:
            raise NotFound
        FileRegister.update(ended_at=now()).where(FileRegister.id == row.id).execute()
        _record(actor, "grid.drop_register", row)


def _record(actor: Actor, action: str, row: FileRegister) -> None:
    audit.record(
        actor,
        action,
        area_code=county().settings.county_code,
        subject=f"register:{row.id}",
        item=row.item,
        picks=row.picks,
    )
