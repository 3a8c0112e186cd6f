"""Counts ballots as plainly as can be: for tests of what stands on the count, where its subject is not there."""

from types import SimpleNamespace

from plugins.supervision.models.decisions import AGREE, SEATS, Ballot
from plugins.supervision.queries.roll import roll_of


def tally(version):
    roll = roll_of(version.id)
    last = {}
    for ballot in Ballot.unscoped("a test counts").where(Ballot.version_id == version.id).order_by(Ballot.id):
        last[ballot.roll_entry_id] = ballot.choice

    def count(entries):
        base = len(entries)
        agree = sum(last.get(entry.id) == AGREE for entry in entries)
        needed = -(-version.approval_percent * base // 100)
        return SimpleNamespace(
            agree=agree, base=base, needed=needed, short=max(0, needed - agree), is_met=0 < base and agree >= needed
        )

    whole = count(roll)
    whole.by_seat = {seat: count([entry for entry in roll if seat in entry.seats.split(",")]) for seat in SEATS}
    if not version.pooled:
        groups = [group for group in whole.by_seat.values() if group.base]
        whole.is_met = bool(groups) and all(group.is_met for group in groups)
    return whole
