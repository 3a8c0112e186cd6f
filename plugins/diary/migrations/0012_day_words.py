"""Words of each day, by town and county; the worker counts them."""

from peewee import CharField, CompositeKey, DateField, IntegerField, Model, TextField


def tables(db):
    class DayWords(Model):
        area_code = CharField(max_length=9)
        day = DateField()
        kind = CharField(max_length=12)
        entries = IntegerField()
        words = TextField()

        class Meta:
            database = db
            table_name = "diary_day_words"
            primary_key = CompositeKey("area_code", "day", "kind")

    class DayToCount(Model):
        day = DateField(primary_key=True)

        class Meta:
            database = db
            table_name = "diary_day_to_count"

    return [DayWords, DayToCount]


def up(migrator, db):
    db.create_tables(tables(db))
    db.execute_sql("INSERT INTO diary_day_to_count (day) SELECT DISTINCT day FROM diary_entry_words")


def down(migrator, db):
    db.drop_tables(tables(db)[::-1])
