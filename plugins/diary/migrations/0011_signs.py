"""What entries are found by: signs and pairs of signs of published texts, and lines; where doors are."""

import string
from itertools import pairwise

from peewee import (
    BigIntegerField,
    CharField,
    CompositeKey,
    DateField,
    Model,
    SmallIntegerField,
    SqliteDatabase,
)

from core.progress import progress

TO_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
BATCH = 5_000
KINDS = {"village": 0, "community": 1, "enterprise": 2}
LINES = (
    "CREATE INDEX diary_entry_line ON diary_entry (line, day, id) "
    "WHERE state = 'published' AND removed_at IS NULL AND line <> ''"
)
DOORS = (
    "CREATE INDEX diary_care_door ON diary_care (area_code, latitude, longitude) WHERE latitude IS NOT NULL"
)


def tables(db):
    class EntrySign(Model):
        sign = BigIntegerField()
        day = DateField()
        entry_id = BigIntegerField()
        area_code = CharField(max_length=15)
        kind = SmallIntegerField()

        class Meta:
            database = db
            table_name = "diary_entry_sign"
            primary_key = CompositeKey("sign", "day", "entry_id", "area_code", "kind")
            # One tree instead of two; PostgreSQL has no such table.
            without_rowid = isinstance(db, SqliteDatabase)

    return [EntrySign]


def signs_of(text):
    found = set()
    for part in text.translate(TO_LOWER).split():
        numbers = [ord(sign) for sign in part]
        found.update(numbers)
        found.update(first << 21 | second for first, second in pairwise(numbers))
    return found


def up(migrator, db):
    db.create_tables(tables(db))
    db.execute_sql(LINES)
    db.execute_sql(DOORS)
    published = "state = 'published' AND removed_at IS NULL"
    total, newest = db.execute_sql(
        f"SELECT COUNT(*), MAX(id) FROM diary_entry WHERE {published}"  # noqa: S608 - a constant
    ).fetchone()
    if not total:
        return
    some = (
        "SELECT id, day, area_code, kind, text FROM diary_entry "  # noqa: S608 - made of constants
        f"WHERE id > {db.param} AND {published} ORDER BY id LIMIT {BATCH}"
    )
    marks = ", ".join([db.param] * 5)
    insert = f"INSERT INTO diary_entry_sign (sign, day, entry_id, area_code, kind) VALUES ({marks})"  # noqa: S608
    done, last = 0, 0
    with progress("民情日记：建立查找索引 indexing entries") as say:
        while last < newest:
            found = db.execute_sql(some, (last,)).fetchall()
            values = sorted(
                (sign, day, number, area, KINDS[kind])
                for number, day, area, kind, text in found
                for sign in signs_of(text)
            )
            db.cursor().executemany(insert, values)
            done, last = done + len(found), found[-1][0]
            say(done, total)


def down(migrator, db):
    db.execute_sql("DROP INDEX diary_care_door")
    db.execute_sql("DROP INDEX diary_entry_line")
    db.drop_tables(tables(db))
