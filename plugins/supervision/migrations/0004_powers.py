"""The power list with its versions and villages; publications of funds, assets, resources; questions."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DateField,
    IntegerField,
    Model,
    TextField,
)

from core.migrations import accept_changes, refuse_changes

CLASS = Check("power_class IN ('party', 'assets', 'works', 'subsidies', 'deliberation', 'others')")
KIND = Check("kind IN ('income', 'spending', 'asset', 'resource')")
EQUATION = Check("opening_fen + income_fen - spending_fen = closing_fen")
UNCHANGEABLE = {
    "supervision_power_version": "an item gets another version, none is changed",
    "supervision_assets_sheet": "a published period is corrected by another version",
    "supervision_assets_row": "a published period is corrected by another version",
}


def tables(db):
    class PowerItem(Model):
        id = AutoField()
        code = CharField(max_length=20, unique=True)
        power_class = CharField(max_length=12, constraints=[CLASS])
        until = DateField(null=True)
        why_ended = CharField(max_length=200, default="")

        class Meta:
            database = db
            table_name = "supervision_power"

    class PowerVersion(Model):
        id = AutoField()
        power_id = BigIntegerField()
        number = IntegerField()
        valid_from = DateField()
        title = CharField(max_length=80)
        post = CharField(max_length=60)
        ground = CharField(max_length=300, default="")
        steps = TextField()
        note = CharField(max_length=200, default="")
        account_id = BigIntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "supervision_power_version"
            indexes = ((("power_id", "number"), True),)

    class VillagePower(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        power_id = BigIntegerField()
        since = DateField()
        until = DateField(null=True)
        account_id = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "supervision_village_power"
            indexes = ((("area_code", "power_id", "since"), True),)

    class AssetsSheet(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        period = CharField(max_length=7)
        since = DateField()
        until = DateField()
        version = IntegerField()
        opening_fen = BigIntegerField()
        income_fen = BigIntegerField(constraints=[Check("income_fen >= 0")])
        spending_fen = BigIntegerField(constraints=[Check("spending_fen >= 0")])
        closing_fen = BigIntegerField(constraints=[EQUATION])
        note = CharField(max_length=300, default="")
        digest = CharField(max_length=64)
        account_id = BigIntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "supervision_assets_sheet"
            indexes = ((("area_code", "period", "version"), True), (("period", "area_code"), False))

    class AssetsRow(Model):
        id = AutoField()
        sheet_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        place = IntegerField()
        kind = CharField(max_length=10, constraints=[KIND])
        category = CharField(max_length=40)
        text = CharField(max_length=120)
        fen = BigIntegerField(constraints=[Check("fen >= 0")])
        day = DateField(null=True)
        note = CharField(max_length=200, default="")

        class Meta:
            database = db
            table_name = "supervision_assets_row"

    class AssetsQuestion(Model):
        id = AutoField()
        sheet_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15, index=True)
        text = TextField()
        account_id = BigIntegerField(index=True)
        person_id = BigIntegerField(null=True)
        asked_at = BigIntegerField()
        due_on = DateField(null=True)
        answer = TextField(default="")
        answered_at = BigIntegerField(null=True)
        answered_by = BigIntegerField(null=True)
        is_public = BooleanField(default=False)

        class Meta:
            database = db
            table_name = "supervision_assets_question"

    return [PowerItem, PowerVersion, VillagePower, AssetsSheet, AssetsRow, AssetsQuestion]


def up(migrator, db):
    db.create_tables(tables(db))
    for table, why in UNCHANGEABLE.items():
        refuse_changes(db, table, f"{table}: {why}")


def down(migrator, db):
    for table in UNCHANGEABLE:
        accept_changes(db, table)
    db.drop_tables(tables(db)[::-1])
