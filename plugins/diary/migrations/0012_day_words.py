"""Words of each day, by town and county, which the worker counts; an index that counts entries by kind."""

from peewee import CharField, CompositeKey, DateField, IntegerField, Model, TextField

PUBLISHED = "state = 'published' AND removed_at IS NULL"


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
    index_newest(db, "day, id, area_code, kind")


def index_newest(db, columns):
    db.execute_sql("DROP INDEX diary_entry_newest")
    db.execute_sql(f"CREATE INDEX diary_entry_newest ON diary_entry ({columns}) WHERE {PUBLISHED}")


def down(migrator, db):
    index_newest(db, "day, id, area_code")
    db.drop_tables(tables(db)[::-1])
