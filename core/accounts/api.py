"""The door of accounts for modules and plugins that stand above it."""

from core.accounts.actors import OPERATOR_ID, actor_for, actor_of_token, operator
from core.accounts.gate import before_password_change
from core.accounts.guesses import GuessCounter, is_near
from core.accounts.holders import accounts_of_person, holders, persons_of_accounts
from core.accounts.identity import identify
from core.accounts.paths import local_path
from core.accounts.queries import (
    AccountView,
    account_names,
    account_persons,
    find_account,
    list_accounts,
    normal_username,
    own_posts,
    scoped_account,
)
from core.accounts.roles import ADMIN, AUDITOR, DESK_ROLES
from core.accounts.services import (
    AccountRow,
    NewAccount,
    NewToken,
    OpenSession,
    bulk_accounts,
    create_account,
    create_token,
    disable_account,
    enable_account,
    end_post,
    forget_sessions,
    grant_post,
    issue_tokens,
    log_in,
    log_out,
    open_session,
    revoke_token,
    set_password,
)

__all__ = [
    "ADMIN",
    "AUDITOR",
    "DESK_ROLES",
    "OPERATOR_ID",
    "AccountRow",
    "AccountView",
    "GuessCounter",
    "NewAccount",
    "NewToken",
    "OpenSession",
    "account_names",
    "account_persons",
    "accounts_of_person",
    "actor_for",
    "actor_of_token",
    "before_password_change",
    "bulk_accounts",
    "create_account",
    "create_token",
    "disable_account",
    "enable_account",
    "end_post",
    "find_account",
    "forget_sessions",
    "grant_post",
    "holders",
    "identify",
    "is_near",
    "issue_tokens",
    "list_accounts",
    "local_path",
    "log_in",
    "log_out",
    "normal_username",
    "open_session",
    "operator",
    "own_posts",
    "persons_of_accounts",
    "revoke_token",
    "scoped_account",
    "set_password",
]
