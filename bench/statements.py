"""Statements out of a ledger of a million entries (`--large`: five), as JSON and as a page, over HTTP."""

from bench.bare_pages import serving_bare
from bench.figures import Rounds, Row, Run
from bench.inside import MOST_STATEMENTS, opened_app, statements, visitor
from bench.ledger_data import entries_of, long_county, long_profile, resident_wallet
from bench.load import drive, request
from bench.pages import password
from bench.visitors import sign_in, tokens_of
from core.cli.context import opened_with_plugins
from core.db import rows
from plugins.points_store.models import WALLET, Entry, LedgerAccount
from tools.running import serving

MOST_MS, CLIENTS, WALLETS = 50, 2, 400
BARE = "bare entries"
LONGEST, DEEP, ANY = "longest statement as JSON", "its page 50 as JSON", "statements of 400 wallets as JSON"
PAGE, FURTHER = "longest statement as page", "its page 50 as page"


def measure(run: Run) -> list[Row]:
    """Milliseconds over HTTP, two at a time, and how many statements a page costs."""
    data, found = long_county(run), Rounds()
    entries = entries_of(data)
    with opened_with_plugins(data):
        longest, wallets = resident_wallet(), _some_wallets()
        lines = Entry.select().where(Entry.ledger_account_id == longest).count()
    token = tokens_of(data, ["auditor"])["auditor"]
    api = {"Authorization": f"Bearer {token}"}
    bare = [request("GET", f"/entries/{wallet}", {}) for wallet in wallets]
    with serving(data) as url, serving_bare("rows", BENCH_DATABASE=str(data / "gridgov.db")) as bare_url:
        resident = {"Cookie": sign_in(url, "resident", password(long_profile(run)))}
        asked = {
            ANY: [request("GET", _path(wallet), api) for wallet in wallets],
            LONGEST: [request("GET", _path(longest), api)],
            DEEP: [request("GET", f"{_path(longest)}&page=50", api)],
            PAGE: [request("GET", "/points-store/", resident)],
            FURTHER: [request("GET", "/points-store/?page=50", resident)],
        }
        for number in range(run.rounds):
            for name, messages in [(BARE, bare), *asked.items()]:
                where = bare_url if name == BARE else url
                answered = drive(where, messages, clients=CLIENTS, seconds=run.seconds / 2, again=True)
                found.add(name, answered.demand(200).rate)
                found.add(f"{name} p99", answered.p99)
            run.say(f"statements out of {entries} entries, round {number + 1} of {run.rounds}")
    with opened_app(data) as app:
        client = visitor(app, "resident")
        client.get("/points-store/")  # what is looked up once a process is known now
        found.add(f"{PAGE} statements", statements(lambda: client.get("/points-store/")))
    shown = [found.row(f"{BARE} p99", "ms", baseline=f"{entries} entries; sqlite3 + dict + json, no count")]
    for name in asked:
        baseline = f"{lines} lines" if name == LONGEST else ""
        shown.append(found.row(f"{name} p99", "ms", f"<= {MOST_MS}", baseline))
    return [
        *shown,
        found.ratio(f"{ANY} / {BARE}", ANY, BARE),
        found.row(f"{PAGE} statements", "statements", f"<= {MOST_STATEMENTS}"),
    ]


def _path(wallet: int) -> str:
    return f"/api/v1/wallets/{wallet}/entries?page_size=20"


def _some_wallets() -> list[int]:
    """Wallets from all over the county."""
    found = LedgerAccount.unscoped("wallets of a synthetic county", LedgerAccount.id)
    ids = [key for (key,) in rows(found.where(LedgerAccount.kind == WALLET).order_by(LedgerAccount.id))]
    return ids[:: max(1, len(ids) // WALLETS)][:WALLETS]
