"""Opening balances: what households hold on paper comes into the book, checked by a second person.

A sheet names the paper that it was taken from. It is entered by one person, one line or a whole
workbook at once (opening_table), and booked when another one has held it against the paper.
"""

from collections.abc import Sequence

from core import audit
from core.areas.api import get_area
from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.api import household_area, household_head_name
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.errors import OpeningDecided, OpeningSecondPerson, OpeningSpent, OpeningTwice
from plugins.points_store.models import (
    CONFIRMED,
    OPENING,
    REFUSED,
    WAITING,
    WITHDRAWAL,
    LedgerAccount,
    OpeningLine,
    OpeningSheet,
)
from plugins.points_store.services import ledger, lots, wallets
from plugins.points_store.services.ledger import VILLAGE_DIGITS, Leg

P = "points_store.opening"


@value_class
class Holding:
    """What a household (or a person of it) has on paper. `page`: where on the sheet it stands."""

    household_id: int
    points: int
    person_id: int | None = None
    page: str = ""


def enter_opening(
    actor: Actor, *, area_code: str, source: str, holdings: Sequence[Holding], digest: str = ""
) -> OpeningSheet:
    """Enter a sheet of a village; nothing is booked before a second person has confirmed it.

    Raises NotFound, Invalid, OwnAffair, OpeningTwice.
    """
    scope = actor.demand(P, area_code)
    area = get_area(area_code)
    if area is None or area.level != "village":
        raise NotFound
    if not source.strip():
        raise Invalid(fields={"source": [N_("请写明出自哪本台账、第几页。")]})
    with unit_of_work():
        for holding in holdings:
            code = household_area(holding.household_id)
            if code is None or not scope.covers(code) or code[:VILLAGE_DIGITS] != area_code:
                raise NotFound
        _refuse_known(holdings)
        sheet = OpeningSheet.create(
            area_code=area_code,
            source=source.strip(),
            digest=digest,
            entered_at=now(),
            entered_by=actor.account_id,
            entered_person_id=actor.person_id,
        )
        for holding in holdings:
            OpeningLine.create(
                sheet_id=sheet.id,
                household_id=holding.household_id,
                person_id=holding.person_id,
                points=holding.points,
                page=holding.page,
            )
        total = sum(holding.points for holding in holdings)
        _record(actor, "enter_opening", sheet, lines=len(holdings), points=total, file=digest[:16])
    return sheet


def confirm_opening(actor: Actor, *, sheet_id: int) -> int:
    """A second person has held the sheet against the paper: its points are booked, out of the village's fund.

    Returns how many points. Raises NotFound, OpeningDecided, OpeningSecondPerson, OwnAffair,
    BudgetExceeded.
    """
    with unit_of_work():
        sheet = _deciding(actor, sheet_id)
        total = 0
        for line in _lines(sheet_id):
            total += line.points
            wallet = wallets.open_wallet(actor, line.household_id, line.person_id)
            wallets.refuse_own(actor, wallet)
            # The household may have moved since the sheet was written: its points go where it lives.
            booked = ledger.post(
                actor,
                OPENING,
                [Leg(ledger.fund(wallet.area_code).id, -line.points), Leg(wallet.id, line.points)],
                area_code=wallet.area_code[:VILLAGE_DIGITS],
                reason=f"{sheet.source} {line.page}".strip()[:200],
            )
            OpeningLine.update(transfer_id=booked.transfer_id).where(OpeningLine.id == line.id).execute()
        _decide(actor, sheet, CONFIRMED, "")
        _record(actor, "confirm_opening", sheet, points=total)
    return total


def refuse_opening(actor: Actor, *, sheet_id: int, reason: str) -> None:
    """The sheet does not agree with the paper; whoever entered it may do this too.

    Raises NotFound, OpeningDecided, Invalid.
    """
    if not reason.strip():
        raise Invalid(fields={"reason": [N_("请写明原因。")]})
    with unit_of_work():
        sheet = _waiting(actor, sheet_id)
        _decide(actor, sheet, REFUSED, reason.strip())
        _record(actor, "refuse_opening", sheet)


