"""The end of publicity: points are credited, or taken, once each, however late or often the job runs."""

import logging
from typing import Any

from core.areas.api import current_code, is_current
from core.clock import today
from core.db import unit_of_work
from core.errors import DomainError
from core.plugin_manager import SYSTEM
from core.text import N_
from plugins.points_store.errors import BudgetExceeded
from plugins.points_store.models import DEDUCTION, Claim, LedgerAccount, Rule
from plugins.points_store.models.claims import (
    CREDIT,
    CREDITED,
    FOLLOW,
    OPEN_STATES,
    PUBLISHED,
    REFUSE,
    REFUSED,
)
from plugins.points_store.models.earning import LOSS
from plugins.points_store.services import ledger, telling, wallets
from plugins.points_store.services.claim_steps import free_held, take_step
from plugins.points_store.services.claims import wallet_id_of
from plugins.points_store.services.crediting import credit, standing_wallet
from plugins.points_store.services.ledger import Leg

log = logging.getLogger(__name__)
_JOB = "the nightly job looks at every village"
# These pass: the claim waits, and the committee knows why.
PASSING = (BudgetExceeded,)


def finish_publicity() -> int:
    """Credit (or take) whatever was public until yesterday; returns how many claims came to an end.

    The day of publication does not count (民法典第二百零一条), and the last one counts to its end. Each claim
    is a unit of work of its own, so that one which fails keeps no other waiting.
    """
    follow_merged_villages()
    due: Any = (
        Claim.unscoped(_JOB, Claim.id)
        .where((Claim.state == PUBLISHED) & (Claim.public_until < today()))
        .order_by(Claim.public_until, Claim.id)
    )
    done = 0
    for (claim_id,) in list(due.tuples()):
        try:
            done += finish_claim(claim_id)
        except DomainError:
            log.exception("claim %s could not be finished tonight", claim_id)
    return done


def finish_claim(claim_id: int) -> bool:
    """Bring one claim to its end, if its time is over and nothing stands against it."""
    with unit_of_work(housekeeping="a claim that somebody else has finished needs nothing"):
        claim: Claim | None = Claim.unscoped(_JOB).where(Claim.id == claim_id).first()
        if claim is None or claim.state != PUBLISHED or claim.public_until is None:
            return False
        if claim.public_until >= today():
            return False
        try:
            with unit_of_work():
                if claim.effect == LOSS:
                    _deduct(claim)
                else:
                    _credit(claim)
        except PASSING as refusal:
            return _wait(claim_id, refusal)
        except DomainError as refusal:
            _refuse(claim_id, refusal)
    return True


def _credit(claim: Claim) -> None:
    wallet = standing_wallet(SYSTEM, claim.household_id, claim.person_id)
    rule: Rule = (
        Rule.unscoped("a claim keeps the version it was made by").where(Rule.id == claim.rule_id).get()
    )
    booked = credit(
        SYSTEM,
        rule,
        wallet,
        points=claim.points,
        reason=claim.text,
        day=claim.day,
        village=claim.area_code[:12],
    )
    take_step(SYSTEM, claim, CREDIT, CREDITED, transfer_id=booked.transfer_id, problem="")
    telling.tell_result(claim)


def _deduct(claim: Claim) -> None:
    """Take what is there, and say how much of what was decided that is. Never below zero."""
    wallet_id, village = wallet_id_of(claim), claim.area_code[:12]
    changes: dict[str, Any] = dict(free_held(claim, wallet_id))
    taken, transfer_id = 0, None
    if wallet_id is not None:
        wallet: LedgerAccount = LedgerAccount.unscoped(_JOB).where(LedgerAccount.id == wallet_id).get()
        taken = max(0, min(claim.points, wallet.balance - wallet.held))
        if taken:
            wallets.carry_points(SYSTEM, wallet, taken, wallet.area_code[:12], village)
            transfer_id = ledger.post(
                SYSTEM,
                DEDUCTION,
                [Leg(wallet.id, -taken), Leg(ledger.fund(village).id, taken)],
                area_code=village,
                reason=claim.text,
                rule_id=claim.rule_id,
            ).transfer_id
    reason = (
        "" if taken == claim.points else f"应扣 {claim.points} 分，账户里只有 {taken} 分，实扣 {taken} 分。"
    )
    changes |= {"taken": taken, "transfer_id": transfer_id, "problem": ""}
    take_step(SYSTEM, claim, CREDIT, CREDITED, reason=reason, **changes)
    telling.tell_result(claim)


def _wait(claim_id: int, refusal: DomainError) -> bool:
    """It stays public and is tried again tomorrow; the committee is told once."""
    claim: Claim = Claim.unscoped(_JOB).where(Claim.id == claim_id).get()
    if claim.problem != refusal.code:
        Claim.update(problem=refusal.code).where(Claim.id == claim_id).execute()
        telling.tell_committee(
            claim, telling.PROBLEM, N_("第 %(number)s 号申报公示期满，但没能记上，请看原因。")
        )
    return False


def _refuse(claim_id: int, refusal: DomainError) -> None:
    claim: Claim = Claim.unscoped(_JOB).where(Claim.id == claim_id).get()
    changes = free_held(claim, wallet_id_of(claim))
    take_step(SYSTEM, claim, REFUSE, REFUSED, reason=refusal.sentence(), problem=refusal.code, **changes)
    telling.tell_result(claim)


def follow_merged_villages() -> None:
    """Claims of a village that is no more go on in the one that took its place, which pays for them."""
    rows: Any = Claim.unscoped(_JOB, Claim.area_code).where(Claim.state.in_(OPEN_STATES)).distinct()
    for (old,) in list(rows.tuples()):
        new = current_code(old)
        if new == old or is_current(old):
            continue
        with unit_of_work():
            claims = list(Claim.unscoped(_JOB).where((Claim.area_code == old) & Claim.state.in_(OPEN_STATES)))
            for claim in claims:
                take_step(
                    SYSTEM,
                    claim,
                    FOLLOW,
                    claim.state,
                    reason="所在村（网格）已合并，由接续的村办理。",
                    area_code=new,
                )
