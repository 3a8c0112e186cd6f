"""Tables: notes, and how many a village has. Names begin with the plugin's."""

from peewee import AutoField, BigIntegerField, CharField, IntegerField

from core.db import AreaModel, MomentField


class Note(AreaModel):
    """One line that somebody wrote down for a village."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    text = CharField(max_length=1000)
    account_id = BigIntegerField()
    at = MomentField()

    class Meta:
        table_name = "elder_meals_note"


class NoteCount(AreaModel):
    """How many notes a village has: kept by the listener, so that no page counts them."""

    area_code = CharField(max_length=15, primary_key=True)
    notes = IntegerField(default=0)

    class Meta:
        table_name = "elder_meals_note_count"
