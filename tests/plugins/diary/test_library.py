"""The library: for whom a document is, versions that stay, who has read it, what residents see."""

import io
from datetime import timedelta

import pytest
from peewee import DatabaseError

from core.clock import today
from core.db import unit_of_work
from core.errors import Forbidden, Invalid, NotFound
from core.files.api import prepare
from core.security import ANONYMOUS
from core.testing import COUNTY_CODE, FAR_VILLAGE, MONDAY_MORNING, OTHER_TOWN, TOWN, VILLAGE
from plugins.diary.errors.library import DocumentChanged, DocumentWithdrawn
from plugins.diary.models.library import DocumentVersion
from plugins.diary.queries.library import (
    document,
    list_documents,
    read_counts,
    version_of,
    versions,
)
from plugins.diary.services.library import (
    Audience,
    Content,
    add_document,
    mark_read,
    renew_document,
    withdraw_document,
)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def add(who, title="春耕补贴", text="每亩一百元", area_code=COUNTY_CODE, category="livelihood", **audience):
    return add_document(who, area_code, Content(title, category, text), Audience(**audience))


def titles(reader, **wanted):
    return sorted(row.title for row in list_documents(reader, **wanted)[0])


def test_it_is_for_areas_and_roles(village):
    add(village.chief, "全县")
    add(village.chief, "一镇", places=[TOWN])
    add(village.chief, "一村", places=[VILLAGE])
    add(village.chief, "书记", roles=["secretary"])
    add(village.chief, "另一个镇", places=[OTHER_TOWN])
    assert titles(village.cadre) == ["一村", "一镇", "全县"]
    assert titles(village.colleague) == ["一镇", "全县"]
    assert titles(village.secretary) == ["一村", "一镇", "书记", "全县"]
    assert titles(village.stranger) == ["全县", "另一个镇"]
    assert len(titles(village.chief)) == 5
    assert titles(ANONYMOUS) == []


def test_it_is_found_by_one_sign_or_two_and_by_category(village):
    add(village.chief, "春耕补贴", "每亩一百元")
    add(village.chief, "秸秆禁烧", "不得露天焚烧", category="law")
    add(village.chief, "讲座：怎样听懂土话", "慢一点", category="course")
    assert titles(village.cadre, search="耕") == ["春耕补贴"]
    assert titles(village.cadre, search="焚烧") == ["秸秆禁烧"]
    assert titles(village.cadre, search="禁 天") == ["秸秆禁烧"]
    assert titles(village.cadre, search="禁 亩") == []
    assert titles(village.cadre, category="course") == ["讲座：怎样听懂土话"]
    assert titles(village.cadre, search="%") == titles(village.cadre, search="\0") == []


def test_a_new_version_keeps_the_old_ones_readable(village):
    file = prepare("细则.pdf", PDF)
    number = add_document(
        village.chief,
        COUNTY_CODE,
        Content("补贴", "policy", "每亩一百元", files=[file]),
        Audience(is_public=True),
    )
    renewed = Content("补贴（新）", "policy", "每亩一百二十元")
    assert renew_document(village.chief, number, renewed, version=1, note="提高标准") == 2
    with pytest.raises(DocumentChanged):
        renew_document(village.chief, number, renewed, version=1)
    assert document(village.cadre, number).title == "补贴（新）"
    assert version_of(village.cadre, number, 1).text == "每亩一百元"
    assert version_of(village.cadre, number, 2).files[0].name == "细则.pdf", "the file of the version before"
    assert [version for version, _, _ in versions(village.cadre, number)] == [2, 1]
    assert titles(village.cadre, search="一百元") == []
    with pytest.raises(NotFound):
        version_of(ANONYMOUS, number, 1)
    for statement in (DocumentVersion.update(text="x"), DocumentVersion.delete()):
        with pytest.raises(DatabaseError), unit_of_work(housekeeping="a test"):
            statement.execute()


def test_what_is_not_valid_yet_or_no_longer_is_not_offered(village):
    for title, since, until in (("将来", 3, None), ("过期", -9, -1), ("今天止", -9, 0)):
        content = Content(
            title,
            "policy",
            "x",
            valid_from=today() + timedelta(days=since),
            valid_until=None if until is None else today() + timedelta(days=until),
        )
        add_document(village.chief, COUNTY_CODE, content, Audience(is_public=True))
    assert titles(village.cadre) == titles(ANONYMOUS) == ["今天止"]
    assert titles(village.cadre, valid=False) == ["今天止", "将来", "过期"]
    assert titles(ANONYMOUS, valid=False) == ["今天止", "过期"]


def test_who_has_read_is_counted_by_area_and_version_and_once(village):
    number = add(village.chief)
    for reader in (village.cadre, village.cadre, village.secretary, village.stranger):
        mark_read(reader, number)
    here = village.chief.scope("diary.library")
    counts = read_counts(here, number, 1, digits=9)
    assert [(row.area_code, row.readers) for row in counts] == [(TOWN, 2), (OTHER_TOWN, 1)]
    assert [row.readers for row in read_counts(village.town.scope("diary.library"), number, 1, digits=9)] == [
        2
    ]
    assert document(village.cadre, number).is_read
    assert not document(village.colleague, number).is_read
    renew_document(village.chief, number, Content("春耕补贴", "policy", "新"), version=1)
    assert not document(village.cadre, number).is_read
    assert read_counts(here, number, 2, digits=9) == []


