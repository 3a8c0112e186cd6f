"""Entries of the diary (民情日记), what they are about, and what became of them."""

from peewee import SQL, AutoField, BigIntegerField, BlobField, CharField, DateField, IntegerField, TextField

from core.db import AreaModel, MomentField
from plugins.diary.words import PUBLISHED


class Entry(AreaModel):
    """A day's text. `text` is without ID numbers and phones; the original, where it had some, is sealed.

    `day` is the day it tells of, which may lie many years back (a paper diary that is typed in).
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    account_id = BigIntegerField()
    kind = CharField(max_length=12)
    line = CharField(max_length=30, default="")
    day = DateField()
    text = TextField()
    original_sealed = BlobField(null=True)
    state = CharField(max_length=10)
    version = IntegerField(default=1)
    visit_id = BigIntegerField(null=True, index=True)
    cases = IntegerField(default=0)
    created_at = MomentField()
    updated_at = MomentField()
    removed_at = MomentField(null=True)

    class Meta:
        table_name = "diary_entry"
        indexes = ((("account_id", "day"), False),)


# What colleagues may read. The word is written out: an index of some rows serves a condition only where the
# database sees that it speaks of the same rows.
is_published = (Entry.state == SQL(f"'{PUBLISHED}'")) & Entry.removed_at.is_null()
# What colleagues read, newest first: of an area, and of the county, which is counted by kind as well.
Entry.add_index(
    Entry.index(
        Entry.area_code,
        Entry.day,
        Entry.id,
        where=is_published,
        name="diary_entry_read",
    )
)
Entry.add_index(
    Entry.index(
        Entry.day,
        Entry.id,
        Entry.area_code,
        Entry.kind,
        where=is_published,
        name="diary_entry_newest",
    )
)
# Those of a line of service are few.
has_line = is_published & (Entry.line != SQL("''"))
Entry.add_index(Entry.index(Entry.line, Entry.day, Entry.id, where=has_line, name="diary_entry_line"))


class EntryVersion(AreaModel):
    """An entry as it was before a change; forgotten with the entry when its author removes it."""

    id = AutoField()
    entry_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    version = IntegerField()
    text = TextField()
    original_sealed = BlobField(null=True)
    state = CharField(max_length=10)
    account_id = BigIntegerField()
    at = MomentField()

    class Meta:
        table_name = "diary_entry_version"


class EntryLink(AreaModel):
    """A person, household, establishment or area that an entry is about, as a person confirmed it.

    `target` is an id, of an area its code; `area_code` is the entry's.
    """

    id = AutoField()
    entry_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    kind = CharField(max_length=14)
    target = CharField(max_length=20)
    word = CharField(max_length=60)
    account_id = BigIntegerField(null=True)
    at = MomentField()

    class Meta:
        table_name = "diary_entry_link"
        indexes = ((("entry_id", "kind", "target"), True), (("kind", "target"), False))


class EntryCase(AreaModel):
    """A problem of an entry that became a case."""

    id = AutoField()
    entry_id = BigIntegerField(index=True)
    case_id = BigIntegerField(unique=True)
    area_code = CharField(max_length=15)
    at = MomentField()

    class Meta:
        table_name = "diary_entry_case"
