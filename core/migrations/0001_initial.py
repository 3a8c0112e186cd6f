"""Tables of the kernel: audit chain, plugin switches, idempotency keys."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    CompositeKey,
    IntegerField,
    Model,
    TextField,
)

from core.migrations import accept_changes, refuse_changes


def tables(db):
    class AuditLine(Model):
        seq = AutoField()
        at = BigIntegerField(index=True)
        account_id = BigIntegerField(null=True)
        action = CharField(max_length=80, index=True)
        area_code = CharField(max_length=15, index=True)
        subject = CharField(max_length=80)
        detail = TextField()
        previous = CharField(max_length=64)
        hash = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "core_audit_line"

    class PluginState(Model):
        name = CharField(max_length=40, primary_key=True)
        enabled = BooleanField()
        trouble = CharField(max_length=20)
        cause = TextField()
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "core_plugin_state"

    class Generation(Model):
        id = AutoField()
        number = IntegerField()

        class Meta:
            database = db
            table_name = "core_generation"

    class StoredAnswer(Model):
        account_id = BigIntegerField()
        key = CharField(max_length=255)
        fingerprint = CharField(max_length=64)
        status = IntegerField()
        headers = TextField()
        body = BlobField()
        created_at = BigIntegerField(index=True)

        class Meta:
            database = db
            table_name = "core_stored_answer"
            primary_key = CompositeKey("account_id", "key")

    return [AuditLine, PluginState, Generation, StoredAnswer]


def up(migrator, db):
    db.create_tables(tables(db))
    db.execute_sql("INSERT INTO core_generation (number) VALUES (1)")
    refuse_changes(db, "core_audit_line", "an audit line is never changed")


def down(migrator, db):
    accept_changes(db, "core_audit_line")
    db.drop_tables(tables(db))
