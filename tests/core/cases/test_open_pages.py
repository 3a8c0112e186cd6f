"""The residents' pages: reporting with an account or by a printed code, following, rating, public answers."""

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.areas.models import Area
from core.cases.api import accept_case, comment_case, resolve_case
from core.cases.models import Case
from core.cases.queries.held import token_of
from core.county import county
from core.files.api import files_of
from core.testing import COUNTY_CODE, FAR_VILLAGE, GRID, SISTER_VILLAGE, VILLAGE
from tests.core.cases.conftest import World
from tests.pictures import huge_png, picture

Browse = Callable[..., FlaskClient]


class Phone:
    """Somebody's phone: opens the form, sends it with the token that stands in it, follows."""

    def __init__(self, client: FlaskClient, address: str = "203.0.113.7") -> None:
        self.client = client
        self.environ = {"REMOTE_ADDR": address}

    def get(self, path: str) -> Any:
        return self.client.get(path, environ_base=self.environ)

    def post(self, path: str, page: str = "", **fields: Any) -> Any:
        """Send the form of `page` (the path itself) with `fields`."""
        shown = self.get(page or path).get_data(as_text=True)
        hidden = dict(re.findall(r'name="(csrf_token|form_key|version)" value="([^"]*)"', shown))
        return self.client.post(path, data={**hidden, **fields}, environ_base=self.environ)

    def report(self, code: str = VILLAGE, *, photos: int = 1, **fields: Any) -> Any:
        images = [(io.BytesIO(picture()), f"{n}.jpg") for n in range(photos)]
        values = {"kind": "cases.snapshot", "text": "", **fields}
        return self.post(f"/r/{code}", **values, **({"photos": images} if images else {}))

    def rate(self, where: str, thumb: str = "up", solved: str = "true", **more: Any) -> Any:
        return self.post(f"{where}/rating", where, thumb=thumb, solved=solved, **more)


@pytest.fixture
def phone(app: Flask, world: World) -> Phone:
    """A phone without an account."""
    return Phone(app.test_client())


@pytest.fixture
def own_phone(as_role: Browse, world: World) -> Phone:
    """The phone of a resident with an account."""
    return Phone(as_role("resident", VILLAGE, person_id=world.resident.person_id))


def last() -> Case:
    row: Case = Case.unscoped("a test looks at the row").order_by(Case.id.desc()).get()
    return row


def count() -> int:
    return int(Case.unscoped("a test counts").count())


def settle(world: World, case_id: int, answer: str = "已修好") -> None:
    accept_case(world.secretary, case_id)
    resolve_case(world.secretary, case_id, outcome="solved", answer=answer)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.get_data(as_text=True))


def test_a_photo_and_a_kind_are_enough_without_an_account(phone: Phone) -> None:
    sent = phone.report()
    row = last()
    assert sent.status_code == 303
    assert f"/cases/open/f/case.{row.number}~{row.key}." in sent.location
    assert (row.filed_by, row.person_id, row.channel, row.text, row.public) == (
        None,
        None,
        "open",
        "（见照片）",
        True,
    )
    (photo,) = files_of(f"case:{row.id}")
    page = text_of(phone.get(sent.location))
    assert row.number in page
    assert row.key[:4] in page
    assert "<svg" in page
    where = sent.location.partition("?")[0]
    assert phone.get(f"{where}/photos/{photo.id}/thumb").mimetype == "image/jpeg"
    # By itself the photo is nobody's to see.
    assert phone.get(photo.url).status_code == 404


def test_a_resident_with_an_account_finds_the_village_the_case_and_their_list(
    own_phone: Phone, world: World
) -> None:
    begun = own_phone.get("/cases/open/")
    assert begun.location.startswith(f"/r/{VILLAGE}")
    sent = own_phone.report(text="路灯不亮", place="村口", kind="cases.report")
    row = last()
    assert sent.location == f"/cases/open/{row.id}?sent=1"
    assert (row.person_id, row.place, row.public) == (world.resident.person_id, "村口", False)
    assert "路灯不亮" in text_of(own_phone.get("/cases/open/mine"))


