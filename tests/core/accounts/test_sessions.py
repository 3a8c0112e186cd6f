"""Sessions end: by time, by logging out, by a new password, by disabling."""

from datetime import timedelta

import pytest

from core.accounts.api import disable_account, forget_sessions, open_session, operator, set_password
from core.accounts.models import Session
from core.audit import AuditLine
from core.testing import MONDAY_MORNING, PASSWORD, VILLAGE, JsonClient


@pytest.fixture
def session(app, account, log_in, frozen_clock):
    """A program logged in as a secretary at MONDAY_MORNING."""
    return JsonClient(app, log_in(account("secretary", VILLAGE).username).json["token"])


def after(clock, **span):
    """Move the clock to so long after MONDAY_MORNING."""
    clock(MONDAY_MORNING + timedelta(**span))


def test_an_idle_session_ends_after_half_an_hour(session, frozen_clock):
    after(frozen_clock, minutes=29, seconds=59)
    assert session.get("/me").status_code == 200
    after(frozen_clock, minutes=59, seconds=58)
    assert session.get("/me").status_code == 200, "the use before has prolonged it"
    after(frozen_clock, minutes=89, seconds=58)
    assert session.get("/me").status_code == 401


def test_a_busy_session_ends_after_twelve_hours_all_the_same(session, frozen_clock):
    for minutes in range(0, 12 * 60, 20):
        after(frozen_clock, minutes=minutes)
        assert session.get("/me").status_code == 200
    after(frozen_clock, hours=12)
    assert session.get("/me").status_code == 401


def test_the_last_seen_time_is_noted_once_a_minute_and_not_on_the_record(session, frozen_clock):
    lines = AuditLine.unscoped("a test").count()
    after(frozen_clock, seconds=59)
    session.get("/me")
    assert Session.get().seen_at == MONDAY_MORNING
    after(frozen_clock, seconds=60)
    session.get("/me")
    assert Session.get().seen_at == MONDAY_MORNING + timedelta(seconds=60)
    assert AuditLine.unscoped("a test").count() == lines


def test_a_session_ends_when_its_owner_logs_out(session):
    assert session.call("DELETE", "/sessions/current").status_code == 204
    assert session.get("/me").status_code == 401
    assert session.call("DELETE", "/sessions/current").status_code == 401


def test_every_session_ends_with_the_password(app, account, log_in):
    made = account("secretary", VILLAGE)
    first, second = (JsonClient(app, log_in(made.username).json["token"]) for _ in range(2))
    changed = first.post("/me/password", {"old_password": PASSWORD, "new_password": "Another-one-2026"})
    assert changed.status_code == 204
    assert (first.get("/me").status_code, second.get("/me").status_code) == (401, 401)
    assert log_in(made.username).status_code == 401
    assert log_in(made.username, "Another-one-2026").status_code == 201


def test_sessions_end_when_the_account_is_disabled_or_gets_a_new_password(app, account, log_in):
    for stop in (disable_account, set_password):
        made = account("secretary", VILLAGE)
        browser = JsonClient(app, log_in(made.username).json["token"])
        assert browser.get("/me").status_code == 200
        stop(operator(), made.id)
        assert browser.get("/me").status_code == 401


def test_sessions_that_are_over_are_swept_out(account, frozen_clock):
    made = account("secretary", VILLAGE)
    open_session(operator(), made.id)
    after(frozen_clock, minutes=20)
    open_session(operator(), made.id)
    after(frozen_clock, minutes=31)
    assert forget_sessions() == 1
    assert Session.select().count() == 1


def test_a_made_up_or_overlong_token_opens_nothing(app, account):
    account("secretary", VILLAGE)
    for token in ("gs_made-up", "gs_" + "x" * 5000, "gt_made-up", "", "🙂"):
        headers = {"Authorization": f"Bearer {token}".encode("utf-8", "replace").decode("latin-1")}
        assert app.test_client().get("/api/v1/me", headers=headers).status_code == 401