def withdraw_opening(actor: Actor, *, line_id: int, reason: str) -> None:
    """Take back one holder's opening balance, as long as nothing of it was spent.

    A second person does it. Raises NotFound, OpeningSecondPerson, OpeningSpent, OwnAffair, Invalid.
    """
    scope = actor.demand(P)
    if not reason.strip():
        raise Invalid(fields={"reason": [N_("请写明原因。")]})
    with unit_of_work():
        line = OpeningLine.get_or_none(OpeningLine.id == line_id)
        if line is None or line.transfer_id is None or line.withdrawal_id is not None:
            raise NotFound
        sheet: OpeningSheet | None = (
            OpeningSheet.within(scope).where(OpeningSheet.id == line.sheet_id).first()
        )
        if sheet is None:
            raise NotFound
        _refuse_same_person(actor, sheet)
        legs = ledger.legs_of(line.transfer_id)
        (wallet_id,) = (leg.ledger_account_id for leg in legs if leg.points > 0)
        wallet = _wallet(wallet_id)
        wallets.refuse_own(actor, wallet)
        if not _unspent(wallet, line):
            raise OpeningSpent
        # It goes back to the fund of the village that the household lives in now.
        booked = ledger.post(
            actor,
            WITHDRAWAL,
            [Leg(wallet.id, -line.points), Leg(ledger.fund(wallet.area_code).id, line.points)],
            area_code=wallet.area_code[:VILLAGE_DIGITS],
            reason=reason.strip(),
            reverses_id=line.transfer_id,
        )
        OpeningLine.update(withdrawal_id=booked.transfer_id).where(OpeningLine.id == line.id).execute()
        _record(actor, "withdraw_opening", sheet, line=line.id, points=line.points)


def _deciding(actor: Actor, sheet_id: int) -> OpeningSheet:
    sheet = _waiting(actor, sheet_id)
    _refuse_same_person(actor, sheet)
    return sheet


def _waiting(actor: Actor, sheet_id: int) -> OpeningSheet:
    scope = actor.demand(P)
    sheet: OpeningSheet | None = OpeningSheet.within(scope).where(OpeningSheet.id == sheet_id).first()
    if sheet is None:
        raise NotFound
    if sheet.state != WAITING:
        raise OpeningDecided
    return sheet


def _refuse_same_person(actor: Actor, sheet: OpeningSheet) -> None:
    # Two accounts of one person are one pair of eyes.
    same = actor.person_id is not None and actor.person_id == sheet.entered_person_id
    if same or sheet.entered_by == actor.account_id:
        raise OpeningSecondPerson


def _decide(actor: Actor, sheet: OpeningSheet, state: str, note: str) -> None:
    OpeningSheet.update(state=state, decided_at=now(), decided_by=actor.account_id, note=note).where(
        OpeningSheet.id == sheet.id
    ).execute()


def _lines(sheet_id: int) -> list[OpeningLine]:
    return list(OpeningLine.select().where(OpeningLine.sheet_id == sheet_id).order_by(OpeningLine.id))


def _refuse_known(holdings: Sequence[Holding]) -> None:
    known = known_holders([holding.household_id for holding in holdings])
    twice = sorted({it.household_id for it in holdings if (it.household_id, it.person_id) in known})
    if twice:
        names = household_head_name(twice[:5])
        raise OpeningTwice(names="、".join(names.get(key, str(key)) for key in twice[:5]))


def known_holders(household_ids: Sequence[int]) -> set[tuple[int, int | None]]:
    """Household and person of every opening balance that waits or stands."""
    found: set[tuple[int, int | None]] = set()
    for start in range(0, len(household_ids), 500):
        some = list(household_ids[start : start + 500])
        lines = (
            OpeningLine.select(OpeningLine.household_id, OpeningLine.person_id)
            .join(OpeningSheet, on=(OpeningSheet.id == OpeningLine.sheet_id))
            .where(
                OpeningLine.household_id.in_(some)
                & OpeningLine.withdrawal_id.is_null()
                & (OpeningSheet.state != REFUSED)
            )
        )
        found |= {(line.household_id, line.person_id) for line in lines}
    return found


def _wallet(wallet_id: int) -> LedgerAccount:
    wallet: LedgerAccount = (
        LedgerAccount.unscoped("reached through a sheet in the actor's areas")
        .where(LedgerAccount.id == wallet_id)
        .get()
    )
    return wallet


def _unspent(wallet: LedgerAccount, line: OpeningLine) -> bool:
    assert line.transfer_id is not None
    left = {each.lot_id: each.points for each in lots.lots_left(wallet.id, wallet.balance)}
    own = lots.lots_of(line.transfer_id)
    return wallet.balance - wallet.held >= line.points and all(left.get(key) == n for key, n in own.items())


def _record(actor: Actor, deed: str, sheet: OpeningSheet, **detail: object) -> None:
    audit.record(
        actor,
        f"points_store.{deed}",
        area_code=sheet.area_code,
        subject=f"opening:{sheet.id}",
        **detail,
    )