def test_the_same_form_sent_again_and_again_is_one_case(phone: Phone, own_phone: Phone) -> None:
    for number, each in enumerate((phone, own_phone), 1):
        ways = {each.report(form_key="the-same-number").location for _ in range(3)}
        assert len(ways) == 1
        assert count() == number
        assert len(files_of(f"case:{last().id}")) == 1
    assert phone.report(form_key="another-number").location not in ways
    assert count() == 3


def test_what_is_missing_is_said_and_what_was_written_stays(phone: Phone) -> None:
    empty = phone.report(photos=0, text="")
    assert empty.status_code == 422
    assert "请写明情况" in empty.get_data(as_text=True)
    unkind = phone.post(f"/r/{VILLAGE}", text="井盖坏了", place="东头")
    assert (unkind.status_code, count()) == (422, 0)
    shown = unkind.get_data(as_text=True)
    assert "请先点一下，这是哪一类事。" in shown
    assert "井盖坏了" in shown
    assert 'value="东头"' in shown


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "cases.nothing"},
        {"text": "字" * 5001},
        {"latitude": "abc", "longitude": "1"},
        {"latitude": "30.5"},
        {"photos": (io.BytesIO(b"<html>"), "a.jpg")},
        {"photos": (io.BytesIO(huge_png(30_000)), "a.png")},
        {"photos": [(io.BytesIO(picture()), f"{n}.jpg") for n in range(7)]},
        {"form_key": "x"},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_what_cannot_be_is_refused_and_nothing_is_filed(phone: Phone, fields: dict[str, Any]) -> None:
    refused = phone.post(f"/r/{VILLAGE}", **{"kind": "cases.snapshot", "text": "路", **fields})
    assert refused.status_code in (409, 413, 422)
    assert count() == 0


def test_a_form_from_elsewhere_is_refused_without_an_account_too(phone: Phone) -> None:
    values = {"kind": "cases.snapshot", "text": "路", "form_key": "12345678"}
    refused = phone.client.post(f"/r/{VILLAGE}", data=values)
    assert refused.status_code == 400
    assert "form_expired" in refused.get_data(as_text=True)
    assert count() == 0


def test_a_position_is_kept_only_when_it_is_given(phone: Phone) -> None:
    phone.report()
    assert last().latitude is None
    phone.report(latitude="31.8412345678901", longitude="115.9")
    assert (round(last().latitude, 4), last().longitude) == (31.8412, 115.9)
    allowed = phone.get(f"/r/{VILLAGE}").headers["Permissions-Policy"]
    assert "geolocation=(self)" in allowed
    # No other page may ask for it.
    assert "geolocation=()" in phone.get("/cases/open/track").headers["Permissions-Policy"]


def test_who_does_not_want_it_public_says_so(phone: Phone) -> None:
    phone.report(private="1")
    assert last().public is False


def test_a_merged_villages_old_code_leads_to_the_successor(phone: Phone) -> None:
    Area.update(valid_to=date(2026, 3, 1), successor_code=VILLAGE).where(
        Area.code.startswith(SISTER_VILLAGE)
    ).execute()
    shown = text_of(phone.get(f"/r/{SISTER_VILLAGE}"))
    assert "您扫的是旧码" in shown
    assert f'action="/r/{VILLAGE}"' in shown
    phone.report(SISTER_VILLAGE)
    assert last().area_code == VILLAGE
    assert "您扫的是旧码" not in text_of(phone.get(f"/r/{VILLAGE}"))


def test_the_code_of_a_grid_files_in_the_grid_and_one_that_is_none_offers_the_villages(phone: Phone) -> None:
    phone.report(GRID)
    assert last().area_code == GRID
    unknown = phone.get("/r/no-such-code")
    assert unknown.status_code == 404
    assert "inside=341504001" in unknown.get_data(as_text=True)
    assert f"/r/{VILLAGE}" in text_of(phone.get("/cases/open/?inside=341504001"))
    assert phone.get("/r/341504001").location.startswith("/cases/open/?inside=341504001")


