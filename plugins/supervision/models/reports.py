"""Reports of one-tap supervision (监督一点通): tables of their own, which nothing else of the county lists.

Nowhere stands an address, a device or a browser. Of an anonymous report nothing is kept of who sent it; of
a named one the name is sealed with the county's keys.
"""

import secrets

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    Check,
    IntegerField,
    TextField,
)

from core.db import AreaModel, BaseModel, MomentField

_STATE = Check("state IN ('received', 'assigned', 'answered', 'ended')")
_PART = Check("part IN ('reported', 'kin', 'deputy')")
_FIRST, _HOW_MANY = 10**14, 9 * 10**14


def random_id() -> int:
    """Fifteen digits that say nothing: between two reports in a row one cannot tell how many are hidden."""
    return _FIRST + secrets.randbelow(_HOW_MANY)


class MisconductReport(AreaModel):
    """What somebody reports. `id`: random; `area_code`: the village; `level_code`: whose office handles it.

    `power_code`: the item of the power list it is about, as text; `who`: whom it is about, in the reporter's
    words; `reporter`: sealed, of a named one; `reporter_mark`: a keyed hash of their account, so that they
    do not handle it themselves; `number_hash`: a keyed hash of the tracking number, which only the reporter
    has; `round`: 1, and one more for each time it was not solved; `due_at`, `yellow_at`: the present clock,
    none when nobody has to do anything; `is_guessed`: it leads into a year whose holidays are not known.
    """

    id = BigIntegerField(primary_key=True, default=random_id)
    area_code = CharField(max_length=15, index=True)
    level_code = CharField(max_length=15)
    kind = CharField(max_length=20)
    power_code = CharField(max_length=20, default="", index=True)
    who = CharField(max_length=200, default="")
    text = TextField(default="")
    is_named = BooleanField(default=False)
    reporter = BlobField(null=True)
    reporter_mark = BlobField(null=True)
    number_hash = BlobField(unique=True)
    state = CharField(max_length=10, constraints=[_STATE])
    round = IntegerField(default=1)
    handler_id = BigIntegerField(null=True, index=True)
    received_at = MomentField()
    due_at = MomentField(null=True)
    yellow_at = MomentField(null=True)
    is_guessed = BooleanField(default=False)
    reminded_at = MomentField(null=True)
    urged_at = MomentField(null=True)
    answered_at = MomentField(null=True)
    outcome = CharField(max_length=20, default="")
    answer = TextField(default="")
    is_solved = BooleanField(null=True)
    thumb = CharField(max_length=4, default="")
    rated_at = MomentField(null=True)
    ended_at = MomentField(null=True)

    class Meta:
        table_name = "supervision_report"
        indexes = (
            (("level_code", "received_at"), False),
            (("state", "due_at"), False),
        )


class ReportSubject(BaseModel):
    """Somebody whom a report is about, or who was kin or deputy to them when it came in: all are kept out."""

    id = AutoField()
    report_id = BigIntegerField(index=True)
    part = CharField(max_length=10, constraints=[_PART])
    person_id = BigIntegerField(null=True, index=True)
    account_id = BigIntegerField(null=True, index=True)

    class Meta:
        table_name = "supervision_report_subject"


class ReportStep(BaseModel):
    """A step of a report; the database refuses to change it.

    `account_id`: who did it, nobody for the reporter and for what happens by itself; `handler_id`: who
    shall handle it from here.
    """

    id = AutoField()
    report_id = BigIntegerField()
    number = IntegerField()
    round = IntegerField()
    at = MomentField()
    deed = CharField(max_length=12)
    level_code = CharField(max_length=15)
    account_id = BigIntegerField(null=True)
    handler_id = BigIntegerField(null=True)
    note = TextField(default="")

    class Meta:
        table_name = "supervision_report_step"
        indexes = ((("report_id", "number"), True),)


class ReportFile(BaseModel):
    """A photo or sound of a report; its bytes lie with the core's files, without what tells of a device."""

    id = AutoField()
    report_id = BigIntegerField(index=True)
    file_id = CharField(max_length=40, unique=True)
    kind = CharField(max_length=10)

    class Meta:
        table_name = "supervision_report_file"
