"""Words of entries, and the county's own dictionary."""

from peewee import AutoField, BigIntegerField, CharField, CompositeKey, DateField, IntegerField, TextField

from core.db import AreaModel, BaseModel, MomentField


class Term(BaseModel):
    """A word of the county's dictionary (`own`: always one word) or of its stop list (`stop`: never one).

    Taken back, never deleted. `changed_at` is what entries were cut with.
    """

    id = AutoField()
    word = CharField(max_length=20)
    kind = CharField(max_length=4)
    added_at = MomentField()
    ended_at = MomentField(null=True)
    changed_at = MomentField(index=True)
    account_id = BigIntegerField(null=True)

    class Meta:
        table_name = "diary_term"


Term.add_index(Term.index(Term.word, unique=True, where=Term.ended_at.is_null(), name="diary_term_once"))


class EntryWords(AreaModel):
    """The words of a published entry, once each, with a blank before and behind every one.

    Made by the worker; `cut_with` says after which change of the dictionary. `passages`: the words of each
    passage in a line of its own, for telling matters apart.
    """

    entry_id = BigIntegerField(primary_key=True)
    area_code = CharField(max_length=15)
    day = DateField()
    kind = CharField(max_length=12)
    version = BigIntegerField()
    cut_with = MomentField()
    words = TextField()
    passages = TextField(default="")

    class Meta:
        table_name = "diary_entry_words"
        indexes = ((("day", "area_code"), False),)


class DayWords(AreaModel):
    """The words of a day's entries in a town or in the county, so that a period is a sum of a few rows.

    `entries`: how many there are; `words`: word -> in how many of them it stands, as JSON. Made by the worker
    from EntryWords; villages are few enough to be counted from those.
    """

    area_code = CharField(max_length=9)
    day = DateField()
    kind = CharField(max_length=12)
    entries = IntegerField()
    words = TextField()

    class Meta:
        table_name = "diary_day_words"
        primary_key = CompositeKey("area_code", "day", "kind")


class DayToCount(BaseModel):
    """A day whose entries were cut anew since its words were counted."""

    day = DateField(primary_key=True)

    class Meta:
        table_name = "diary_day_to_count"
