"""What villages publish of funds, assets and resources (三资公开), and what residents ask about it."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DateField,
    IntegerField,
    TextField,
)

from core.db import AreaModel, MomentField

_KIND = Check("kind IN ('income', 'spending', 'asset', 'resource')")
_EQUATION = Check("opening_fen + income_fen - spending_fen = closing_fen")


class AssetsSheet(AreaModel):
    """A period of a village as published; frozen. A correction is another version that says what changed.

    `period`: 2026-Q1 or 2026-03, from `since` to `until`; amounts in fen; `digest`: SHA-256 of the workbook,
    which is kept with the files.
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    period = CharField(max_length=7)
    since = DateField()
    until = DateField()
    version = IntegerField()
    opening_fen = BigIntegerField()
    income_fen = BigIntegerField(constraints=[Check("income_fen >= 0")])
    spending_fen = BigIntegerField(constraints=[Check("spending_fen >= 0")])
    closing_fen = BigIntegerField(constraints=[_EQUATION])
    note = CharField(max_length=300, default="")
    digest = CharField(max_length=64)
    account_id = BigIntegerField(null=True)
    at = MomentField()

    class Meta:
        table_name = "supervision_assets_sheet"
        indexes = ((("area_code", "period", "version"), True), (("period", "area_code"), False))


class AssetsRow(AreaModel):
    """A line of a publication: income, spending, an asset or a resource. `place`: its row in the workbook."""

    id = AutoField()
    sheet_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    place = IntegerField()
    kind = CharField(max_length=10, constraints=[_KIND])
    category = CharField(max_length=40)
    text = CharField(max_length=120)
    fen = BigIntegerField(constraints=[Check("fen >= 0")])
    day = DateField(null=True)
    note = CharField(max_length=200, default="")

    class Meta:
        table_name = "supervision_assets_row"


class AssetsQuestion(AreaModel):
    """A resident asks about a publication of their village. `due_on`: null where no calendar says it.

    `is_public`: question and answer stand on the public page, without names.
    """

    id = AutoField()
    sheet_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15, index=True)
    text = TextField()
    account_id = BigIntegerField(index=True)
    person_id = BigIntegerField(null=True)
    asked_at = MomentField()
    due_on = DateField(null=True)
    answer = TextField(default="")
    answered_at = MomentField(null=True)
    answered_by = BigIntegerField(null=True)
    is_public = BooleanField(default=False)

    class Meta:
        table_name = "supervision_assets_question"
