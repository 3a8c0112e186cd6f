"""Households and the people in them. Sensitive fields are sealed; look-ups go by blind index."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    DateField,
    IntegerField,
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
    """A resident (居民). `area_code` is that of the household, kept here so that every look-up is scoped."""

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

    class Meta:
        table_name = "people_person"
        # A search by a part of a name reads this index and nothing else.
        indexes = ((("area_code", "name", "household_id"), False), (("risk_level", "area_code"), False))


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
