"""The household's paper: passbooks and what was printed into them; and who may redeem for a household."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DateField,
    IntegerField,
)

from core.db import BaseModel, MomentField

# Why a passbook is closed.
PASSBOOK_LOST, PASSBOOK_FULL = "lost", "full"
# Lines on a page of a passbook (A6).
LINES_A_PAGE = 20


class Passbook(BaseModel):
    """A passbook (存折) of a wallet, the `number`th. It lies where its wallet lies.

    Its first line is `brought_forward`, the balance after the entry `after_entry` (0: none); whatever came
    later is printed into it, each entry once.
    """

    id = AutoField()
    wallet_id = BigIntegerField()
    number = IntegerField()
    brought_forward = BigIntegerField()
    after_entry = BigIntegerField()
    opened_at = MomentField()
    opened_by = BigIntegerField(null=True)
    closed_at = MomentField(null=True)
    closed_by = BigIntegerField(null=True)
    closed_why = CharField(max_length=8, null=True)

    class Meta:
        table_name = "points_store_passbook"
        indexes = ((("wallet_id", "number"), True),)


# Two who open one at once find a wall here.
Passbook.add_index(
    Passbook.index(
        Passbook.wallet_id,
        unique=True,
        where=Passbook.closed_at.is_null(),
        name="points_store_one_passbook",
    )
)


class PassbookPrint(BaseModel):
    """What was printed at once: lines of one page, the entries after `after_entry` up to `last_entry`.

    Never changed (triggers): a page that was spoilt by the printer is printed again from it.
    """

    id = AutoField()
    passbook_id = BigIntegerField()
    page = IntegerField(constraints=[Check("page > 0")])
    first_line = IntegerField(constraints=[Check("first_line > 0")])
    last_line = IntegerField(constraints=[Check("last_line >= first_line")])
    after_entry = BigIntegerField()
    last_entry = BigIntegerField()
    balance_after = BigIntegerField()
    at = MomentField()
    account_id = BigIntegerField(null=True)

    class Meta:
        table_name = "points_store_passbook_print"
        indexes = ((("passbook_id", "page", "first_line"), True),)


class Proxy(BaseModel):
    """A person (代领人) who may redeem out of a wallet for its household, within limits, up to `until`.

    `day_limit`, `month_limit` in points; `by_owner`: named on the household's own page, not by staff.
    """

    id = AutoField()
    wallet_id = BigIntegerField(index=True)
    person_id = BigIntegerField(index=True)
    day_limit = IntegerField(constraints=[Check("day_limit > 0")])
    month_limit = IntegerField(constraints=[Check("month_limit >= day_limit")])
    until = DateField()
    named_at = MomentField()
    named_by = BigIntegerField(null=True)
    by_owner = BooleanField()
    stopped_at = MomentField(null=True)
    stopped_by = BigIntegerField(null=True)

    class Meta:
        table_name = "points_store_proxy"


Proxy.add_index(
    Proxy.index(
        Proxy.wallet_id,
        Proxy.person_id,
        unique=True,
        where=Proxy.stopped_at.is_null(),
        name="points_store_one_proxy",
    )
)
