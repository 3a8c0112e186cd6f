"""Spot checks, indicators, the library, experts, supplies; what is on record refuses to be changed."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    Check,
    DateField,
    IntegerField,
    Model,
    TextField,
)

from core.migrations import accept_changes, refuse_changes

INDEXES = (
    "CREATE UNIQUE INDEX diary_indicator_title ON diary_indicator (title) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX diary_supply_once ON diary_supply (area_code, name) WHERE closed_at IS NULL",
)

UNCHANGEABLE = (
    "diary_check",
    "diary_check_draw",
    "diary_check_item",
    "diary_check_result",
    "diary_indicator_value",
    "diary_document_version",
    "diary_supply_entry",
)


def checks(db):
    class SpotCheck(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        kind = CharField(max_length=8)
        since = DateField()
        until = DateField()
        wanted = IntegerField(constraints=[Check("wanted > 0")])
        size = IntegerField()
        population = TextField()
        list_hash = CharField(max_length=64)
        seed = CharField(max_length=200)
        source = CharField(max_length=100, default="")
        draw_on = DateField()
        account_id = BigIntegerField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_check"

    class CheckDraw(Model):
        check_id = BigIntegerField(primary_key=True)
        area_code = CharField(max_length=15)
        beacon = CharField(max_length=100, default="")
        account_id = BigIntegerField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_check_draw"

    class CheckItem(Model):
        id = AutoField()
        check_id = BigIntegerField()
        area_code = CharField(max_length=15)
        place = IntegerField()
        subject_id = BigIntegerField()
        label = CharField(max_length=40)
        lot = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "diary_check_item"
            indexes = ((("check_id", "place"), True), (("check_id", "subject_id"), True))

    class CheckResult(Model):
        id = AutoField()
        check_id = BigIntegerField(index=True)
        item_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        result = CharField(max_length=12)
        remark = CharField(max_length=500, default="")
        account_id = BigIntegerField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_check_result"

    return [SpotCheck, CheckDraw, CheckItem, CheckResult]


def indicators(db):
    class Indicator(Model):
        id = AutoField()
        title = CharField(max_length=30)
        unit = CharField(max_length=10)
        account_id = BigIntegerField(null=True)
        added_at = BigIntegerField()
        ended_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_indicator"

    class IndicatorValue(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        indicator = CharField(max_length=20)
        period = CharField(max_length=7)
        version = IntegerField()
        hundredths = BigIntegerField()
        document = CharField(max_length=100)
        person = CharField(max_length=60)
        day = DateField()
        reason = CharField(max_length=200, default="")
        account_id = BigIntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_indicator_value"
            indexes = ((("area_code", "indicator", "period", "version"), True),)

    return [Indicator, IndicatorValue]


def library(db):
    class Document(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        category = CharField(max_length=12)
        title = CharField(max_length=100)
        text = TextField()
        version = IntegerField(default=1)
        valid_from = DateField()
        valid_until = DateField(null=True)
        roles = CharField(max_length=200, default="")
        is_public = BooleanField(default=False)
        added_at = BigIntegerField()
        changed_at = BigIntegerField(index=True)
        withdrawn_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_document"

    class DocumentPlace(Model):
        id = AutoField()
        document_id = BigIntegerField()
        area_code = CharField(max_length=15, index=True)

        class Meta:
            database = db
            table_name = "diary_document_place"
            indexes = ((("document_id", "area_code"), True),)

    class DocumentVersion(Model):
        id = AutoField()
        document_id = BigIntegerField()
        area_code = CharField(max_length=15)
        version = IntegerField()
        category = CharField(max_length=12)
        title = CharField(max_length=100)
        text = TextField()
        link = CharField(max_length=300, default="")
        valid_from = DateField()
        valid_until = DateField(null=True)
        files_of = IntegerField()
        note = CharField(max_length=200, default="")
        account_id = BigIntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_document_version"
            indexes = ((("document_id", "version"), True),)

    class DocumentRead(Model):
        id = AutoField()
        document_id = BigIntegerField()
        version = IntegerField()
        account_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_document_read"
            indexes = ((("document_id", "version", "account_id"), True),)

    return [Document, DocumentPlace, DocumentVersion, DocumentRead]


def experts(db):
    class Expert(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        name = CharField(max_length=60)
        field = CharField(max_length=12)
        speciality = CharField(max_length=100, default="")
        unit = CharField(max_length=100, default="")
        phone_sealed = BlobField(null=True)
        available = CharField(max_length=200, default="")
        added_at = BigIntegerField()
        ended_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_expert"
            indexes = ((("area_code", "field"), False),)

    class ExpertHelp(Model):
        id = AutoField()
        expert_id = BigIntegerField()
        case_id = BigIntegerField(index=True)
        case_number = CharField(max_length=20)
        area_code = CharField(max_length=15)
        note = CharField(max_length=300, default="")
        account_id = BigIntegerField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_expert_help"
            indexes = ((("expert_id", "case_id"), True),)

    return [Expert, ExpertHelp]


def supplies(db):
    class Supply(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        name = CharField(max_length=60)
        unit = CharField(max_length=10)
        place = CharField(max_length=100, default="")
        low_mark = IntegerField(default=0, constraints=[Check("low_mark >= 0")])
        balance = IntegerField(default=0, constraints=[Check("balance >= 0")])
        opened_at = BigIntegerField()
        closed_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_supply"
            indexes = ((("area_code", "name"), False),)

    class SupplyEntry(Model):
        id = AutoField()
        supply_id = BigIntegerField()
        area_code = CharField(max_length=15)
        kind = CharField(max_length=10)
        quantity = IntegerField(constraints=[Check("quantity <> 0")])
        balance = IntegerField(constraints=[Check("balance >= 0")])
        who = CharField(max_length=60, default="")
        for_kind = CharField(max_length=10, default="")
        for_id = BigIntegerField(null=True)
        for_label = CharField(max_length=40, default="")
        corrects = BigIntegerField(null=True)
        note = CharField(max_length=200, default="")
        day = DateField()
        account_id = BigIntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_supply_entry"
            indexes = ((("supply_id", "id"), False), (("for_kind", "for_id"), False))

    return [Supply, SupplyEntry]


def tables(db):
    return [*checks(db), *indicators(db), *library(db), *experts(db), *supplies(db)]


def up(migrator, db):
    db.create_tables(tables(db))
    for index in INDEXES:
        db.execute_sql(index)
    for table in UNCHANGEABLE:
        refuse_changes(db, table, f"{table}: a line is never changed")


def down(migrator, db):
    for table in UNCHANGEABLE:
        accept_changes(db, table)
    db.drop_tables(tables(db)[::-1])
