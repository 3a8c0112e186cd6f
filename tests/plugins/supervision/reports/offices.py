"""An office for reports: who reports, who is reported, who may handle it and who may not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from core.accounts.api import actor_for, issue_tokens, open_session, operator
from core.files.api import prepare
from core.security import ANONYMOUS, Actor
from core.testing import VILLAGE, JsonClient, TestHousehold
from plugins.supervision.models.reports import MisconductReport, ReportStep
from plugins.supervision.services.reports import NewReport, Receipt, report_misconduct


@dataclass
class Office:
    """People around a village. `secretary` lives in `house`; `wife` of one household with them."""

    secretary: Actor
    wife: Actor
    officer: Actor
    colleague: Actor
    far: Actor
    county: Actor
    county_colleague: Actor
    resident: Actor
    house: TestHousehold
    strangers: tuple[int, ...]
    make: Callable[..., Actor]
    move_clock: Callable[[datetime], None]

    def again(self, actor: Actor) -> Actor:
        """The same account with today's posts."""
        return actor_for(int(actor.account_id or 0))

    def browser(self, app: Flask, actor: Actor) -> FlaskClient:
        """A browser in which they are logged in."""
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["token"] = open_session(operator(), int(actor.account_id or 0)).token
        return browser

    def program(self, app: Flask, actor: Actor) -> JsonClient:
        """A program with a token of theirs."""
        ((_, token),) = issue_tokens(operator(), [int(actor.account_id or 0)], title="test").items()
        return JsonClient(app, token)


def reported(
    office: Office, *whom: Actor, by: Actor = ANONYMOUS, files: Sequence[bytes] = (), **more: Any
) -> Receipt:
    """A report about `whom` (the secretary)."""
    ids = [each.account_id for each in whom or (office.secretary,)]
    facts = {"area_code": VILLAGE, "kind": "taking", "text": "办低保要送两条烟", "account_ids": ids}
    prepared = [prepare("IMG_1.jpg", each) for each in files]
    return report_misconduct(by, NewReport(**{**facts, **more}), prepared)


def last() -> MisconductReport:
    """The newest report."""
    came = ReportStep.select().where(ReportStep.deed == "receive").order_by(ReportStep.id.desc()).first()
    row: MisconductReport = (
        MisconductReport.unscoped("a test").where(MisconductReport.id == came.report_id).get()
    )
    return row


def photo(comment: bytes = b"") -> bytes:
    """A small picture, with what a phone writes into it."""
    out = BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG", comment=comment)
    return out.getvalue()
