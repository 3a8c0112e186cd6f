"""Tables as they were first laid. A migration holds its own copy of the models and is never edited later."""

from peewee import AutoField, BigIntegerField, CharField, DateField, IntegerField, Model


def tables(db):
    class Meal(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        household_id = BigIntegerField(index=True)
        person_id = BigIntegerField()
        day = DateField()
        account_id = BigIntegerField()
        at = BigIntegerField()
        fetched_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "elder_meals_meal"
            indexes = ((("person_id", "day"), True), (("day", "area_code"), False))

    class MonthCount(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        month = CharField(max_length=7)
        meals = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "elder_meals_month"
            indexes = ((("area_code", "month"), True),)

    return [Meal, MonthCount]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db)[::-1])
