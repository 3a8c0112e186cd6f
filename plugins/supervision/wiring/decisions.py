"""Decisions, their rolls, ballots and log: what they add to the county."""

from core.parts import Part
from plugins.supervision.models.decisions import (
    Ballot,
    BallotCheck,
    Decision,
    DecisionVersion,
    LogEntry,
    Recusal,
    RollEntry,
    Voter,
)

PART = Part(
    models=(Decision, DecisionVersion, Voter, RollEntry, Recusal, Ballot, BallotCheck, LogEntry),
)
