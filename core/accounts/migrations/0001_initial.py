"""Tables of accounts: log-ins, posts, sessions, API tokens."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    DateField,
    IntegerField,
    Model,
    TextField,
)


def tables(db):
    class Account(Model):
        id = AutoField()
        username = CharField(max_length=40, unique=True)
        name = CharField(max_length=60)
        area_code = CharField(max_length=15, index=True)
        person_id = BigIntegerField(null=True, index=True)
        password_hash = CharField(max_length=200)
        must_change_password = BooleanField(default=False)
        failures = IntegerField(default=0)
        locked_until = BigIntegerField(null=True)
        created_at = BigIntegerField()
        disabled_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "accounts_account"

    class Post(Model):
        id = AutoField()
        account_id = BigIntegerField(index=True)
        role = CharField(max_length=40)
        area_code = CharField(max_length=15, index=True)
        since = DateField()
        until = DateField(null=True)

        class Meta:
            database = db
            table_name = "accounts_post"

    class Session(Model):
        token_hash = BlobField(primary_key=True)
        account_id = BigIntegerField(index=True)
        created_at = BigIntegerField()
        seen_at = BigIntegerField()
        ends_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "accounts_session"

    class Token(Model):
        id = AutoField()
        account_id = BigIntegerField(index=True)
        title = CharField(max_length=60)
        token_hash = BlobField(unique=True)
        permissions = TextField(null=True)
        created_at = BigIntegerField()
        ends_at = BigIntegerField(null=True)
        revoked_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "accounts_token"

    return [Account, Post, Session, Token]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db))
