"""Rules in versions, what was earned by them, claims with their steps and objections, activities, honour."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DateField,
    IntegerField,
    Model,
    SqliteDatabase,
)

from core.migrations import accept_changes, refuse_changes

RULE = {
    "effect": "VARCHAR(10) NOT NULL DEFAULT 'award'",
    "category": "VARCHAR(30) NOT NULL DEFAULT ''",
    "cap_day": "INTEGER",
    "cap_month": "INTEGER",
    "cap_year": "INTEGER",
    "evidence": "VARCHAR(10) NOT NULL DEFAULT 'none'",
    "filed_by": "VARCHAR(40) NOT NULL DEFAULT 'resident,staff,neighbour'",
    "review": "VARCHAR(10) NOT NULL DEFAULT 'both'",
    "publicity_days": "INTEGER NOT NULL DEFAULT 7",
    "version": "INTEGER NOT NULL DEFAULT 1",
    "first_id": "BIGINT",
    "replaced_by": "BIGINT",
    "created_at": "BIGINT",
    "created_by": "BIGINT",
}
UNCHANGEABLE = ("points_store_earned", "points_store_claim_step")
# Trigger -> table, what it refuses, why.
GUARDS = {
    "points_store_rule_no_other_terms": (
        "points_store_rule",
        "UPDATE OF area_code, title, points_min, points_max, effect, category, cap_day, cap_month, cap_year, "
        "evidence, filed_by, review, publicity_days, version, first_id",
        "a rule is replaced by a new version, never changed",
    ),
    "points_store_rule_no_delete": ("points_store_rule", "DELETE", "a rule is stopped, never deleted"),
    "points_store_claim_no_other_terms": (
        "points_store_claim",
        "UPDATE OF household_id, person_id, rule_id, effect, text, day, witness, filed_as, filed_by, "
        "filed_at, source",
        "a claim is withdrawn or refused, never rewritten",
    ),
    "points_store_claim_no_delete": ("points_store_claim", "DELETE", "a claim is withdrawn, never deleted"),
    "points_store_objection_no_other_terms": (
        "points_store_objection",
        "UPDATE OF claim_id, account_id, appeal, text, at",
        "an objection is answered, never rewritten",
    ),
    "points_store_objection_no_delete": (
        "points_store_objection",
        "DELETE",
        "an objection is answered, never deleted",
    ),
}


def tables(db):
    class Earned(Model):
        transfer_id = BigIntegerField(primary_key=True)
        wallet_id = BigIntegerField()
        rule_key = BigIntegerField()
        day = DateField()
        points = BigIntegerField()

        class Meta:
            database = db
            table_name = "points_store_earned"
            indexes = ((("wallet_id", "rule_key", "day", "points"), False),)

    class Activity(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        title = CharField(max_length=60)
        place = CharField(max_length=60)
        day = DateField()
        rule_id = BigIntegerField()
        points = IntegerField()
        code = CharField(max_length=8, unique=True)
        created_at = BigIntegerField()
        created_by = BigIntegerField()
        cancelled_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "points_store_activity"

    class HonourConsent(Model):
        household_id = BigIntegerField(primary_key=True)
        since = BigIntegerField()
        account_id = BigIntegerField()

        class Meta:
            database = db
            table_name = "points_store_honour_consent"

    class Claim(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        household_id = BigIntegerField(index=True)
        person_id = BigIntegerField(null=True)
        rule_id = BigIntegerField(index=True)
        effect = CharField(max_length=10)
        points = IntegerField(constraints=[Check("points > 0")])
        text = CharField(max_length=200)
        day = DateField()
        witness = CharField(max_length=60)
        filed_as = CharField(max_length=10)
        filed_by = BigIntegerField(null=True)
        filer_person_id = BigIntegerField(null=True)
        filed_at = BigIntegerField()
        state = CharField(max_length=10)
        version = IntegerField()
        checked_by = BigIntegerField(null=True)
        checker_person_id = BigIntegerField(null=True)
        published_by = BigIntegerField(null=True)
        published_at = BigIntegerField(null=True)
        public_until = DateField(null=True)
        held = BigIntegerField(default=0, constraints=[Check("held >= 0")])
        taken = BigIntegerField(null=True)
        transfer_id = BigIntegerField(null=True, unique=True)
        problem = CharField(max_length=40)
        source = CharField(max_length=120, null=True, unique=True)

        class Meta:
            database = db
            table_name = "points_store_claim"
            indexes = (
                (("area_code", "id"), False),
                (("state", "area_code", "id"), False),
                (("state", "public_until"), False),
            )

    class ClaimStep(Model):
        id = AutoField()
        claim_id = BigIntegerField()
        number = IntegerField()
        at = BigIntegerField()
        account_id = BigIntegerField(null=True)
        deed = CharField(max_length=12)
        state = CharField(max_length=10)
        points = IntegerField()
        reason = CharField(max_length=300)

        class Meta:
            database = db
            table_name = "points_store_claim_step"
            indexes = ((("claim_id", "number"), True),)

    class Objection(Model):
        id = AutoField()
        claim_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15, index=True)
        account_id = BigIntegerField()
        person_id = BigIntegerField(null=True)
        appeal = BooleanField()
        text = CharField(max_length=500)
        at = BigIntegerField()
        answered_at = BigIntegerField(null=True)
        answered_by = BigIntegerField(null=True)
        upheld = BooleanField(null=True)
        answer = CharField(max_length=500)

        class Meta:
            database = db
            table_name = "points_store_objection"

    return [Earned, Activity, HonourConsent, Claim, ClaimStep, Objection]


def up(migrator, db):
    for name, kind in RULE.items():
        db.execute_sql(f"ALTER TABLE points_store_rule ADD COLUMN {name} {kind}")
    db.execute_sql("CREATE INDEX rule_first_id ON points_store_rule (first_id)")
    db.create_tables(tables(db))
    for table in UNCHANGEABLE:
        refuse_changes(db, table, f"{table}: what was booked or done is never changed")
    for name, (table, verb, why) in GUARDS.items():
        _guard(db, name, table, verb, why)


def _guard(db, name, table, verb, why):
    if isinstance(db, SqliteDatabase):
        db.execute_sql(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END"
        )
        return
    db.execute_sql(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN RAISE EXCEPTION '{why}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    db.execute_sql(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def down(migrator, db):
    for name, (table, _, _) in GUARDS.items():
        if isinstance(db, SqliteDatabase):
            db.execute_sql(f"DROP TRIGGER {name}")
        else:
            db.execute_sql(f"DROP TRIGGER {name} ON {table}")
            db.execute_sql(f"DROP FUNCTION {name}()")
    for table in UNCHANGEABLE:
        accept_changes(db, table)
    db.drop_tables(tables(db)[::-1])
    db.execute_sql("DROP INDEX rule_first_id")
    for name in reversed(RULE):
        db.execute_sql(f"ALTER TABLE points_store_rule DROP COLUMN {name}")
