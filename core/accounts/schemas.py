"""Shapes of accounts, in and out."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, pre_load, validate

from core.accounts.passwords import LONGEST
from core.fields import AreaCode, Id, Moment, PageQuery, Strict, Text


def _password(**kwargs: Any) -> fields.String:
    # Not `Text`: a password is taken as it was typed, spaces included.
    return fields.String(required=True, validate=validate.Length(1, LONGEST), **kwargs)


class LoginBody(Strict):
    """What somebody logs in with."""

    username = Text(40, shortest=1, required=True)
    password = _password()


class PasswordBody(Strict):
    """A change of one's own password."""

    old_password = _password()
    new_password = _password()


class PasswordForm(PasswordBody):
    """The same on the page, typed twice."""

    repeated = _password()


class _Form(Strict):
    """An HTML form sends an empty text for what was left out."""

    @pre_load
    def drop_empty(self, data: Any, **_: Any) -> Any:
        """Empty means not given."""
        return (
            {name: value for name, value in data.items() if value != ""} if isinstance(data, dict) else data
        )


class AccountBody(_Form):
    """A new account. Without `password` one is made up and shown once."""

    username = Text(40, shortest=2, required=True)
    name = Text(60, shortest=1, required=True)
    area_code = AreaCode(required=True)
    person_id = Id(load_default=None, allow_none=True)
    password = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, LONGEST))


class PostBody(_Form):
    """A role in an area, from `since` (today) to `until` (open), both inclusive."""

    role = Text(40, shortest=1, required=True)
    area_code = AreaCode(required=True)
    since = fields.Date(load_default=None, allow_none=True)
    until = fields.Date(load_default=None, allow_none=True)


class EndBody(_Form):
    """The last day of a post; without one it ends at once."""

    last_day = fields.Date(load_default=None, allow_none=True)


class StateBody(Strict):
    """Whether an account may be used."""

    enabled = fields.Boolean(required=True, truthy={True}, falsy={False})


class TokenBody(Strict):
    """A new API token. Without `permissions` it may do all that its account may do."""

    title = Text(60, shortest=1, required=True)
    permissions = fields.List(
        fields.String(validate=validate.Length(1, 80)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=200),
    )
    days = fields.Integer(load_default=365, strict=True, validate=validate.Range(1, 1095))


class TokenForm(Strict):
    """The same from the page, where numbers are text; no permission ticked means all."""

    permissions = fields.List(fields.String(validate=validate.Length(1, 80)), load_default=None)
    title = Text(60, shortest=1, required=True)
    days = fields.Integer(required=True, validate=validate.Range(1, 1095))


class AccountQuery(PageQuery):
    """Which accounts to list."""

    class Meta:
        unknown = EXCLUDE

    search = Text(60, load_default="")
    role = Text(40, load_default="")
    area_code = AreaCode(load_default="")
    state = fields.String(load_default="", validate=validate.OneOf(["", "enabled", "disabled"]))


class AccountSearch(AccountQuery):
    """The same from the search form of the page."""

    @pre_load
    def drop_empty(self, data: Any, **_: Any) -> Any:
        """A search form sends an empty text for what was left out."""
        return {name: value for name, value in data.items() if value != ""}


class SessionSchema(Schema):
    """An open session. `token` is the bearer token; it is shown this once."""

    id = fields.String(required=True)
    token = fields.String(required=True)
    account_id = Id(required=True)
    ends_at = Moment(required=True)
    must_change_password = fields.Boolean(required=True)


class PostSchema(Schema):
    """A role in an area; `until` is the last day, null while it is open."""

    id = Id(required=True)
    account_id = Id(required=True)
    role = fields.String(required=True)
    role_title = fields.String(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(["current", "coming", "over"]))


class MeSchema(Schema):
    """Who is acting, today's posts and rights."""

    id = fields.String(required=True)
    username = fields.String(required=True)
    name = fields.String(required=True)
    person_id = Id(required=True, allow_none=True)
    household_id = Id(required=True, allow_none=True)
    must_change_password = fields.Boolean(required=True)
    posts = fields.List(fields.Nested(PostSchema), required=True)
    permissions = fields.List(fields.String(), required=True)


class AccountSchema(Schema):
    """An account; `posts` are those inside the reader's areas."""

    id = Id(required=True)
    username = fields.String(required=True)
    name = fields.String(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    person_id = Id(required=True, allow_none=True)
    must_change_password = fields.Boolean(required=True)
    is_disabled = fields.Boolean(required=True)
    locked_until = Moment(required=True, allow_none=True)
    created_at = Moment(required=True)
    posts = fields.List(fields.Nested(PostSchema), required=True)


class NewAccountSchema(Schema):
    """An account with its initial password, shown this once."""

    id = Id(required=True)
    username = fields.String(required=True)
    initial_password = fields.String(required=True)


class TokenSchema(Schema):
    """An API token without its secret."""

    id = Id(required=True)
    title = fields.String(required=True)
    permissions = fields.List(fields.String(), required=True, allow_none=True)
    created_at = Moment(required=True)
    ends_at = Moment(required=True, allow_none=True)
    revoked_at = Moment(required=True, allow_none=True)


class NewTokenSchema(Schema):
    """An API token just made; `token` is shown this once."""

    id = Id(required=True)
    title = fields.String(required=True)
    permissions = fields.List(fields.String(), required=True, allow_none=True)
    created_at = Moment(required=True)
    ends_at = Moment(required=True)
    token = fields.String(required=True)
