"""Tables of shifts and leave."""

from peewee import AutoField, BigIntegerField, CharField, DateField, IntegerField, Model


def tables(db):
    class Shift(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        day = DateField()
        since = IntegerField()
        until = IntegerField()
        account_id = BigIntegerField(index=True)
        set_by = BigIntegerField()
        set_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "call_button_shift"
            indexes = ((("area_code", "day"), False),)

    class Leave(Model):
        id = AutoField()
        account_id = BigIntegerField(index=True)
        since = DateField()
        until = DateField()
        reason = CharField(max_length=20, default="")
        set_by = BigIntegerField()
        set_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "call_button_leave"

    return [Shift, Leave]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db))
