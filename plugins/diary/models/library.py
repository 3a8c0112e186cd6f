"""The library (政策库、课程): documents in versions, for whom they are, who has read them."""

from peewee import AutoField, BigIntegerField, BooleanField, CharField, DateField, IntegerField, TextField

from core.db import AreaModel, MomentField


class Document(AreaModel):
    """A policy or course as it stands now; `version` is the newest one's number.

    `roles`: codes between commas (`,secretary,supervisor,`), empty for all staff. `is_public`: for
    residents too.
    """

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    category = CharField(max_length=12)
    title = CharField(max_length=100)
    text = TextField()
    version = IntegerField(default=1)
    valid_from = DateField()
    valid_until = DateField(null=True)
    roles = CharField(max_length=200, default="")
    is_public = BooleanField(default=False)
    added_at = MomentField()
    changed_at = MomentField(index=True)
    withdrawn_at = MomentField(null=True)

    class Meta:
        table_name = "diary_document"


class DocumentPlace(AreaModel):
    """An area for which a document is."""

    id = AutoField()
    document_id = BigIntegerField()
    area_code = CharField(max_length=15, index=True)

    class Meta:
        table_name = "diary_document_place"
        indexes = ((("document_id", "area_code"), True),)


class DocumentVersion(AreaModel):
    """A document as it was from a moment on; never changed. `files_of`: the version whose file it has."""

    id = AutoField()
    document_id = BigIntegerField()
    area_code = CharField(max_length=15)
    version = IntegerField()
    category = CharField(max_length=12)
    title = CharField(max_length=100)
    text = TextField()
    link = CharField(max_length=300, default="")
    valid_from = DateField()
    valid_until = DateField(null=True)
    files_of = IntegerField()
    note = CharField(max_length=200, default="")
    account_id = BigIntegerField(null=True)
    at = MomentField()

    class Meta:
        table_name = "diary_document_version"
        indexes = ((("document_id", "version"), True),)


class DocumentRead(AreaModel):
    """That an account has read a version; `area_code` is where the reader serves, for counting by area."""

    id = AutoField()
    document_id = BigIntegerField()
    version = IntegerField()
    account_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    at = MomentField()

    class Meta:
        table_name = "diary_document_read"
        indexes = ((("document_id", "version", "account_id"), True),)
