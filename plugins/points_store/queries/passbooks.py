"""Reading passbooks: what stands in one, what still has to be printed, a page as it is laid."""

from datetime import datetime

from peewee import fn

from core.accounts.api import account_names
from core.db import rows
from core.errors import NotFound
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.models import (
    LINES_A_PAGE,
    Entry,
    LedgerAccount,
    Passbook,
    PassbookPrint,
    Redemption,
    Transfer,
)
from plugins.points_store.queries.proxies import proxy_names
from plugins.points_store.services.passbooks import found_passbook, last_print
from plugins.points_store.services.wallets import wallet_within

# Words that fit on a line of A6.
SHORT_TITLES = {
    "award": N_("奖励"),
    "redemption": N_("兑换"),
    "reversal": N_("退还"),
    "move_out": N_("迁出"),
    "move_in": N_("迁入"),
    "opening": N_("期初"),
    "expiry": N_("到期"),
    "deduction": N_("扣减"),
    "withdrawal": N_("收回"),
    "handover": N_("转让"),
}
_REACHED = "reached through a wallet that the actor may see"


@value_class
class PassbookLine:
    """A printed line. `points` None: the balance brought forward; `proxy_name`: who redeemed (or nobody)."""

    line: int
    at: datetime
    title: str
    proxy_name: str
    points: int | None
    balance: int


@value_class
class PrintView:
    """What was printed at once, by whom."""

    id: int
    page: int
    first_line: int
    last_line: int
    balance_after: int
    at: datetime
    by: str


@value_class
class PassbookView:
    """A passbook as staff see it. `waiting`: lines that are not printed yet."""

    id: int
    wallet_id: int
    number: int
    opened_at: datetime
    closed_at: datetime | None
    closed_why: str | None
    page: int
    line: int
    balance_after: int
    waiting: int
    prints: list[PrintView]


def wallet_of_passbooks(actor: Actor, wallet_id: int) -> LedgerAccount:
    """A wallet in the areas where the actor makes cards and passbooks. Raises NotFound, Forbidden."""
    return wallet_within(actor.demand("points_store.cards"), wallet_id)


def passbooks_of(wallet_id: int) -> list[PassbookView]:
    """The passbooks of a wallet that the caller may see, the newest first."""
    found = Passbook.select().where(Passbook.wallet_id == wallet_id)
    return [passbook_view(book) for book in found.order_by(Passbook.number.desc()).limit(10)]


def passbook_view(passbook: Passbook) -> PassbookView:
    """One passbook that the caller may see, with its newest prints."""
    last = last_print(passbook.id)
    prints = list(
        PassbookPrint.select()
        .where(PassbookPrint.passbook_id == passbook.id)
        .order_by(PassbookPrint.id.desc())
        .limit(10)
    )
    people = account_names([row.account_id for row in prints])
    return PassbookView(
        id=passbook.id,
        wallet_id=passbook.wallet_id,
        number=passbook.number,
        opened_at=passbook.opened_at,
        closed_at=passbook.closed_at,
        closed_why=passbook.closed_why,
        page=last.page if last else 1,
        line=last.last_line if last else 0,
        balance_after=last.balance_after if last else passbook.brought_forward,
        waiting=waiting_lines(passbook, last),
        prints=[
            PrintView(
                row.id,
                row.page,
                row.first_line,
                row.last_line,
                row.balance_after,
                row.at,
                people.get(row.account_id or 0, ""),
            )
            for row in prints
        ],
    )


def waiting_lines(passbook: Passbook, last: PassbookPrint | None) -> int:
    """How many lines are not printed yet; of a closed passbook none."""
    if passbook.closed_at is not None:
        return 0
    after = last.last_entry if last else passbook.after_entry
    newer = (Entry.ledger_account_id == passbook.wallet_id) & (Entry.id > after)
    ((entries,),) = rows(Entry.select(fn.COUNT(Entry.id)).where(newer))
    return int(entries) + (0 if last else 1)


def printed_page(actor: Actor, print_id: int) -> tuple[PassbookPrint, Passbook, LedgerAccount]:
    """A print in the actor's areas, its passbook and wallet. Raises NotFound, Forbidden."""
    row: PassbookPrint | None = PassbookPrint.get_or_none(PassbookPrint.id == print_id)
    if row is None:
        actor.demand("points_store.cards")
        raise NotFound
    passbook, wallet = found_passbook(actor, row.passbook_id)
    return row, passbook, wallet


def lines_of(row: PassbookPrint, passbook: Passbook) -> list[PassbookLine]:
    """The lines of a print, at their places: the same whenever they are asked for."""
    lines = []
    if row.page == 1 and row.first_line == 1:
        forward = N_("承前余额") if passbook.number > 1 else N_("开折余额")
        lines.append(PassbookLine(1, passbook.opened_at, forward, "", None, passbook.brought_forward))
    booked = (
        Entry.select(Transfer.kind, Transfer.at, Entry.points, Entry.balance_after, Redemption.proxy_id)
        .join(Transfer, on=(Transfer.id == Entry.transfer_id))
        .left_outer_join(Redemption, on=(Redemption.transfer_id == Transfer.id))
        .where(
            (Entry.ledger_account_id == passbook.wallet_id)
            & (Entry.id > row.after_entry)
            & (Entry.id <= row.last_entry)
        )
    )
    entries = list(rows(booked.order_by(Entry.id).limit(LINES_A_PAGE)))
    names = proxy_names(proxy_id for *_, proxy_id in entries)
    first = row.first_line + len(lines)
    for place, (kind, at, points, balance, proxy_id) in enumerate(entries, first):
        lines.append(
            PassbookLine(place, at, SHORT_TITLES[kind], names.get(proxy_id or 0, ""), points, balance)
        )
    return lines


def places_of(row: PassbookPrint, passbook: Passbook) -> list[tuple[int, PassbookLine | None]]:
    """All lines of the page that a print is on; None where it prints nothing."""
    lines = {line.line: line for line in lines_of(row, passbook)}
    return [(place, lines.get(place)) for place in range(1, LINES_A_PAGE + 1)]
