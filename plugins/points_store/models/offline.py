"""The store without a line: its devices, what they may spend, and what they say they spent.

A device signs every redemption with a key of its own and numbers it; the server books each (device,
number) once. What a device may spend was taken aside for it beforehand (`LedgerAccount.held`), so
whatever comes late, twice, in any order or never cannot overdraw a wallet (docs/offline.md).
"""

from peewee import AutoField, BigIntegerField, BlobField, CharField, Check, IntegerField, TextField

from core.db import AreaModel, MomentField

# Why a device works no longer.
LOST, CLONE, RETIRED = "lost", "clone", "retired"
# What became of an entry.
BOOKED, CONFLICT = "booked", "conflict"
# How a village settles a conflict: out of the wallet after all, or the store bears it.
FROM_WALLET, BY_STORE = "wallet", "store"
# One number of a device stands for one redemption, and nobody serves their own household: conflicts for
# these reasons are never booked out of a wallet.
NEVER_BOOKED = ("clone", "own", "card", "sum")


class Device(AreaModel):
    """A clerk's phone or computer. `mark` is made of its public key; `area_code` is the store's."""

    id = AutoField()
    mark = CharField(max_length=16, unique=True)
    area_code = CharField(max_length=15, index=True)
    store_id = BigIntegerField(index=True)
    account_id = BigIntegerField()
    person_id = BigIntegerField(null=True)
    household_id = BigIntegerField(null=True)
    name = CharField(max_length=40)
    public_key = BlobField()
    asked_at = MomentField()
    approved_at = MomentField(null=True)
    approved_by = BigIntegerField(null=True)
    stopped_at = MomentField(null=True)
    stopped_by = BigIntegerField(null=True)
    stopped_why = CharField(max_length=8, null=True)
    seen_at = MomentField(null=True)
    # Milliseconds that its clock was behind ours when it was last seen (negative: ahead).
    drift = BigIntegerField(null=True)

    class Meta:
        table_name = "points_store_device"


class Reservation(AreaModel):
    """What a device took along at once: the shelf with its prices (JSON), until when it counts.

    After `expires_at` the device spends no more; until `grace_until` what it spent is still booked.
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    device_id = BigIntegerField(index=True)
    store_id = BigIntegerField()
    at = MomentField()
    expires_at = MomentField()
    grace_until = MomentField()
    shelf = TextField()

    class Meta:
        table_name = "points_store_reservation"


class Quota(AreaModel):
    """Points of one wallet that one device may spend. Open until `released_at`: so long they are held.

    `stopped_at`: nobody of the household is left. The device is told when it is here next, and gives it back.
    """

    id = AutoField()
    # Drawn, not counted: after a restore no other quota can take the number of a lost one.
    mark = CharField(max_length=12, unique=True)
    area_code = CharField(max_length=15)
    reservation_id = BigIntegerField(index=True)
    device_id = BigIntegerField(index=True)
    store_id = BigIntegerField()
    wallet_id = BigIntegerField(index=True)
    points = BigIntegerField(constraints=[Check("points > 0")])
    spent = BigIntegerField(default=0, constraints=[Check("spent >= 0 AND spent <= points")])
    grace_until = MomentField()
    released_at = MomentField(null=True)
    stopped_at = MomentField(null=True)

    class Meta:
        table_name = "points_store_quota"


Quota.add_index(
    Quota.index(
        Quota.device_id,
        Quota.wallet_id,
        unique=True,
        where=Quota.released_at.is_null(),
        name="points_store_one_quota",
    )
)
Quota.add_index(
    Quota.index(Quota.grace_until, where=Quota.released_at.is_null(), name="points_store_open_quota")
)


class OfflineEntry(AreaModel):
    """What a device signed as its `seq`-th redemption, word for word, and what became of it.

    `claimed_at` is the device's own time, `drift` what its clock was off (ms) when it was sent.
    `reason`: why it is a conflict; of one that was booked, what the village should know.
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    device_id = BigIntegerField()
    seq = IntegerField(constraints=[Check("seq > 0")])
    wallet_id = BigIntegerField(null=True, index=True)
    points = BigIntegerField()
    text = TextField()
    hash = CharField(max_length=64)
    previous = CharField(max_length=64)
    signature = BlobField()
    claimed_at = MomentField()
    received_at = MomentField()
    drift = BigIntegerField()
    state = CharField(max_length=8)
    reason = CharField(max_length=16)
    redemption_id = BigIntegerField(null=True, unique=True)

    class Meta:
        table_name = "points_store_offline_entry"
        indexes = ((("device_id", "seq"), True),)


class OfflineConflict(AreaModel):
    """What could not be booked as it came: the village decides. `outcome` null: not yet."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    device_id = BigIntegerField()
    seq = IntegerField()
    hash = CharField(max_length=64)
    wallet_id = BigIntegerField(null=True)
    points = BigIntegerField()
    reason = CharField(max_length=16)
    text = TextField()
    at = MomentField()
    outcome = CharField(max_length=8, null=True)
    redemption_id = BigIntegerField(null=True)
    settled_at = MomentField(null=True)
    settled_by = BigIntegerField(null=True)
    note = CharField(max_length=200, default="")

    class Meta:
        table_name = "points_store_offline_conflict"
        # The same copy of a number comes as often as it likes.
        indexes = ((("device_id", "seq", "hash"), True),)
