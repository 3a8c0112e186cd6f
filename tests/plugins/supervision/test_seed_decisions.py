"""The synthetic county decides; a decision in every state, by the real services."""

from collections import Counter
from contextlib import nullcontext

from core.accounts.api import account_persons, operator
from core.areas.api import install_areas
from core.demo.world import build_world
from core.sheets import Upload
from plugins.supervision.models.decisions import PHONE, Ballot, Decision, RollEntry
from plugins.supervision.queries.log import verify
from plugins.supervision.services.ballots import RECEIPT_SIGNS


def test_an_acceptance_county_has_decisions_in_every_state(county, build_app):
    build_app()
    rows = "".join(
        f"{code},{name},{level},2000-01-01,\n"
        for code, name, level in (("341504001003", "四村", "village"), ("341504002002", "五村", "village"))
    )
    install_areas(operator(), Upload("areas.csv", f"code,name,level,valid_from,valid_to\n{rows}".encode()))
    world = build_world(
        "acceptance", 7, password="Test-county-2026", progress=lambda _: nullcontext(lambda done, total: None)
    )
    made = world.answers["supervision"]["decisions"]
    states = Counter(each["state"] for each in made)
    assert set(states) <= {"draft", "published", "executing", "done", "withdrawn"}
    assert states["executing"] == states["done"] == states["withdrawn"] == 3
    assert verify().is_whole
    kept = list(Ballot.unscoped("a test looks"))
    persons = account_persons({row.account_id for row in kept})
    voters = {entry.id: entry.person_id for entry in RollEntry.unscoped("a test looks")}
    # On the phone one's own alone, through somebody else never by who drafted it, each with a real receipt.
    assert all(persons[row.account_id] == voters[row.roll_entry_id] for row in kept if row.way == PHONE)
    authors = {row.id: row.account_id for row in Decision.unscoped("a test looks")}
    assert not [row.id for row in kept if row.account_id == authors[row.decision_id]]
    assert all(len(row.receipt) == RECEIPT_SIGNS and "SEED" not in row.receipt for row in kept)
