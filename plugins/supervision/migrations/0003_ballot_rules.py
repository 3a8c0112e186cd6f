"""Who proposed a recusal, photos that serve once, tables of voters to be taken back, reminders of votes."""

from peewee import AutoField, BigIntegerField, CharField, IntegerField, Model

from core.migrations import accept_changes, refuse_changes

PHOTO = "supervision_ballot_photo"
COLUMNS = (("supervision_recusal", "proposed_by"), ("supervision_voter", "batch_id"))


def tables(db):
    class BallotPhoto(Model):
        id = AutoField()
        ballot_id = BigIntegerField(index=True)
        sha256 = CharField(max_length=64, unique=True)

        class Meta:
            database = db
            table_name = PHOTO

    class VoterBatch(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        digest = CharField(max_length=64)
        rows = IntegerField()
        account_id = BigIntegerField(null=True)
        imported_at = BigIntegerField()
        undone_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "supervision_voter_batch"

    class VoteReminder(Model):
        id = AutoField()
        version_id = BigIntegerField(unique=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "supervision_vote_reminder"

    return [BallotPhoto, VoterBatch, VoteReminder]


def up(migrator, db):
    db.create_tables(tables(db))
    for table, column in COLUMNS:
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column} BIGINT")
    refuse_changes(db, PHOTO, f"{PHOTO}: a photo belongs to one ballot for good")


def down(migrator, db):
    accept_changes(db, PHOTO)
    for table, column in COLUMNS:
        db.execute_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
    db.drop_tables(tables(db)[::-1])
