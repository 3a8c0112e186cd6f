"""Every deed of accounts leaves its line, with a title that people can read."""

from core.accounts.api import (
    actor_for,
    create_account,
    create_token,
    disable_account,
    enable_account,
    end_post,
    grant_post,
    issue_tokens,
    log_in,
    log_out,
    open_session,
    operator,
    revoke_token,
    set_password,
)
from core.accounts.services import change_password
from core.audit import AuditLine, verify
from core.county import plugins
from core.testing import COUNTY_CODE, VILLAGE


def test_every_deed_leaves_a_line_with_a_title(account, actions):
    account("county_admin", COUNTY_CODE)
    before = len(actions())
    made = create_account(
        operator(), username="wang.wu", name="王五", area_code=VILLAGE, password="First-one-2026"
    )
    post = grant_post(operator(), made.id, role="secretary", area_code=VILLAGE)
    end_post(operator(), post)
    session = log_in("wang.wu", "First-one-2026", address="127.0.0.1")
    log_out(actor_for(made.id), session.token)
    change_password(actor_for(made.id), old_password="First-one-2026", new_password="Second-one-2026")
    open_session(operator(), made.id)
    set_password(operator(), made.id)
    revoke_token(operator(), create_token(operator(), made.id, title="x").id)
    issue_tokens(operator(), [made.id], title="y")
    disable_account(operator(), made.id)
    enable_account(operator(), made.id)
    done = actions()[before:]
    assert done == [
        "accounts.create_account",
        "accounts.grant_post",
        "accounts.end_post",
        "accounts.log_in",
        "accounts.log_out",
        "accounts.change_password",
        "accounts.open_session",
        "accounts.reset_password",
        "accounts.create_token",
        "accounts.revoke_token",
        "accounts.issue_tokens",
        "accounts.disable_account",
        "accounts.enable_account",
    ]
    titles = plugins().audit_titles()
    assert all(action in titles for action in [*done, "accounts.refuse_log_in", "accounts.import_accounts"])
    assert verify().broken_at is None


def test_the_record_names_nobody(account):
    account("county_admin", COUNTY_CODE)
    create_account(operator(), username="wang.wu", name="王五", area_code=VILLAGE, password="First-one-2026")
    text = "".join(line.detail + line.subject for line in AuditLine.unscoped("a test"))
    for secret in ("王五", "wang.wu", "First-one-2026"):
        assert secret not in text
