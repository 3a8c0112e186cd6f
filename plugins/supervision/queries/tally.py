"""What the ballots of a version come to, in integers.

The share is one of the whole roll and not of those who answered (document 003; DOMAIN.md, edge 1); whoever
left by recusal is neither in the count nor in the base. Of each voter the last valid ballot counts: a paper
ballot is valid once a second person has found it right, and until then an earlier one of the voter stands.
A paper that came before the close may be checked after it. In a secret version there are no counts before the
close: they would tell of single ballots, so the sum is sealed and nothing is met.
"""

from collections import Counter
from collections.abc import Iterable

from peewee import JOIN, fn

from core.clock import now
from core.db import rows
from core.value_classes import value_class
from plugins.supervision.ballot_seal import open_choice
from plugins.supervision.models.decisions import (
    ABSTAIN,
    AGAINST,
    AGREE,
    PAPER,
    SEATS,
    Ballot,
    BallotCheck,
    DecisionVersion,
)
from plugins.supervision.queries.roll import roll_of

_OF_VERSION = "ballots of a version that the caller was allowed to see"
# Of a secret version, groups smaller than this are not shown: a count would be a name.
SMALLEST_SHOWN = 5


@value_class
class SeatTally:
    """Ballots of one group: `cast` of `base` voters have a ballot that counts; `needed` must agree.

    `is_sealed`: the ballot is secret and not over: choices are 0, nothing is met or known to be short.
    """

    agree: int
    against: int
    abstain: int
    cast: int
    base: int
    percent: int
    is_sealed: bool = False

    @property
    def needed(self) -> int:
        """The least number of approvals: the number itself is included (Civil Code article 1259)."""
        return -(-self.percent * self.base // 100)

    @property
    def short(self) -> int:
        """How many approvals are missing."""
        return 0 if self.is_sealed else max(0, self.needed - self.agree)

    @property
    def open(self) -> int:
        """How many have not voted."""
        return self.base - self.cast

    @property
    def is_met(self) -> bool:
        """Whether enough agree. Nobody's approval is none."""
        return not self.is_sealed and self.base > 0 and 100 * self.agree >= self.percent * self.base


@value_class
class Tally:
    """The whole roll, each person once, and each group, where a person counts in every seat that they hold.

    `pooled`: the share is that of the whole roll, else of each group that has voters.
    """

    whole: SeatTally
    by_seat: dict[str, SeatTally]
    pooled: bool
    is_secret: bool
    # How many voters hold each combination of seats.
    mixes: tuple[int, ...] = ()

    @property
    def is_sealed(self) -> bool:
        """Whether nothing of the choices may be known yet."""
        return self.whole.is_sealed

    @property
    def agree(self) -> int:
        """Approvals of the whole roll."""
        return self.whole.agree

    @property
    def against(self) -> int:
        """Refusals of the whole roll."""
        return self.whole.against

    @property
    def abstain(self) -> int:
        """Abstentions of the whole roll."""
        return self.whole.abstain

    @property
    def base(self) -> int:
        """How many may vote."""
        return self.whole.base

    @property
    def needed(self) -> int:
        """How many of the whole roll must agree."""
        return self.whole.needed

    @property
    def short(self) -> int:
        """How many approvals are missing: of the whole roll, or of all groups that may be shown together."""
        if self.pooled or not self.shows_seats:
            return self.whole.short
        return sum(seat.short for seat in self.by_seat.values())

    @property
    def is_met(self) -> bool:
        """Whether enough agree, by the version's rule."""
        asked = [self.whole] if self.pooled else [seat for seat in self.by_seat.values() if seat.base]
        return bool(asked) and all(group.is_met for group in asked)

    @property
    def shows_seats(self) -> bool:
        """Whether the groups may be shown: in a secret ballot no count may be so small that it names.

        Who holds two seats counts in both groups and once in the whole, so that the counts together give
        away how those with both seats voted: each combination of seats must be large enough.
        """
        return not self.is_secret or min(self.mixes, default=0) >= SMALLEST_SHOWN

    @property
    def shown_seats(self) -> dict[str, SeatTally]:
        """The groups, where they may be shown."""
        return self.by_seat if self.shows_seats else {}


@value_class
class Counted:
    """A ballot that counts, `choice` as it is stored."""

    id: int
    roll_entry_id: int
    number: int
    choice: str
    opinion: str
    receipt: str


def is_sealed(version: DecisionVersion) -> bool:
    """Whether nothing of the choices may be known yet."""
    return bool(version.secret) and now() < version.closes_at


def counted_ballots(version: DecisionVersion) -> dict[int, Counted]:
    """Roll entry -> the ballot that counts, of everybody on the roll who has one."""
    on_roll = {int(entry.id) for entry in roll_of(version.id)}
    return {entry_id: ballot for entry_id, ballot in _last_valid(version).items() if entry_id in on_roll}


def _last_valid(version: DecisionVersion) -> dict[int, Counted]:
    query = (
        Ballot.unscoped(
            _OF_VERSION,
            Ballot.id,
            Ballot.roll_entry_id,
            Ballot.number,
            Ballot.choice,
            Ballot.opinion,
            Ballot.receipt,
        )
        .join(BallotCheck, JOIN.LEFT_OUTER, on=(BallotCheck.ballot_id == Ballot.id))
        .where(
            (Ballot.version_id == version.id)
            & (Ballot.cast_at < version.closes_at)
            & ((Ballot.way != PAPER) | (BallotCheck.is_right == True))  # noqa: E712 - a column
        )
        .order_by(Ballot.roll_entry_id, Ballot.number)
    )
    return {row[1]: Counted(*row) for row in rows(query)}


def unchecked_changes(version: DecisionVersion) -> int:
    """How many voters have a ballot that counts and a later paper that nobody has checked yet."""
    last = _last_valid(version)
    query = (
        Ballot.unscoped(_OF_VERSION, Ballot.roll_entry_id, fn.MAX(Ballot.number))
        .join(BallotCheck, JOIN.LEFT_OUTER, on=(BallotCheck.ballot_id == Ballot.id))
        .where((Ballot.version_id == version.id) & (Ballot.way == PAPER) & BallotCheck.id.is_null())
        .group_by(Ballot.roll_entry_id)
    )
    return sum(1 for entry_id, number in rows(query) if entry_id in last and last[entry_id].number < number)


def choice_of(version: DecisionVersion, ballot: Counted) -> str:
    """What a ballot says. Raises ValueError where a sealed one was altered."""
    if version.secret:
        return open_choice(ballot.choice, ballot.roll_entry_id, ballot.number)
    return ballot.choice


def tally(version: DecisionVersion) -> Tally:
    """Count the ballots of a version."""
    roll, last = roll_of(version.id), _last_valid(version)
    sealed = is_sealed(version)
    lines: list[tuple[str, str]] = []  # the seats of a voter, and what they chose: "" for not yet
    for entry in roll:
        ballot = last.get(entry.id)
        chosen = "" if ballot is None else "sealed" if sealed else choice_of(version, ballot)
        lines.append((entry.seats, chosen))
    by_seat = {
        seat: _sum((chosen for seats, chosen in lines if seat in seats.split(",")), version) for seat in SEATS
    }
    return Tally(
        _sum((chosen for _, chosen in lines), version),
        by_seat,
        bool(version.pooled),
        bool(version.secret),
        tuple(Counter(entry.seats for entry in roll).values()),
    )


def _sum(chosen: Iterable[str], version: DecisionVersion) -> SeatTally:
    counts = Counter(chosen)
    base = counts.total()
    return SeatTally(
        counts[AGREE],
        counts[AGAINST],
        counts[ABSTAIN],
        base - counts[""],
        base,
        int(version.approval_percent),
        is_sealed(version),
    )
