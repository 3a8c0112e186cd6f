"""Households and the people in them. Sensitive fields are sealed; look-ups go by blind index."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    DateField,
    IntegerField,
    TextField,
)

from core.db import AreaModel, BaseModel, MomentField


class Household(AreaModel):
    """A household (户) stands in one grid or village (`area_code`, 12 or 15 digits)."""

    id = AutoField()
    area_code = CharField(max_length=15)
    number = CharField(max_length=30)
    address_sealed = BlobField(null=True)
    synthetic = BooleanField(default=False)
    opened_at = MomentField()
    ended_at = MomentField(null=True)

    class Meta:
        table_name = "people_household"
        # The second one counts the households of an area without reading their rows.
        indexes = ((("area_code", "number"), True), (("area_code", "ended_at"), False))


class Residence(AreaModel):
    """Where a household stood from `since` on; `until` is the first day on which it was there no longer."""

    id = AutoField()
    household_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    since = DateField()
    until = DateField(null=True)

    class Meta:
        table_name = "people_residence"
        indexes = ((("area_code", "since"), False),)


# The list in its order. `ended_at` is always null there, but only so does SQLite count without the rows.
Household.add_index(
    Household.index(
        Household.area_code,
        Household.number,
        Household.ended_at,
        where=Household.ended_at.is_null(),
        name="people_household_open",
    )
)


class Person(AreaModel):
    """A resident (居民). `area_code` is that of the household, kept here so that every look-up is scoped.

    `left_at`: since when the register knows that they died or moved away; null as long as they are a
    member of the household (`MEMBER`). Whoever left keeps the household that they were a member of.
    """

    id = AutoField()
    household_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    name = CharField(max_length=60)
    is_head = BooleanField(default=False)
    citizen_id_sealed = BlobField(null=True)
    citizen_id_index = BlobField(null=True, unique=True)
    phone_sealed = BlobField(null=True)
    phone_index = BlobField(null=True, index=True)
    risk_level = CharField(max_length=10, default="low")
    synthetic = BooleanField(default=False)
    created_at = MomentField()
    left_at = MomentField(null=True)

    class Meta:
        table_name = "people_person"
        # A search by a part of a name, and a count of an area's members, read this index and nothing else.
        indexes = (
            (("area_code", "name", "household_id", "left_at"), False),
            (("risk_level", "area_code"), False),
        )


# Every list, picker, count and roll of members says so by this; records of the past ask for everybody.
MEMBER = Person.left_at.is_null()


class Leaving(BaseModel):
    """A person left the register (离开登记): died or moved away. Reached through a person in scope.

    `left_on`: the day on which it happened, `tags`: what they held until then (JSON), for taking it back.
    """

    id = AutoField()
    person_id = BigIntegerField(index=True)
    left_for = CharField(max_length=10)
    left_on = DateField()
    note = CharField(max_length=200, default="")
    tags = TextField(default="[]")
    recorded_at = MomentField()
    recorded_by = BigIntegerField(null=True)
    taken_back_at = MomentField(null=True)
    taken_back_by = BigIntegerField(null=True)
    taken_back_why = CharField(max_length=200, default="")

    class Meta:
        table_name = "people_leaving"


class PersonTag(AreaModel):
    """A special group (标签) that a person belongs to, from a date to a date.

    `area_code` is the person's, kept here so that a county's groups are counted without its persons.
    """

    id = AutoField()
    person_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15, default="")
    tag = CharField(max_length=30)
    since = DateField()
    until = DateField(null=True)

    class Meta:
        table_name = "people_person_tag"
        indexes = ((("tag", "person_id"), False),)


PersonTag.add_index(
    PersonTag.index(
        PersonTag.area_code,
        PersonTag.person_id,
        where=PersonTag.until.is_null(),
        name="people_person_tag_held",
    )
)


class Kinship(BaseModel):
    """Two persons who are kin (亲属) though they live apart. `relation`: what `kin_id` is to `person_id`."""

    id = AutoField()
    person_id = BigIntegerField()
    kin_id = BigIntegerField(index=True)
    relation = CharField(max_length=20)
    recorded_at = MomentField()
    recorded_by = BigIntegerField(null=True)

    class Meta:
        table_name = "people_kinship"
        indexes = ((("person_id", "kin_id"), True),)


class ImportBatch(AreaModel):
    """What one import brought in: households with the ids from first to last, and their persons."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    digest = CharField(max_length=64)
    households = IntegerField()
    persons = IntegerField()
    first_household = BigIntegerField()
    last_household = BigIntegerField()
    account_id = BigIntegerField(null=True)
    imported_at = MomentField()
    undone_at = MomentField(null=True)

    class Meta:
        table_name = "people_import_batch"
