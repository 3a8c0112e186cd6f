"""Tables of cases as they were first laid; a timeline refuses to be changed."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DateField,
    DoubleField,
    IntegerField,
    Model,
    TextField,
)

from core.migrations import accept_changes, refuse_changes


def tables(db):
    class Unit(Model):
        id = AutoField()
        name = CharField(max_length=60)
        level = CharField(max_length=10)
        area_code = CharField(max_length=15, index=True)
        opened_at = BigIntegerField()
        closed_at = BigIntegerField(null=True)
        successor_id = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "cases_unit"

    class UnitMember(Model):
        id = AutoField()
        unit_id = BigIntegerField(index=True)
        account_id = BigIntegerField(index=True)
        since = DateField()
        until = DateField(null=True)

        class Meta:
            database = db
            table_name = "cases_unit_member"

    class Rule(Model):
        id = AutoField()
        kind = CharField(max_length=60)
        difficulty = CharField(max_length=10)
        area_code = CharField(max_length=15)
        level = CharField(max_length=10)
        unit_id = BigIntegerField(null=True)
        accept_hours = IntegerField(constraints=[Check("accept_hours > 0")])
        resolve_days = IntegerField(constraints=[Check("resolve_days > 0")])
        direct = BooleanField(default=False)
        position = IntegerField()
        note = CharField(max_length=200)
        since = BigIntegerField()
        until = BigIntegerField(null=True)
        replaces_id = BigIntegerField(null=True)
        account_id = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "cases_rule"
            indexes = ((("until", "position"), False),)

    class Case(Model):
        id = AutoField()
        number = CharField(max_length=20, unique=True)
        key = CharField(max_length=10)
        version = IntegerField()
        kind = CharField(max_length=60)
        text = TextField()
        place = CharField(max_length=200)
        latitude = DoubleField(null=True)
        longitude = DoubleField(null=True)
        difficulty = CharField(max_length=10)
        area_code = CharField(max_length=15)
        state = CharField(max_length=12)
        outcome = CharField(max_length=10)
        answer = TextField()
        merged_into = BigIntegerField(null=True)
        person_id = BigIntegerField(null=True)
        household_id = BigIntegerField(null=True, index=True)
        filed_by = BigIntegerField(null=True)
        on_behalf = BooleanField(default=False)
        channel = CharField(max_length=40)
        external_id = CharField(max_length=120)
        subject = CharField(max_length=80)
        public = BooleanField(default=False)
        urgent = BooleanField(default=False)
        on_the_spot = BooleanField(default=False)
        flags = CharField(max_length=80)
        level = CharField(max_length=10)
        desk_area = CharField(max_length=15)
        unit_id = BigIntegerField(null=True)
        worker_id = BigIntegerField(null=True)
        rule_id = BigIntegerField(null=True)
        returns = IntegerField(default=0)
        reopens = IntegerField(default=0)
        urges = IntegerField(default=0)
        reported_at = BigIntegerField()
        due_at = BigIntegerField(null=True)
        yellow_at = BigIntegerField(null=True)
        resolve_by = BigIntegerField(null=True)
        paused_at = BigIntegerField(null=True)
        wake_at = BigIntegerField(null=True)
        rung = IntegerField(default=0)
        late = BooleanField(default=False)
        resolved_at = BigIntegerField(null=True)
        thumb = CharField(max_length=4)
        rating_note = CharField(max_length=500)
        rated_at = BigIntegerField(null=True)
        closed_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "cases_case"
            indexes = (
                (("area_code", "id"), False),
                (("state", "area_code", "id"), False),
                (("state", "due_at", "area_code"), False),
                (("kind", "area_code", "id"), False),
                (("area_code", "reported_at", "state", "thumb", "on_the_spot", "late"), False),
                (("unit_id", "state"), False),
                (("desk_area", "level", "state"), False),
                (("person_id", "id"), False),
                (("filed_by", "id"), False),
                (("worker_id", "state"), False),
                (("public", "state", "area_code", "id"), False),
            )

    class Assignment(Model):
        id = AutoField()
        case_id = BigIntegerField(index=True)
        part = CharField(max_length=6)
        level = CharField(max_length=10)
        desk_area = CharField(max_length=15)
        unit_id = BigIntegerField(null=True)
        given_at = BigIntegerField()
        given_by = BigIntegerField(null=True)
        accept_by = BigIntegerField()
        accepted_at = BigIntegerField(null=True)
        worker_id = BigIntegerField(null=True)
        resolve_by = BigIntegerField()
        done_at = BigIntegerField(null=True)
        ended_at = BigIntegerField(null=True)
        ended_why = CharField(max_length=12)

        class Meta:
            database = db
            table_name = "cases_assignment"
            indexes = ((("unit_id", "case_id"), False),)

    class Pause(Model):
        id = AutoField()
        case_id = BigIntegerField(index=True)
        reason = CharField(max_length=500)
        since = BigIntegerField()
        planned_until = BigIntegerField(null=True)
        until = BigIntegerField(null=True)
        account_id = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "cases_pause"

    class Step(Model):
        id = AutoField()
        case_id = BigIntegerField()
        number = IntegerField()
        at = BigIntegerField()
        account_id = BigIntegerField(null=True)
        deed = CharField(max_length=12)
        state = CharField(max_length=12)
        level = CharField(max_length=10)
        desk_area = CharField(max_length=15)
        unit_id = BigIntegerField(null=True)
        note = TextField()
        previous = CharField(max_length=64)
        digest = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "cases_step"
            indexes = ((("case_id", "number"), True),)

    class Proof(Model):
        id = AutoField()
        at = BigIntegerField()
        steps = IntegerField()
        mistakes = IntegerField()
        first_mistake = TextField()

        class Meta:
            database = db
            table_name = "cases_proof"

    return [Unit, UnitMember, Rule, Case, Assignment, Pause, Step, Proof]


def up(migrator, db):
    db.create_tables(tables(db))
    for index in (
        "UNIQUE INDEX cases_case_external ON cases_case (channel, external_id) WHERE external_id <> ''",
        "INDEX cases_case_wake ON cases_case (wake_at) WHERE wake_at IS NOT NULL",
        "UNIQUE INDEX cases_assignment_one_lead ON cases_assignment (case_id) "
        "WHERE part = 'lead' AND ended_at IS NULL",
        "INDEX cases_assignment_helpers ON cases_assignment (unit_id, desk_area) "
        "WHERE part = 'helper' AND ended_at IS NULL",
    ):
        db.execute_sql(f"CREATE {index}")
    refuse_changes(db, "cases_step", "cases_step: a timeline is only ever added to")


def down(migrator, db):
    accept_changes(db, "cases_step")
    db.drop_tables(tables(db)[::-1])
