"""People who look at pages: they log in as a browser does, and ask with their cookie."""

import http.client
import re
import urllib.parse
from collections.abc import Sequence
from pathlib import Path

from core.accounts.api import find_account, issue_tokens, operator
from core.cli.context import opened_with_plugins


def sign_in(url: str, username: str, password: str) -> str:
    """The cookie of a new session. Raises RuntimeError when the log-in is refused."""
    link = http.client.HTTPConnection(url.removeprefix("http://"))
    link.request("GET", "/accounts/login")
    page = link.getresponse()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())
    assert token is not None
    form = {"csrf_token": token[1], "username": username, "password": password}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": _cookie(page),
        "Origin": url,
        "Referer": f"{url}/accounts/login",
    }
    link.request("POST", "/accounts/login", urllib.parse.urlencode(form), headers)
    answer = link.getresponse()
    answer.read()
    link.close()
    if answer.status not in (http.HTTPStatus.FOUND, http.HTTPStatus.SEE_OTHER):
        raise RuntimeError(f"log-in answered {answer.status}")
    return _cookie(answer)


def _cookie(answer: http.client.HTTPResponse) -> str:
    return (answer.getheader("Set-Cookie") or "").partition(";")[0]


def tokens_of(data: Path, usernames: Sequence[str]) -> dict[str, str]:
    """User name -> a fresh API token, for a county that `gridgov demo` made."""
    with opened_with_plugins(data):
        accounts = {name: account.id for name in usernames if (account := find_account(name)) is not None}
        tokens = issue_tokens(operator(), list(accounts.values()), title="基准测试")
        return {name: tokens[key] for name, key in accounts.items()}
