"""Tables of events and jobs: what was announced, who is told, whose turn it is, which runs there were."""

from peewee import (
    AutoField,
    BigIntegerField,
    CharField,
    FloatField,
    IntegerField,
    Model,
    TextField,
)


def tables(db):
    class StoredEvent(Model):
        id = AutoField()
        kind = CharField(max_length=81)
        area_code = CharField(max_length=15)
        at = BigIntegerField()
        account_id = BigIntegerField(null=True)
        subject = CharField(max_length=80)
        payload = TextField()

        class Meta:
            database = db
            table_name = "core_event"

    class Delivery(Model):
        id = AutoField()
        event_id = BigIntegerField()
        plugin = CharField(max_length=40)
        state = CharField(max_length=10)
        attempts = IntegerField()
        next_at = BigIntegerField()
        seconds = FloatField(null=True)
        error = TextField()
        done_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "core_delivery"
            legacy_table_names = False
            indexes = ((("event_id", "plugin"), True),)

    class Lane(Model):
        plugin = CharField(max_length=40, primary_key=True)
        worker = CharField(max_length=80)
        until = BigIntegerField()
        cuts = IntegerField()

        class Meta:
            database = db
            table_name = "core_lane"

    class JobRun(Model):
        id = AutoField()
        name = CharField(max_length=80)
        due_at = BigIntegerField()
        tries = IntegerField()
        worker = CharField(max_length=80)
        alive_until = BigIntegerField()
        started_at = BigIntegerField()
        finished_at = BigIntegerField(null=True)
        seconds = FloatField(null=True)
        error = TextField()

        class Meta:
            database = db
            table_name = "core_job_run"
            legacy_table_names = False
            indexes = ((("name", "due_at"), True),)

    class WorkerBeat(Model):
        name = CharField(max_length=80, primary_key=True)
        started_at = BigIntegerField()
        seen_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "core_worker"

    return [StoredEvent, Delivery, Lane, JobRun, WorkerBeat]


def up(migrator, db):
    db.create_tables(tables(db))
    db.execute_sql(
        "CREATE INDEX core_delivery_open ON core_delivery (state, plugin, next_at) WHERE done_at IS NULL"
    )


def down(migrator, db):
    db.drop_tables(tables(db))