def test_an_address_that_reports_in_bulk_waits_and_others_do_not(phone: Phone, app: Flask) -> None:
    statuses = [phone.report(photos=0, text=f"第{n}件").status_code for n in range(21)]
    assert statuses == [303] * 20 + [429]
    refused = phone.report(photos=0, text="又一件")
    assert refused.headers["Retry-After"]
    assert "登录后反馈" in refused.get_data(as_text=True)
    assert Phone(app.test_client(), "203.0.113.8").report(photos=0, text="别人").status_code == 303


def test_a_village_takes_only_so_many_reports_without_accounts_a_day(
    phone: Phone, own_phone: Phone, world: World
) -> None:
    for number in range(county().settings.cases.open_per_village):
        world.file(kind="cases.report", text=f"第{number}件", channel="open")
    assert phone.report(photos=0, text="第四件").status_code == 429
    assert phone.report(FAR_VILLAGE, photos=0, text="别村").status_code == 303
    assert own_phone.report(photos=0, text="有账号").status_code == 303


def test_the_holder_of_the_code_rates_down_and_the_case_is_open_again_one_level_up(
    phone: Phone, world: World
) -> None:
    where = phone.report().location.partition("?")[0]
    row = last()
    assert "提交评价" not in text_of(phone.get(where))
    settle(world, row.id)
    shown = text_of(phone.get(where))
    assert "已修好" in shown
    assert "提交评价" in shown
    assert phone.rate(where, "down", "false", note="没修好").status_code == 303
    row = last()
    assert (row.state, row.level, row.thumb) == ("reopened", "town", "down")
    again = text_of(phone.get(where))
    assert "正在重新办" in again
    assert "没修好" in again
    assert "提交评价" not in again


def test_up_but_not_solved_is_not_solved(own_phone: Phone, world: World) -> None:
    where = own_phone.report().location.partition("?")[0]
    settle(world, last().id)
    assert own_phone.rate(where, "up", "false").status_code == 303
    assert last().state == "reopened"


def test_only_whoever_reported_rates(own_phone: Phone, phone: Phone, world: World, as_role: Browse) -> None:
    where = own_phone.report().location.partition("?")[0]
    row = last()
    settle(world, row.id)
    neighbour = Phone(as_role("resident", VILLAGE, person_id=world.neighbour.person_id))
    secretary = Phone(as_role("secretary", VILLAGE))
    for stranger in (neighbour, secretary):
        assert stranger.get(where).status_code == 404
        sent = stranger.post(f"{where}/rating", "/cases/open/track", thumb="up", solved="true")
        assert sent.status_code == 404
    assert phone.get(where).location.startswith("/accounts/login")
    missing = own_phone.rate(where, "", "")
    assert (missing.status_code, last().state) == (422, "resolved")
    assert own_phone.rate(where).status_code == 303
    assert last().thumb == "up"
    twice = own_phone.post(f"{where}/rating", where, thumb="down", solved="false", version=last().version)
    assert twice.status_code == 409


def test_a_forged_or_foreign_code_opens_nothing(phone: Phone) -> None:
    where = phone.report().location.partition("?")[0]
    first = last()
    phone.report()
    second = last()
    token = where.rpartition("/")[2]
    forged = token.replace(f"{first.number}~{first.key}", f"{second.number}~{second.key}")
    for bad in (forged, token[:-1], "x", "case.1~2.0.abc", "a.b.c"):
        assert phone.get(f"/cases/open/f/{bad}").status_code == 404
        refused = phone.post(f"/cases/open/f/{bad}/rating", "/cases/open/track", thumb="up", solved="true")
        assert refused.status_code == 404
    (photo,) = files_of(f"case:{second.id}")
    assert phone.get(f"{where}/photos/{photo.id}").status_code == 404


def test_number_and_key_lead_to_the_case_and_a_wrong_key_does_not(phone: Phone, world: World) -> None:
    phone.report()
    row = last()
    settle(world, row.id)  # public and answered: even then the key counts
    typed = {
        "number": f" {row.number.lower().replace('-', '－')} ",
        "key": f"{row.key[:4].lower()} {row.key[4:]}",
    }
    found = phone.post("/cases/open/track", **typed)
    assert found.location == f"/cases/open/f/{token_of(row.id)}"
    for wrong in ({**typed, "key": "AAAAAAAA"}, {**typed, "key": ""}, {**typed, "number": "260302-AAAAAA"}):
        refused = phone.post("/cases/open/track", **wrong)
        assert (refused.status_code, "没有找到" in refused.get_data(as_text=True)) == (404, True)


