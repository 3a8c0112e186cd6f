"""The home page: the right face, what plugins bring, the switches that everybody has."""

import pytest

from core.testing import COUNTY_CODE, VILLAGE

CARD = """
from core.hookspecs import Card, MenuItem, hookimpl

@hookimpl
def home_cards(actor):
    yield Card("bright/card.html", {"text": "今日无事 <b>"}, 5)
    yield Card("bright/missing.html", {}, 6)

@hookimpl
def menu_items(actor):
    yield MenuItem("去首页", "system.home", "phone", "home", 1)
    yield MenuItem("走丢了", "nowhere.at_all", "phone", "home", 2)
"""


def test_a_visitor_sees_the_county_and_the_way_in(client):
    page = client.get("/")
    assert page.status_code == 200
    assert "测试县" in page.text
    assert 'href="/accounts/login"' in page.text
    assert "退出登录" not in page.text
    # Whoever has no account can report something, and see how it goes on.
    assert 'href="/cases/open/"' in page.text
    assert 'href="/cases/open/track"' in page.text
    assert 'class="back" href="/"' in client.get("/cases/open/").text


@pytest.mark.parametrize(
    ("role", "face"),
    [("county_admin", "office"), ("auditor", "office"), ("secretary", "office"), ("resident", "phone")],
)
def test_each_kind_of_user_gets_the_face_that_suits(as_role, role, face):
    page = as_role(role, VILLAGE if role in ("secretary", "resident") else COUNTY_CODE).get("/")
    assert page.status_code == 200
    assert f'<body class="{face}"' in page.text


@pytest.mark.parametrize(("role", "title"), [("secretary", "村书记"), ("resident", "居民")])
def test_the_first_page_says_as_whom_and_where_one_acts(as_role, role, title):
    page = as_role(role, VILLAGE).get("/").text
    assert f"测试{role}" in page
    assert f"{title} · 一村" in page


def test_an_account_without_a_post_is_told_why_there_is_nothing(as_role):
    assert "还没有任职" in as_role("unheard_of", VILLAGE).get("/").text


def test_cards_and_menus_of_plugins_stand_there_and_a_failing_one_costs_only_itself(
    plugin_folder, failing_neighbour, as_role_after, county
):
    plugin_folder("bright", {"plugin.py": CARD, "templates/bright/card.html": "<p>{{ text }}</p>"})
    browser = as_role_after("resident", VILLAGE)
    page = browser.get("/")
    assert page.status_code == 200
    assert "<p>今日无事 &lt;b&gt;</p>" in page.text
    assert "去首页" in page.text
    assert "走丢了" not in page.text


@pytest.fixture
def as_role_after(request):
    """`as_role`, with the app built only when it is first called: after the test wrote its plugins."""

    def make(*args, **more):
        return request.getfixturevalue("as_role")(*args, **more)

    return make


def test_the_other_face_is_a_link_away_when_there_is_one(plugin_folder, as_role_after):
    plugin_folder(
        "bright", {"plugin.py": CARD, "templates/bright/card.html": "x", "templates/bright/missing.html": ""}
    )
    browser = as_role_after("county_admin", COUNTY_CODE)
    assert 'href="/?face=phone"' in browser.get("/").text
    assert '<body class="phone"' in browser.get("/?face=phone").text
    assert '<body class="office"' in browser.get("/?face=nonsense").text
    resident = as_role_after("resident", VILLAGE)
    assert '<body class="phone"' in resident.get("/?face=office").text


def test_the_language_is_kept_and_leads_back(client, submit):
    answer = submit(
        client, "/", "/language/en", headers={"Referer": "http://localhost/accounts/login?next=/x"}
    )
    assert (answer.status_code, answer.location) == (303, "/accounts/login?next=/x")
    assert '<html lang="en">' in client.get("/").text
    submit(client, "/", "/language/zh_Hans_CN")
    assert '<html lang="zh-CN">' in client.get("/").text
    assert submit(client, "/", "/language/klingon").status_code == 404


def test_large_print_goes_on_and_off(client, submit):
    assert submit(client, "/", "/large-print").location == "/"
    assert '<body class="phone large"' in client.get("/").text
    submit(client, "/", "/large-print")
    assert '<body class="phone"' in client.get("/").text


@pytest.mark.parametrize(
    "referrer",
    [
        "https://evil.example/accounts/login",
        "http://localhost//evil.example/",
        "http://localhost/no/such/page",
        "http://localhost/accounts/logout",
        "http://[",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_switch_never_leads_away_nor_to_a_page_that_is_not_there(client, submit, referrer):
    answer = submit(client, "/", "/large-print", headers={"Referer": referrer})
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_switch_needs_the_token_of_its_form(client):
    client.get("/")
    assert client.post("/large-print").status_code == 400
    assert client.get("/large-print").status_code == 405


def test_pages_hold_no_inline_code_and_no_foreign_host(client, as_role):
    import re

    admin, auditor = as_role("county_admin", COUNTY_CODE), as_role("auditor", COUNTY_CODE)
    pages = [client.get(path) for path in ("/", "/accounts/login", "/api/v1/docs")]
    pages += [
        admin.get(path)
        for path in (
            "/",
            "/accounts",
            "/accounts/new",
            "/accounts/1",
            "/accounts/tokens",
            "/system/plugins",
            "/system/legal",
        )
    ]
    pages += [auditor.get(path) for path in ("/", "/system/audit", "/system/audit/verdict")]
    for page in pages:
        assert page.status_code == 200
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", page.text)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page.text)
