"""Accounts, their posts, sessions and API tokens. Secrets are stored as hashes only."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    DateField,
    IntegerField,
    TextField,
)

from core.db import AreaModel, BaseModel, MomentField


class Account(AreaModel):
    """A log-in. `area_code` is where it is administered; rights come from posts alone."""

    id = AutoField()
    username = CharField(max_length=40, unique=True)
    name = CharField(max_length=60)
    area_code = CharField(max_length=15, index=True)
    person_id = BigIntegerField(null=True, index=True)
    password_hash = CharField(max_length=200)
    must_change_password = BooleanField(default=False)
    failures = IntegerField(default=0)
    locked_until = MomentField(null=True)
    created_at = MomentField()
    disabled_at = MomentField(null=True)

    class Meta:
        table_name = "accounts_account"


class Post(AreaModel):
    """A role in an area from a date to a date, both inclusive (任职). Ended, never deleted."""

    id = AutoField()
    account_id = BigIntegerField(index=True)
    role = CharField(max_length=40)
    area_code = CharField(max_length=15, index=True)
    since = DateField()
    until = DateField(null=True)

    class Meta:
        table_name = "accounts_post"


class Session(BaseModel):
    """Somebody logged in. The row is the session: delete it and the next request is refused."""

    token_hash = BlobField(primary_key=True)
    account_id = BigIntegerField(index=True)
    created_at = MomentField()
    seen_at = MomentField()
    ends_at = MomentField()

    class Meta:
        table_name = "accounts_session"


class Token(BaseModel):
    """An API token: hash, limits, end. `permissions` is a JSON list, or null for all of the account's."""

    id = AutoField()
    account_id = BigIntegerField(index=True)
    title = CharField(max_length=60)
    token_hash = BlobField(unique=True)
    permissions = TextField(null=True)
    created_at = MomentField()
    ends_at = MomentField(null=True)
    revoked_at = MomentField(null=True)

    class Meta:
        table_name = "accounts_token"
