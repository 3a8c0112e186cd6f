"""A village with a store and its people, built for the tests of the points store."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.clock import CHINA
from core.county import plugins
from core.people.api import HouseholdRow, PersonRow, bulk_insert_households
from core.plugin_manager import SYSTEM
from core.security import Actor, Post, grants
from plugins.points_store.models import Entry, LedgerAccount, Product, Rule, Store
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services import awards, codes, redemption

VILLAGE, SIBLING, OTHER_TOWN = "341504001001", "341504001002", "341504100200"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=CHINA)


def acting(account_id: int, role: str, area_code: str, household_id: int | None = None) -> Actor:
    """Somebody with one post, as the accounts module would make them."""
    posts = (Post(role, area_code),)
    return Actor(
        account_id=account_id,
        name=f"{role}{account_id}",
        posts=posts,
        permissions=grants(posts, plugins().roles()),
        household_id=household_id,
        person_id=household_id,
    )


@dataclass
class World:
    """One village ready to redeem."""

    admin: Actor
    secretary: Actor
    reviewer: Actor
    clerk: Actor
    second_clerk: Actor
    sibling_clerk: Actor
    resident: Actor
    household: int
    other_household: int
    sibling_household: int
    rule: Rule
    store: Store
    sibling_store: Store
    salt: Product
    oil: Product
    bus: Product
    move_clock: Any

    def award(self, points: int, household: int | None = None) -> int:
        """Credit points; returns the wallet's id."""
        wallet, _ = awards.award(
            self.reviewer,
            household_id=household or self.household,
            rule_id=self.rule.id,
            points=points,
            reason="清理河道",
        )
        return int(wallet.id)

    def code(self) -> codes.IssuedCode:
        """A fresh code of the resident."""
        return codes.issue_code(self.resident)

    def redeem(self, raw_code: str, *picks: tuple[Product, int], **more: Any) -> redemption.Receipt:
        """The clerk redeems."""
        return redemption.redeem(
            more.pop("actor", self.clerk),
            store_id=more.pop("store_id", self.store.id),
            raw_code=raw_code,
            picks=[redemption.Pick(product.id, quantity) for product, quantity in picks],
            **more,
        )

    def balance(self, household: int | None = None) -> int:
        """What the household's wallet holds."""
        holder = LedgerAccount.household_id == (household or self.household)
        wallet = LedgerAccount.unscoped("test").where(holder).first()
        return int(wallet.balance) if wallet else 0


def household_in(area_code: str, number: str, name: str) -> int:
    row = HouseholdRow(area_code=area_code, number=number, persons=[PersonRow(name=name, is_head=True)])
    return int(bulk_insert_households(SYSTEM, [row])[0])


def ledger_is_sound() -> bool:
    """What must hold whatever happened: entries sum to zero and to the balances, none negative."""
    return not verify_ledger().mistakes and sum(entry.points for entry in Entry.select()) == 0
