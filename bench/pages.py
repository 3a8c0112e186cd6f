"""Every list at county scale: milliseconds over HTTP, and how many statements a page costs."""

from functools import partial
from urllib.parse import quote, unquote

from bench.figures import Rounds, Row, Run
from bench.inside import MOST_MS, MOST_STATEMENTS, opened_app, statements, visitor
from bench.load import drive, request
from bench.visitors import sign_in, tokens_of
from core.cli.context import opened_with_plugins
from plugins.points_store.models import Store
from tools.running import serving

CLIENTS = 2
API = "/api/v1/"
# Who looks at which list, all over the county unless their post is smaller.
LISTS = (
    ("admin", "/people"),
    ("admin", "/people?page=2000"),
    ("admin", f"/people?search={quote('王秀英')}"),
    ("admin", f"/people?search={quote('秀')}"),
    ("admin", "/people?search=13800138000"),
    ("admin", "/accounts"),
    ("admin", f"/accounts?search={quote('秀')}"),
    ("admin", "/areas"),
    ("admin", "/system/plugins"),
    ("auditor", "/system/audit"),
    ("auditor", "/points-store/office/bookings"),
    ("auditor", "/points-store/office/summary"),
    ("admin", "/points-store/office/rules"),
    ("admin", "/points-store/office/stores"),
    ("admin", "/points-store/office/funds"),
    ("secretary", "/people"),
    ("reviewer", "/points-store/office/award"),
    ("admin", "/points-store/office/cards"),
    ("clerk", "/points-store/stores/{store}"),
    ("clerk", "/points-store/stores/{store}/stock"),
    ("resident", "/"),
    ("resident", "/points-store/"),
    ("admin", f"{API}households?page_size=20"),
    ("admin", f"{API}households?page_size=20&page=2000"),
    ("admin", f"{API}households?page_size=20&search={quote('王秀英')}"),
    ("admin", f"{API}accounts?page_size=20"),
    ("admin", f"{API}areas?page_size=20"),
    ("auditor", f"{API}audit?page_size=20"),
    ("admin", f"{API}stores?page_size=20"),
    ("admin", f"{API}rules?page_size=20"),
    ("auditor", f"{API}ledger-summaries?page_size=20"),
    ("clerk", f"{API}products?page_size=20&store_id={{store}}"),
)


def measure(run: Run) -> list[Row]:
    """P7."""
    asked = _asked(run)
    found = Rounds()
    for name, asked_for in _statements(run, asked).items():
        found.add(f"{name} statements", asked_for)
    with serving(run.county) as url:
        messages = _requests(run, url, asked)
        for number in range(run.rounds):
            for name, message in messages.items():
                seconds = run.seconds / 4
                answered = drive(url, [message], clients=CLIENTS, seconds=seconds, again=True)
                found.add(f"{name} p99", answered.demand(200).p99)
            run.say(f"lists at county scale, round {number + 1} of {run.rounds}")
    rows = []
    for name in asked:
        rows.append(found.row(f"{name} p99", "ms", f"<= {MOST_MS}"))
        rows.append(found.row(f"{name} statements", "statements", f"<= {MOST_STATEMENTS}"))
    return rows


def _asked(run: Run) -> dict[str, tuple[str, str]]:
    with opened_with_plugins(run.county):
        store = min(row.id for row in Store.unscoped("the first store of the demo county"))
    return {f"{who} {unquote(path)}": (who, path.format(store=store)) for who, path in LISTS}


def password(profile: str) -> str:
    """Of every account of a synthetic county, as `gridgov seed` gives it."""
    return f"Mo-ni-{profile}-1"


def _requests(run: Run, url: str, asked: dict[str, tuple[str, str]]) -> dict[str, bytes]:
    who = sorted({name for name, _ in asked.values()})
    tokens = tokens_of(run.county, who)
    cookies = {name: sign_in(url, name, password(run.profile)) for name in who}
    return {
        name: request(
            "GET",
            path,
            {"Authorization": f"Bearer {tokens[who]}"} if path.startswith(API) else {"Cookie": cookies[who]},
        )
        for name, (who, path) in asked.items()
    }


def _statements(run: Run, asked: dict[str, tuple[str, str]]) -> dict[str, int]:
    counts = {}
    tokens = tokens_of(run.county, sorted({name for name, _ in asked.values()}))
    with opened_app(run.county) as app:
        clients = {name: visitor(app, name) for name in tokens}
        for name, (who, path) in asked.items():
            headers = {"Authorization": f"Bearer {tokens[who]}"}
            ask = partial(clients[who].get, path, headers=headers)
            answer = ask()  # what is looked up once a process is known now
            assert answer.status_code == 200, (name, answer.status_code)
            counts[name] = statements(ask)
    return counts
