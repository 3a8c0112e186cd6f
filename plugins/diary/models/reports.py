"""Analysis reports (民情分析报告), their Word templates, and what is put forward for awards."""

from peewee import AutoField, BigIntegerField, BlobField, CharField, IntegerField, TextField

from core.db import AreaModel, BaseModel, MomentField


class Report(AreaModel):
    """A report of an area and month. Once it is `done` nothing of it changes any more.

    `figures` is canonical JSON, `sha256` its hash; a report that is written again is the next `version`.
    `step` of `steps`: how far the writing is; `failed_in`, `failed_why`: the title of the chapter that could
    not be written, and a sentence (both texts of the catalogue).
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    month = CharField(max_length=7)
    version = IntegerField()
    state = CharField(max_length=8, index=True)
    step = IntegerField(default=0)
    steps = IntegerField(default=0)
    asked_by = BigIntegerField(null=True)
    asked_at = MomentField()
    started_at = MomentField(null=True)
    finished_at = MomentField(null=True)
    figures = TextField(default="")
    sha256 = CharField(max_length=64, default="")
    failed_in = CharField(max_length=40, default="")
    failed_why = CharField(max_length=200, default="")

    class Meta:
        table_name = "diary_report"
        indexes = ((("area_code", "month", "version"), True),)


class ReportTemplate(BaseModel):
    """A county's own Word template; the newest that was not taken back counts."""

    id = AutoField()
    name = CharField(max_length=100)
    data = BlobField()
    sha256 = CharField(max_length=64)
    account_id = BigIntegerField(null=True)
    at = MomentField()
    ended_at = MomentField(null=True)

    class Meta:
        table_name = "diary_report_template"


class Nomination(AreaModel):
    """Somebody or something put forward for an award, by the rules; a person decides.

    `subject`: `account:12`, `area:341504001001` or `item:7` (a line of a work list); `title` its name then,
    empty for people. `terms` is JSON, so that the place can be reckoned again by hand.
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    month = CharField(max_length=7)
    award = CharField(max_length=6)
    subject = CharField(max_length=24)
    title = CharField(max_length=200, default="")
    rank = IntegerField()
    tenths = IntegerField()
    terms = TextField()
    proposed_by = BigIntegerField(null=True)
    at = MomentField()
    state = CharField(max_length=8)
    decided_by = BigIntegerField(null=True)
    decided_at = MomentField(null=True)
    why = CharField(max_length=500, default="")

    class Meta:
        table_name = "diary_nomination"
        indexes = ((("month", "award", "subject"), True), (("area_code", "month"), False))
