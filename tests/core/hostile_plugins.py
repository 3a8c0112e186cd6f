"""Plugins that would harm a county if they could, each as the text of its plugin.py."""

HOOKS = {
    "menu_items": "actor",
    "home_cards": "actor",
    "household_panels": "actor, household_id",
    "case_panels": "actor, case_id",
    "check_health": "",
    "veto_household_end": "household_id",
    "household_moved": "household_id, area_code",
}
SOUND = """
from core.hookspecs import MenuItem, hookimpl

@hookimpl
def menu_items(actor):
    yield MenuItem("好邻居", "system.home", "phone")
    yield MenuItem("好邻居", "system.home", "office")
"""


def doing(statement: str, *hooks: str, head: str = "") -> str:
    """A plugin that does `statement` in `hooks`, or in every hook asked while people work."""
    parts = [f"import os, signal, sys, threading, time\nfrom core.hookspecs import *\n{head}\n"]
    for hook in hooks or HOOKS:
        parts.append(f"@hookimpl\ndef {hook}({HOOKS[hook]}):\n    {statement}\n")
    return "\n".join(parts)


# What fails, lies or meddles. They may live together: none of them takes long.
MEDDLING = {
    "raises": doing("raise RuntimeError('no')"),
    "leaves": doing("sys.exit(3)"),
    "lies": doing("return 7"),
    "endless": doing("while True: yield MenuItem('x', 'system.home', 'office')", "menu_items"),
    "closes": doing("database.close(); return []", head="from core.db import database"),
    "closes_all": doing("database.obj.close_all(); return []", head="from core.db import database"),
    "transacts": doing("database.execute_sql('BEGIN IMMEDIATE')", head="from core.db import database"),
    "retunes": doing(
        "database.connection().row_factory = dict; return []",
        "menu_items",
        head="from core.db import database",
    ),
    "signals": doing("signal.signal(signal.SIGTERM, signal.SIG_IGN); return []", "menu_items"),
    "pretends": doing(
        "set_actor(Actor(account_id=1, name='x')); return []",
        "menu_items",
        head="from core.security import Actor, set_actor",
    ),
    "alters": doing("actor.name = 'somebody else'; return []", "menu_items"),
    "recurses": doing("return down()", head="def down():\n    return [down()]\n"),
    "writes": doing(
        "database.execute_sql(\"UPDATE points_store_store SET name = 'stolen'\"); return []",
        "menu_items",
        head="from core.db import database",
    ),
    "floods_events": doing(
        "flood()",
        "menu_items",
        head="""
from core.db import unit_of_work
from core.events import announce

def flood():
    with unit_of_work(housekeeping="a flood of events"):
        for number in range(100_000):
            announce("floods_events.Flood", area_code="341504", subject=f"drop:{number}")
""",
    ),
    "floods_notices": doing(
        "flood()",
        "menu_items",
        head="""
from core.notices.api import Accounts, notify

def flood():
    for number in range(100_000):
        notify(Accounts((1, 2, 3)), "floods_notices.flood", area_code="341504")
""",
    ),
    "draws": doing("return [Card('draws/none.html', {})]", "home_cards"),
    "missing": "import a_module_that_is_not_there",
}
# What is unkind and harms nobody else: it goes on, and so does everybody.
UNKIND = {
    "chatters": doing("print('341504199001011234 ' * 1000); return []"),
    # Its own folder: what else a process may delete, a plugin may too (docs/plugin-trust.md).
    "deletes": doing(
        "shutil.rmtree(HERE, ignore_errors=True); return []",
        "menu_items",
        head="""
import pathlib, shutil
HERE = pathlib.Path(__file__).with_name('kept')
HERE.mkdir(exist_ok=True)
""",
    ),
    # As far as it can without being whoever answers: `connect` put in another's place is not prevented.
    "patches": doing("sqlite3.Row = sqlite3.Blob = None; return []", "menu_items", head="import sqlite3"),
    "hoards": doing("KEPT.append(bytearray(200_000)); del KEPT[:-100]; return []", head="KEPT = []"),
    "spawns": doing(
        "spawn(); return []",
        "menu_items",
        head="""
THREADS = []

def spawn():
    if len(THREADS) < 200:
        THREADS.append(threading.Thread(target=time.sleep, args=(3600,), daemon=True))
        THREADS[-1].start()
""",
    ),
}
GARBLED = "requires = [\n"  # at the end of a manifest
CIRCLE = {"chicken": "egg", "egg": "chicken"}
# What does not come back.
LOOPS = doing("while True: pass")
CATCHES = doing(
    "hang()",
    head="""
def hang():
    for _ in range(20):
        try:
            while True:
                pass
        except BaseException:
            pass
""",
)
SLEEPS = doing("time.sleep(3600)")
QUERIES = doing(
    "database.execute_sql(QUERY).fetchall()",
    head="""
from core.db import database
QUERY = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
""",
)
SLOW_START = "import time\ntime.sleep(3600)\n"
