"""Many at once: one vote a person, each cast a row. With a control that shows the race is real."""

import threading
from concurrent.futures import ThreadPoolExecutor

from peewee import IntegrityError, fn

from core.clock import now
from core.db import database, unit_of_work
from plugins.supervision.models.decisions import Ballot
from plugins.supervision.queries.tally import tally
from plugins.supervision.services.ballots import NewBallot, cast_ballot
from tests.plugins.supervision.ballot_world import world

__all__ = ["world"]

CASTS, THREADS = 50, 10


def at_once(work, count):
    """Run `work(number)` in threads that begin together."""
    start = threading.Barrier(THREADS)

    def one(number):
        with database.connection_context():
            if number < THREADS:
                start.wait(10)
            return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(count)))


def test_fifty_casts_of_one_voter_at_once_are_one_vote_and_fifty_rows(world):
    decision, voter = world.publish(), world.voter(0)
    choices = ("agree", "against", "abstain")
    at_once(lambda number: cast_ballot(voter, decision.id, NewBallot(choices[number % 3])), CASTS)
    kept = list(Ballot.unscoped("test").order_by(Ballot.number))
    assert [row.number for row in kept] == list(range(1, CASTS + 1))
    assert len({row.receipt for row in kept}) == CASTS
    found = tally(world.version(decision)).whole
    assert found.cast == 1
    assert getattr(found, kept[-1].choice) == 1


def test_control_a_number_read_before_the_turn_is_taken_twice(world):
    """The same rows, with the number read outside of the unit of work: the harness catches it."""
    decision = world.publish()
    entry = world.cast(0, decision).roll_entry_id
    gap = threading.Barrier(THREADS, timeout=10)

    def careless(number):
        known = Ballot.unscoped("control", fn.MAX(Ballot.number)).where(Ballot.roll_entry_id == entry)
        last = known.scalar()
        gap.wait()  # everybody has read before anybody writes
        try:
            with unit_of_work(housekeeping="control"):
                Ballot.create(
                    version_id=1,
                    decision_id=decision.id,
                    area_code=decision.area_code,
                    roll_entry_id=entry,
                    number=last + 1,
                    choice="agree",
                    way="phone",
                    account_id=1,
                    receipt=f"CONTROL{number}",
                    cast_at=now(),
                )
        except IntegrityError:
            return "refused"
        return "kept"

    results = at_once(careless, THREADS)
    assert (results.count("kept"), results.count("refused")) == (1, THREADS - 1)
