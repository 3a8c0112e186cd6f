"""What a first view costs on a thin line: requests, and kilobytes as they go over it compressed."""

import gzip
import re
import urllib.request

from bench.counties import shop_of
from bench.figures import Rounds, Row, Run
from bench.pages import password
from bench.visitors import sign_in
from tools.running import serving

# Who sees what first, with the targets of docs/performance.md.
VIEWS = (
    ("resident", "/points-store/", "<= 60, then <= 40", "<= 5"),
    ("clerk", "/points-store/stores/{store}", "", ""),
    ("admin", "/people", "<= 150, then <= 90", ""),
)
_PARTS = re.compile(
    r'(?:<link[^>]+rel="(?:stylesheet|icon)"[^>]+href|<script[^>]+src|<img[^>]+src)="([^"]+)"'
)


def measure(run: Run) -> list[Row]:
    """P16, by the page's own links: a cache that is empty, and nothing fetched afterwards."""
    shop = shop_of(run, "weight")
    found = Rounds()
    rows = []
    with serving(shop.data) as url:
        for who, path, kilobytes, requests in VIEWS:
            cookie = sign_in(url, who, password("small"))
            page = _get(url + path.format(store=shop.tills[0].store_id), cookie)
            parts = dict.fromkeys(_PARTS.findall(page.decode()))
            sizes = [len(gzip.compress(page, 6))]
            sizes += [len(gzip.compress(_get(url + part, cookie), 6)) for part in parts if part[:1] == "/"]
            found.add(who, sum(sizes) / 1000)
            found.add(f"{who} requests", len(sizes))
            rows += [
                found.row(who, "kB gz", kilobytes, f"P16 first view of {path}"),
                found.row(f"{who} requests", "requests", requests),
            ]
    run.say("weight of first views")
    return rows


def _get(address: str, cookie: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Cookie": cookie})) as answer:
        body: bytes = answer.read()
    return body
