"""What keeps a ballot honest beside the ballots: photos that serve once, tables of voters, reminders."""

from peewee import AutoField, BigIntegerField, CharField, IntegerField

from core.db import AreaModel, BaseModel, MomentField


class BallotPhoto(BaseModel):
    """The SHA-256 of a paper's photo as it is kept: one photo shows one paper, in the whole county."""

    id = AutoField()
    ballot_id = BigIntegerField(index=True)
    sha256 = CharField(max_length=64, unique=True)

    class Meta:
        table_name = "supervision_ballot_photo"


class VoterBatch(AreaModel):
    """A table of voters that was imported whole and may be taken back whole."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    digest = CharField(max_length=64)
    rows = IntegerField()
    account_id = BigIntegerField(null=True)
    imported_at = MomentField()
    undone_at = MomentField(null=True)

    class Meta:
        table_name = "supervision_voter_batch"


class VoteReminder(BaseModel):
    """Whoever had not voted on a version was told that it closes soon: once."""

    id = AutoField()
    version_id = BigIntegerField(unique=True)
    at = MomentField()

    class Meta:
        table_name = "supervision_vote_reminder"
