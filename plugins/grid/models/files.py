"""Household files (民情档案): the county's items, what is known of each household, and every change.

One row a value, beside one head row a household (docs/architecture.md says why, with the measurement).
"""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    CompositeKey,
    DateField,
    IntegerField,
    TextField,
)

from core.db import AreaModel, BaseModel, MomentField, from_milliseconds

# When a file was updated in which nobody has written yet.
NEVER = from_milliseconds(0)


class FileItem(BaseModel):
    """An item as this county has changed or added it; what stands only in items.toml has no row."""

    code = CharField(max_length=30, primary_key=True)
    section = CharField(max_length=20)
    title = CharField(max_length=40)
    kind = CharField(max_length=10)
    owner = CharField(max_length=10)
    # Canonical JSON: [[code, title], ...] in their order.
    choices = TextField(default="[]")
    hint = CharField(max_length=100, default="")
    sensitive = BooleanField(default=False)
    position = IntegerField(default=0)
    retired_at = MomentField(null=True)

    class Meta:
        table_name = "grid_file_item"


class HouseholdFile(AreaModel):
    """The head of a household's file: where it lies, when it was last updated or confirmed, and by whom."""

    household_id = BigIntegerField(primary_key=True)
    area_code = CharField(max_length=15)
    updated_at = MomentField()
    account_id = BigIntegerField(null=True)
    filled = IntegerField(default=0)
    ended_at = MomentField(null=True)

    class Meta:
        table_name = "grid_file"
        # Freshness by area is answered by this index alone.
        indexes = ((("area_code", "updated_at", "ended_at"), False),)


class FileValue(AreaModel):
    """What is known: of a household (`person_id` 0) or of one of its persons.

    `pick` repeats the value of a choice or yes-no, so that a register finds it by an index; a sensitive
    value lies sealed in `sealed` and nowhere else.
    """

    household_id = BigIntegerField()
    person_id = BigIntegerField()
    item = CharField(max_length=30)
    area_code = CharField(max_length=15)
    pick = CharField(max_length=30, default="")
    value = TextField(default="")
    sealed = BlobField(null=True)
    at = MomentField()
    account_id = BigIntegerField(null=True)

    class Meta:
        table_name = "grid_file_value"
        primary_key = CompositeKey("household_id", "person_id", "item")
        indexes = ((("item", "pick", "area_code", "household_id"), False),)


class FileChange(AreaModel):
    """One change of a value: who, when, old and new. Never changed afterwards (triggers).

    Old and new are sealed whatever the item is, so that making an item sensitive reaches into the past.
    """

    id = AutoField()
    household_id = BigIntegerField()
    person_id = BigIntegerField()
    item = CharField(max_length=30)
    area_code = CharField(max_length=15)
    at = MomentField()
    account_id = BigIntegerField(null=True)
    old_sealed = BlobField(null=True)
    new_sealed = BlobField(null=True)

    class Meta:
        table_name = "grid_file_change"
        indexes = ((("household_id", "id"), False),)


class FileRegister(BaseModel):
    """A special register that the county has named itself: whoever has one of `picks` (a,b) in `item`."""

    id = AutoField()
    title = CharField(max_length=20)
    item = CharField(max_length=30)
    picks = CharField(max_length=200)
    made_at = MomentField()
    account_id = BigIntegerField(null=True)
    ended_at = MomentField(null=True)

    class Meta:
        table_name = "grid_register"


class DayRefresh(AreaModel):
    """How many files of a grid were updated on a day: the curve of freshness, kept as it happens."""

    area_code = CharField(max_length=15)
    day = DateField()
    files = IntegerField(default=0)
    changes = IntegerField(default=0)

    class Meta:
        table_name = "grid_file_day"
        primary_key = CompositeKey("area_code", "day")
