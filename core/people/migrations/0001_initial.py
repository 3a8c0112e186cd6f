"""Tables of households, persons and their tags."""

from peewee import SQL, AutoField, BigIntegerField, BlobField, BooleanField, CharField, DateField, Model


def tables(db):
    class Household(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        number = CharField(max_length=30)
        address_sealed = BlobField(null=True)
        synthetic = BooleanField(default=False)
        opened_at = BigIntegerField()
        ended_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "people_household"
            indexes = ((("area_code", "number"), True),)

    class Person(Model):
        id = AutoField()
        household_id = BigIntegerField(index=True, constraints=[SQL("REFERENCES people_household (id)")])
        area_code = CharField(max_length=15, index=True)
        name = CharField(max_length=60, index=True)
        is_head = BooleanField(default=False)
        citizen_id_sealed = BlobField(null=True)
        citizen_id_index = BlobField(null=True, unique=True)
        phone_sealed = BlobField(null=True)
        phone_index = BlobField(null=True, index=True)
        risk_level = CharField(max_length=10, default="low")
        synthetic = BooleanField(default=False)
        created_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "people_person"
            constraints = (
                SQL("CHECK (risk_level IN ('low', 'mid_low', 'mid', 'mid_high', 'high'))"),
                # Sealed value and look-up come and go together.
                SQL("CHECK ((citizen_id_sealed IS NULL) = (citizen_id_index IS NULL))"),
                SQL("CHECK ((phone_sealed IS NULL) = (phone_index IS NULL))"),
            )

    class PersonTag(Model):
        id = AutoField()
        person_id = BigIntegerField(index=True, constraints=[SQL("REFERENCES people_person (id)")])
        tag = CharField(max_length=30)
        since = DateField()
        until = DateField(null=True)

        class Meta:
            database = db
            table_name = "people_person_tag"

    return [Household, Person, PersonTag]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db))