def test_walls_and_the_end(village, actor):
    number = add(village.town, area_code=TOWN, is_public=True)
    other = actor("town_official", OTHER_TOWN)
    for deed in (
        lambda: renew_document(other, number, Content("x", "policy", "x"), version=1),
        lambda: withdraw_document(other, number),
        lambda: add(other, area_code=TOWN),
        lambda: add(other, area_code=OTHER_TOWN, places=[VILLAGE]),
    ):
        with pytest.raises(NotFound):
            deed()
    with pytest.raises(Forbidden):
        add(village.cadre, area_code=VILLAGE)
    assert titles(ANONYMOUS) == ["春耕补贴"]
    withdraw_document(village.town, number)
    assert titles(ANONYMOUS, valid=False) == titles(village.cadre, valid=False) == []
    assert document(village.town, number).is_withdrawn
    with pytest.raises(DocumentWithdrawn):
        renew_document(village.town, number, Content("x", "policy", "x"), version=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"category": "x"},
        {"text": ""},
        {"text": "长" * 50_001},
        {"link": "javascript:alert(1)"},
        {"link": "ftp://x.y"},
        {"valid_until": MONDAY_MORNING.date() - timedelta(days=1)},
    ],
)
def test_what_makes_no_sense_is_refused(village, wrong):
    whole = {"title": "标题", "category": "policy", "text": "x"}
    with pytest.raises(Invalid):
        add_document(village.chief, COUNTY_CODE, Content(**whole | wrong), Audience())
    with pytest.raises(Invalid):
        add(village.chief, roles=["resident"])


# --- pages and interface


def test_residents_read_public_policies_without_names_and_take_the_file(
    village, as_role, submit, client, api_as
):
    desk = as_role("county_admin", COUNTY_CODE)
    made = submit(
        desk,
        "/diary/library/new",
        "/diary/library",
        title="春耕补贴",
        category="livelihood",
        text="每亩一百元",
        area_code=COUNTY_CODE,
        is_public="1",
        file=(io.BytesIO(PDF), "细则.pdf"),
    )
    assert made.status_code == 303
    add(village.chief, "内部")
    number = made.headers["Location"].rpartition("/")[2]
    assert "/diary/policies" in client.get("/").text
    page = client.get("/diary/policies?q=耕").text
    assert "春耕补贴" in page
    assert "内部" not in client.get("/diary/policies").text
    page = client.get(f"/diary/policies/{number}").text
    assert "每亩一百元" in page
    assert "county_admin" not in page
    assert village.chief.name not in page
    shown = client.get(f"/api/v1/policies/{number}").json
    assert shown["files"][0]["name"] == "细则.pdf"
    assert client.get(shown["files"][0]["url"]).data == PDF
    assert [row["title"] for row in client.get("/api/v1/policies").json] == ["春耕补贴"]
    assert len(api_as("stationed_cadre", VILLAGE).get("/policies").json) == 2
    assert client.get("/diary/library").status_code == 302
    assert as_role("resident", VILLAGE).get("/diary/library").status_code == 403
    desk.get(made.headers["Location"])
    submit(desk, made.headers["Location"], f"/diary/library/{number}/withdraw")
    assert client.get(f"/diary/policies/{number}").status_code == 404
    assert client.get(shown["files"][0]["url"]).status_code == 404


def test_pages_of_staff(village, as_role, submit):
    desk, number = as_role("county_admin", COUNTY_CODE), add(village.chief)
    place = f"/diary/library/{number}"
    form = {"title": "春耕补贴", "category": "policy", "text": "第二版", "version": "1", "note": "改了数"}
    assert submit(desk, place + "/renew", place + "/renew", **form).status_code == 303
    stale = submit(desk, place + "/renew", place + "/renew", **form | {"text": "我写的"})
    assert stale.status_code == 409
    assert "我写的" in stale.text
    assert "第二版" in stale.text
    assert 'name="version" value="2"' in stale.text
    cadre = as_role("stationed_cadre", VILLAGE)
    assert submit(cadre, place, place + "/read").status_code == 303
    assert "已读" in cadre.get("/diary/library").text
    assert "每亩一百元" in cadre.get(place + "?version=1").text
    assert cadre.get(place + "?version=9").status_code == 404
    far, elsewhere = as_role("stationed_cadre", FAR_VILLAGE), add(village.chief, places=[TOWN])
    assert far.get(f"/diary/library/{elsewhere}").status_code == 404
    bad = submit(
        desk,
        "/diary/library/new",
        "/diary/library",
        title="坏文件",
        category="policy",
        area_code=COUNTY_CODE,
        file=(io.BytesIO(b"MZ not a document"), "x.exe"),
    )
    assert bad.status_code in (415, 422)
    assert 'value="坏文件"' in bad.text
