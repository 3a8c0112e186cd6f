"""Experts (人才库), and the cases that they were asked to help with."""

from peewee import AutoField, BigIntegerField, BlobField, CharField

from core.db import AreaModel, MomentField


class Expert(AreaModel):
    """Somebody who knows a field and can be asked in an area; the phone is sealed. Ended, never deleted."""

    id = AutoField()
    area_code = CharField(max_length=15)
    name = CharField(max_length=60)
    field = CharField(max_length=12)
    speciality = CharField(max_length=100, default="")
    unit = CharField(max_length=100, default="")
    phone_sealed = BlobField(null=True)
    available = CharField(max_length=200, default="")
    added_at = MomentField()
    ended_at = MomentField(null=True)

    class Meta:
        table_name = "diary_expert"
        indexes = ((("area_code", "field"), False),)


class ExpertHelp(AreaModel):
    """That an expert was asked about a case; `area_code` is the case's, so each village sees its own."""

    id = AutoField()
    expert_id = BigIntegerField()
    case_id = BigIntegerField(index=True)
    case_number = CharField(max_length=20)
    area_code = CharField(max_length=15)
    note = CharField(max_length=300, default="")
    account_id = BigIntegerField()
    at = MomentField()

    class Meta:
        table_name = "diary_expert_help"
        indexes = ((("expert_id", "case_id"), True),)
