"""Passbooks (存折): the statement of a household without a phone, printed on where it stopped.

Every booking since the first passbook was opened is printed once, over all passbooks of a wallet: a
new one begins after the last line of the one before, with its balance brought forward.
"""

from peewee import fn

from core import audit
from core.clock import now
from core.db import rows, unit_of_work
from core.errors import NotFound
from core.security import Actor
from plugins.points_store.errors import PassbookClosed, PassbookInUse, PassbookUpToDate
from plugins.points_store.models import LINES_A_PAGE, Entry, LedgerAccount, Passbook, PassbookPrint
from plugins.points_store.services import wallets

P = "points_store.cards"


def open_passbook(actor: Actor, *, wallet_id: int) -> Passbook:
    """The first passbook of a wallet: it begins with what is there. Raises NotFound, PassbookInUse."""
    scope = actor.demand(P)
    with unit_of_work():
        wallet = wallets.wallet_within(scope, wallet_id)
        if Passbook.get_or_none(Passbook.wallet_id == wallet_id) is not None:
            raise PassbookInUse
        newest = Entry.select(fn.COALESCE(fn.MAX(Entry.id), 0)).where(Entry.ledger_account_id == wallet_id)
        ((after,),) = rows(newest)
        return _open(actor, wallet, 1, wallets.balance_of(wallet_id), after)


def replace_passbook(actor: Actor, *, passbook_id: int, why: str) -> Passbook:
    """Close a passbook that is lost or full, and begin a new one where it stopped.

    `why`: PASSBOOK_LOST or PASSBOOK_FULL. Raises NotFound, PassbookClosed.
    """
    with unit_of_work():
        passbook, wallet = found_passbook(actor, passbook_id)
        if passbook.closed_at is not None:
            raise PassbookClosed
        Passbook.update(closed_at=now(), closed_by=actor.account_id, closed_why=why).where(
            Passbook.id == passbook.id
        ).execute()
        _record(actor, "close_passbook", wallet, passbook, why=why)
        last = last_print(passbook.id)
        balance = last.balance_after if last else passbook.brought_forward
        after = last.last_entry if last else passbook.after_entry
        return _open(actor, wallet, passbook.number + 1, balance, after)


def print_page(actor: Actor, *, passbook_id: int) -> PassbookPrint:
    """Take down the lines that come next, as many as fit onto the page that is begun.

    What is left over is printed onto the next page, by the next call. Two who print at once do not print
    the same lines. Raises NotFound, PassbookClosed, PassbookUpToDate.
    """
    # A unit that is alone: nobody books between the reading and the writing, on either database.
    with unit_of_work():
        passbook, wallet = found_passbook(actor, passbook_id)
        if passbook.closed_at is not None:
            raise PassbookClosed
        last = last_print(passbook.id)
        page, line = _next_place(last)
        after = last.last_entry if last else passbook.after_entry
        balance = last.balance_after if last else passbook.brought_forward
        # A new passbook's first line is the balance brought forward.
        first_entry_line = line if last else line + 1
        newer = Entry.select(Entry.id, Entry.balance_after).where(
            (Entry.ledger_account_id == wallet.id) & (Entry.id > after)
        )
        entries = list(rows(newer.order_by(Entry.id).limit(LINES_A_PAGE - first_entry_line + 1)))
        if last and not entries:
            raise PassbookUpToDate
        newest, balance = entries[-1] if entries else (after, balance)
        printed = PassbookPrint.create(
            passbook_id=passbook.id,
            page=page,
            first_line=line,
            last_line=first_entry_line + len(entries) - 1,
            after_entry=after,
            last_entry=newest,
            balance_after=balance,
            at=now(),
            account_id=actor.account_id,
        )
        _record(actor, "print_passbook", wallet, passbook, print=printed.id, last_entry=newest)
        return printed


def found_passbook(actor: Actor, passbook_id: int) -> tuple[Passbook, LedgerAccount]:
    """A passbook in the areas where the actor makes them, and its wallet. Raises NotFound, Forbidden."""
    scope = actor.demand(P)
    passbook: Passbook | None = Passbook.get_or_none(Passbook.id == passbook_id)
    if passbook is None:
        raise NotFound
    return passbook, wallets.wallet_within(scope, passbook.wallet_id)


def last_print(passbook_id: int) -> PassbookPrint | None:
    """What was printed last into a passbook."""
    newest: PassbookPrint | None = (
        PassbookPrint.select()
        .where(PassbookPrint.passbook_id == passbook_id)
        .order_by(PassbookPrint.id.desc())
        .first()
    )
    return newest


def _next_place(last: PassbookPrint | None) -> tuple[int, int]:
    """Page and line below the last line that was printed."""
    if last is None:
        return 1, 1
    return (last.page, last.last_line + 1) if last.last_line < LINES_A_PAGE else (last.page + 1, 1)


def _open(actor: Actor, wallet: LedgerAccount, number: int, balance: int, after_entry: int) -> Passbook:
    passbook = Passbook.create(
        wallet_id=wallet.id,
        number=number,
        brought_forward=balance,
        after_entry=after_entry,
        opened_at=now(),
        opened_by=actor.account_id,
    )
    _record(actor, "open_passbook", wallet, passbook, number=number, after_entry=after_entry)
    return passbook


def _record(actor: Actor, deed: str, wallet: LedgerAccount, passbook: Passbook, **detail: object) -> None:
    audit.record(
        actor,
        f"points_store.{deed}",
        area_code=wallet.area_code,
        subject=f"passbook:{passbook.id}",
        wallet_id=wallet.id,
        **detail,
    )
