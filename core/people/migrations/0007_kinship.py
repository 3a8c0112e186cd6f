"""Who is kin to whom, for those who must not decide about their own."""

from peewee import AutoField, BigIntegerField, CharField, Model


def tables(db):
    class Kinship(Model):
        id = AutoField()
        person_id = BigIntegerField()
        kin_id = BigIntegerField(index=True)
        relation = CharField(max_length=20)
        recorded_at = BigIntegerField()
        recorded_by = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "people_kinship"
            indexes = ((("person_id", "kin_id"), True),)

    return [Kinship]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db)[::-1])
