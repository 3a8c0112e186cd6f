"""Photos and documents: one row each. Their bytes lie beside the database (core.files.storage)."""

from peewee import BigIntegerField, CharField, IntegerField

from core.db import AreaModel, MomentField


class File(AreaModel):
    """A stored file. `id` cannot be guessed; `subject` (`case:12`) is empty until it is attached.

    `name` is shown and never used as a path; `size` and `sha256` are of the bytes that are kept.
    """

    id = CharField(max_length=20, primary_key=True)
    subject = CharField(max_length=80, index=True)
    area_code = CharField(max_length=15, index=True)
    kind = CharField(max_length=10)
    media_type = CharField(max_length=80)
    size = IntegerField()
    width = IntegerField(null=True)
    height = IntegerField(null=True)
    sha256 = CharField(max_length=64, index=True)
    name = CharField(max_length=120)
    uploaded_by = BigIntegerField(null=True, index=True)
    uploaded_at = MomentField(index=True)
    removed_at = MomentField(null=True)

    class Meta:
        table_name = "files_file"
