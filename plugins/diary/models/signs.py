"""What published entries are found by."""

from peewee import BigIntegerField, CharField, CompositeKey, DateField, SmallIntegerField

from core.db import AreaModel


class EntrySign(AreaModel):
    """A sign, or a pair of signs, that stands in a published entry (plugins/diary/signs.py).

    Kept in the unit of work that changes the entry. In the key's order a search reads its hits by day; its
    last columns tell where they belong and of which kind they are (`words.KIND_NUMBERS`).
    """

    sign = BigIntegerField()
    day = DateField()
    entry_id = BigIntegerField()
    area_code = CharField(max_length=15)
    kind = SmallIntegerField()

    class Meta:
        table_name = "diary_entry_sign"
        primary_key = CompositeKey("sign", "day", "entry_id", "area_code", "kind")
