"""Devices of a store as their browsers are: a key, a clock, a queue, and no idea of the server."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.clock import now
from core.db import milliseconds
from plugins.points_store.models import LedgerAccount, Quota
from plugins.points_store.services import cards, devices, offline_sync, quotas
from plugins.points_store.services.offline_entries import GENESIS, SignedEntry, hash_of

_NAMES = (f"前台手机{number}" for number in count(1))


@dataclass
class Phone:
    """A clerk's device. `off`: by how much its clock is wrong."""

    world: object
    clerk: object
    store_id: int
    key: object
    off: timedelta = timedelta()
    id: int = 0
    queue: list[SignedEntry] = field(default_factory=list)
    quotas: dict[int, list] = field(default_factory=dict)

    @property
    def public_key(self):
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def mark(self):
        return devices.mark_of(self.public_key)

    def sign(self, text):
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def enrol(self):
        proof = self.sign(devices.enrolment_text(self.store_id, self.mark))
        asked = devices.enrol_device(
            self.clerk, store_id=self.store_id, name=next(_NAMES), public_key=self.public_key, proof=proof
        )
        self.id = asked.id
        return self

    def approved(self):
        devices.approve_device(self.world.secretary, device_id=self.id)
        return self

    def reserve(self):
        taken = quotas.reserve(self.clerk, mark=self.mark, sent_through=len(self.queue))
        rows = Quota.unscoped("test").where(Quota.reservation_id == taken.reservation.id)
        self.quotas = {row.wallet_id: [row.mark, row.points] for row in rows}
        return taken

    def write(self, card, *picks, at=None, careless=False, previous=None, words=None):
        """Spend without a line; refuses what the quota does not cover unless `careless`."""
        items = [[product.id, quantity, product.points * quantity] for product, quantity in picks]
        points = sum(item[2] for item in items)
        mark, left = self.quotas[card.wallet_id]
        if points > left and not careless:
            return None
        self.quotas[card.wallet_id][1] = left - points
        before = hash_of(self.queue[-1].text) if self.queue else GENESIS
        text = {
            "device": self.mark,
            "seq": len(self.queue) + 1,
            "quota": mark,
            "card": card.token,
            "items": items,
            "points": points,
            "at": milliseconds(at or now() + self.off),
            "previous": previous or before,
        } | (words or {})
        self.queue.append(self.signed(text))
        return self.queue[-1]

    def signed(self, words):
        text = json.dumps(words, ensure_ascii=False)
        return SignedEntry(text, self.sign(text))

    def send(self, entries=None, actor=None):
        """Hand in the queue or a part of it; what became of each entry."""
        return offline_sync.sync(
            actor or self.clerk,
            mark=self.mark,
            entries=self.queue if entries is None else entries,
            sent_at=now() + self.off,
        )

    def hear(self):
        """Hand in all, drop what was stopped and give it back; the marks of it."""
        stopped = self.send().stopped_quotas
        self.quotas = {wallet: quota for wallet, quota in self.quotas.items() if quota[0] not in stopped}
        if stopped:
            quotas.release(self.clerk, mark=self.mark, sent_through=len(self.queue), only=stopped)
        return stopped

    def states(self, entries=None):
        return [(entry.state, entry.reason) for entry in self.send(entries).entries]

    def lost(self):
        devices.stop_device(self.world.secretary, device_id=self.id)


def new_phone(world, clerk=None, store=None, off=timedelta()):
    """A device with a key of its own, asked for, let in, with points taken along."""
    key = ec.generate_private_key(ec.SECP256R1())
    return Phone(world, clerk or world.clerk, (store or world.store).id, key, off).enrol().approved()


def card_of(world, household=None, points=100):
    """A household with points and a card."""
    world.award(points, household or world.household)
    return cards.issue_card(world.secretary, household_id=household or world.household)


def held(wallet_id):
    return LedgerAccount.unscoped("test").where(LedgerAccount.id == wallet_id).get().held


def later(world, moment: datetime, **span):
    world.move_clock(moment + timedelta(**span))
