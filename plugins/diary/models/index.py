"""What cadres say against their index."""

from peewee import AutoField, BigIntegerField, CharField

from core.db import AreaModel, MomentField


class IndexObjection(AreaModel):
    """An objection to a term of one's own index, and the answer. `area_code`: where one is stationed."""

    id = AutoField()
    account_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15, index=True)
    month = CharField(max_length=7)
    term = CharField(max_length=14)
    text = CharField(max_length=500)
    at = MomentField()
    answer = CharField(max_length=500, default="")
    answered_by = BigIntegerField(null=True)
    answered_at = MomentField(null=True)

    class Meta:
        table_name = "diary_index_objection"
