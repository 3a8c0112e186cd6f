"""Day figures of each village, made from the bookings that are there; what nightly proofs found."""

from datetime import date

from peewee import (
    AutoField,
    BigIntegerField,
    CharField,
    CompositeKey,
    DateField,
    IntegerField,
    Model,
    TextField,
)

CHUNK = 500


def tables(db):
    class DayFigure(Model):
        area_code = CharField(max_length=15)
        day = DateField()
        kind = CharField(max_length=12)
        bookings = IntegerField()
        points = BigIntegerField()

        class Meta:
            database = db
            table_name = "points_store_day"
            primary_key = CompositeKey("area_code", "day", "kind")

    class LedgerProof(Model):
        id = AutoField()
        at = BigIntegerField()
        mistakes = IntegerField()
        first_mistake = TextField()

        class Meta:
            database = db
            table_name = "points_store_proof"

    return [DayFigure, LedgerProof]


def up(migrator, db):
    figures, proofs = tables(db)
    db.create_tables([figures, proofs])
    booked = db.execute_sql(
        "SELECT area_code, (at + 28800000) / 86400000, kind, COUNT(*), SUM(points) "
        "FROM points_store_transfer WHERE kind IN ('award', 'redemption', 'reversal') GROUP BY 1, 2, 3"
    ).fetchall()
    # Midnight in China comes 28,800,000 ms before midnight in Greenwich; a day has 86,400,000 ms.
    first = date(1970, 1, 1).toordinal()
    rows = [
        {
            "area_code": area_code,
            "day": date.fromordinal(first + int(day)),
            "kind": kind,
            "bookings": bookings,
            "points": int(points),
        }
        for area_code, day, kind, bookings, points in booked
    ]
    for start in range(0, len(rows), CHUNK):
        figures.insert_many(rows[start : start + CHUNK]).execute()


def down(migrator, db):
    db.drop_tables(tables(db))