def test_guessing_keys_is_slowed_down(phone: Phone) -> None:
    phone.report()
    typed = {"number": last().number, "key": "AAAAAAAA"}
    statuses = [phone.post("/cases/open/track", **typed).status_code for _ in range(31)]
    assert statuses == [404] * 30 + [429]
    right = phone.post("/cases/open/track", number=last().number, key=last().key)
    assert right.status_code == 429


def test_public_answers_name_nobody(own_phone: Phone, phone: Phone, world: World) -> None:
    own_phone.report(text="张三家门口的路坏了，电话13812345678，身份证341504199001010017")
    settle(world, last().id, "张三，路修好了")
    own_phone.report(kind="cases.report", text="我家低保的事")
    settle(world, last().id)
    phone.report(text="还没有人管")
    shown = text_of(phone.get(f"/r/{VILLAGE}/answers"))
    assert "张某，路修好了" in shown
    for hidden in ("张三", "13812345678", "341504199001010017", "低保", "还没有人管"):
        assert hidden not in shown
    assert "还没有公开的答复" in text_of(phone.get(f"/r/{SISTER_VILLAGE}/answers"))


def test_the_reporter_reads_no_names_and_no_notes_between_colleagues(own_phone: Phone, world: World) -> None:
    where = own_phone.report().location.partition("?")[0]
    case_id = last().id
    comment_case(world.secretary, case_id, "此人常来，先放一放")
    settle(world, case_id)
    assert own_phone.post(f"{where}/words", where, words="还有一处").status_code == 303
    shown = text_of(own_phone.get(where))
    assert "还有一处" in shown
    assert "先放一放" not in shown
    assert "测试secretary" not in shown


def test_a_case_is_taken_back_until_somebody_works_on_it(own_phone: Phone, world: World) -> None:
    where = own_phone.report().location.partition("?")[0]
    assert own_phone.post(f"{where}/cancel", where).status_code == 303
    assert last().state == "cancelled"
    where = own_phone.report().location.partition("?")[0]
    accept_case(world.secretary, last().id)
    assert "不用办了" not in text_of(own_phone.get(where))
    assert own_phone.post(f"{where}/cancel", where).status_code == 403


def test_the_codes_to_print_are_those_of_ones_own_areas(as_role: Browse, world: World, phone: Phone) -> None:
    secretary = Phone(as_role("secretary", VILLAGE))
    listed = text_of(secretary.get("/cases/open/codes"))
    assert f"/cases/open/codes/{VILLAGE}" in listed
    assert SISTER_VILLAGE not in listed
    sheet = text_of(secretary.get(f"/cases/open/codes/{VILLAGE}"))
    assert f"/r/{VILLAGE}<" in sheet
    assert f"/r/{GRID}<" in sheet
    assert secretary.get(f"/cases/open/codes/{SISTER_VILLAGE}").status_code == 404
    admin = Phone(as_role("county_admin", COUNTY_CODE))
    assert SISTER_VILLAGE in text_of(admin.get("/cases/open/codes?q=二村"))
    assert phone.get("/cases/open/codes").location.startswith("/accounts/login")


def test_the_home_page_shows_the_ways_in_and_what_waits_for_a_rating(own_phone: Phone, world: World) -> None:
    before = text_of(own_phone.get("/"))
    assert "村民信箱" in before
    assert "有答复了，请您评价" not in before
    own_phone.report(text="路灯不亮")
    settle(world, last().id)
    after = text_of(own_phone.get("/"))
    assert "有答复了，请您评价" in after
    assert "路灯不亮" in after


def test_a_letter_needs_words_and_may_have_photos(phone: Phone) -> None:
    shown = text_of(phone.get(f"/r/{VILLAGE}?way=letter"))
    assert 'name="kind" value="cases.letter"' in shown
    phone.report(kind="cases.letter", photos=0, text="希望装一个篮球架")
    assert (last().kind, last().public) == ("cases.letter", True)
