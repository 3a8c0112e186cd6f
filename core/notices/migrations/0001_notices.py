"""Inboxes, and what is on its way to the outside."""

from peewee import AutoField, BigIntegerField, BooleanField, CharField, IntegerField, Model, TextField


def tables(db):
    class Notice(Model):
        id = AutoField()
        account_id = BigIntegerField()
        kind = CharField(max_length=80)
        text = TextField()
        params = TextField()
        subject = CharField(max_length=80)
        url = CharField(max_length=300)
        urgent = BooleanField()
        created_at = BigIntegerField(index=True)
        read_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "notices_notice"
            indexes = ((("account_id", "read_at"), False), (("account_id", "id"), False))

    class Sending(Model):
        id = AutoField()
        channel = CharField(max_length=40)
        account_id = BigIntegerField(null=True)
        target = CharField(max_length=40)
        kind = CharField(max_length=80)
        number = CharField(max_length=40)
        url = CharField(max_length=300)
        urgent = BooleanField()
        area_code = CharField(max_length=15)
        state = CharField(max_length=12)
        tries = IntegerField()
        created_at = BigIntegerField(index=True)
        due_at = BigIntegerField()
        tried_at = BigIntegerField(null=True)
        done_at = BigIntegerField(null=True)
        error = CharField(max_length=300)

        class Meta:
            database = db
            table_name = "notices_sending"
            indexes = ((("state", "due_at"), False), (("channel", "tried_at"), False))

    return [Notice, Sending]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db))
