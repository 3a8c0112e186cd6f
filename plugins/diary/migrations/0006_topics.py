"""Topics: entries that tell of one need; the passages that entries are cut into."""

from peewee import AutoField, BigIntegerField, CharField, IntegerField, Model, TextField


def tables(db):
    class Topic(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        state = CharField(max_length=10)
        title = CharField(max_length=60)
        words = TextField()
        likeness = IntegerField()
        entries = IntegerField()
        villages = IntegerField()
        found_at = BigIntegerField()
        decided_by = BigIntegerField(null=True)
        decided_at = BigIntegerField(null=True)
        reason = CharField(max_length=300, default="")
        split_from = BigIntegerField(null=True)
        case_id = BigIntegerField(null=True, unique=True)
        outcome = CharField(max_length=10, default="")
        round = IntegerField(default=0)
        ended_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_topic"
            indexes = ((("state", "area_code", "entries"), False),)

    class TopicEntry(Model):
        id = AutoField()
        topic_id = BigIntegerField()
        entry_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        state = CharField(max_length=8)
        likeness = IntegerField()
        words = TextField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_topic_entry"
            indexes = ((("topic_id", "entry_id"), True), (("topic_id", "state", "likeness"), False))

    class TopicApart(Model):
        id = AutoField()
        topic_id = BigIntegerField()
        entry_id = BigIntegerField(index=True)
        side = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_topic_apart"
            indexes = ((("topic_id", "entry_id"), True),)

    class TopicTold(Model):
        id = AutoField()
        topic_id = BigIntegerField()
        household_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        round = IntegerField()
        state = CharField(max_length=10)
        at = BigIntegerField()
        account_id = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_topic_told"
            indexes = ((("topic_id", "household_id", "round"), True),)

    class TopicRun(Model):
        id = AutoField()
        asked_by = BigIntegerField(null=True)
        asked_at = BigIntegerField()
        started_at = BigIntegerField(null=True)
        finished_at = BigIntegerField(null=True)
        step = IntegerField(default=0)
        entries = IntegerField(default=0)
        found = IntegerField(default=0)
        error = CharField(max_length=200, default="")

        class Meta:
            database = db
            table_name = "diary_topic_run"

    return [Topic, TopicEntry, TopicApart, TopicTold, TopicRun]


def up(migrator, db):
    db.create_tables(tables(db))
    db.execute_sql("ALTER TABLE diary_entry_words ADD COLUMN passages TEXT DEFAULT '' NOT NULL")
    # All entries are cut anew by the worker: what they are about, passage by passage.
    db.execute_sql("UPDATE diary_entry_words SET version = 0")


def down(migrator, db):
    db.execute_sql("ALTER TABLE diary_entry_words DROP COLUMN passages")
    db.drop_tables(tables(db)[::-1])
