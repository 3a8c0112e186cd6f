"""All writes of accounts."""

from core.accounts.services.accounts import (
    NewAccount,
    change_password,
    close_accounts_of,
    create_account,
    disable_account,
    enable_account,
    set_password,
)
from core.accounts.services.bulk import AccountRow, bulk_accounts
from core.accounts.services.duties import end_duties_at, end_duty, grant_duty
from core.accounts.services.posts import end_post, grant_post
from core.accounts.services.sessions import (
    OpenSession,
    forget_sessions,
    log_in,
    log_out,
    open_session,
    use_session,
)
from core.accounts.services.tokens import NewToken, create_token, issue_tokens, revoke_token

__all__ = [
    "AccountRow",
    "NewAccount",
    "NewToken",
    "OpenSession",
    "bulk_accounts",
    "change_password",
    "close_accounts_of",
    "create_account",
    "create_token",
    "disable_account",
    "enable_account",
    "end_duties_at",
    "end_duty",
    "end_post",
    "forget_sessions",
    "grant_duty",
    "grant_post",
    "issue_tokens",
    "log_in",
    "log_out",
    "open_session",
    "revoke_token",
    "set_password",
    "use_session",
]
