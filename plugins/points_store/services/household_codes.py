"""The code on a printed card: signed openly, so that a device without a line can check it too.

`k.SERIAL.WALLET.EXPIRY.SIGNATURE`: the serial names the card, the wallet says whose quota it opens.
"""

import base64
import binascii
from datetime import datetime, timedelta

from core.clock import now
from core.county import county
from core.signatures import SIGNATURE_BYTES, is_signed
from core.value_classes import value_class

HOUSEHOLD = "k"
# A card is renewed after so long even if nobody lost it.
LIFE = timedelta(days=5 * 365)
_PARTS = 5


class BadHouseholdCode(ValueError):
    """No code of this county, or a damaged one."""


@value_class
class HouseholdCode:
    """What a genuine code says. `over`: its time has passed."""

    serial: str
    wallet_id: int
    over: bool


def household_token(serial: str, wallet_id: int, expires_at: datetime) -> str:
    """The token for a card's QR code."""
    body = f"{HOUSEHOLD}.{serial}.{wallet_id}.{int(expires_at.timestamp()):x}"
    signature = base64.urlsafe_b64encode(county().keys.sign_openly(body)).decode().rstrip("=")
    return f"{body}.{signature}"


def read_household_token(raw_token: str) -> HouseholdCode:
    """Check a token. Raises BadHouseholdCode."""
    raw_body, _, raw_signature = raw_token.rpartition(".")
    parts = raw_body.split(".")
    if len(parts) != _PARTS - 1 or parts[0] != HOUSEHOLD or not raw_token.isascii():
        raise BadHouseholdCode
    try:
        signature = base64.b64decode(raw_signature + "==", altchars=b"-_", validate=True)
    except binascii.Error:
        raise BadHouseholdCode from None
    if len(signature) != SIGNATURE_BYTES or not is_signed(county().keys.public_key(), raw_body, signature):
        raise BadHouseholdCode
    return HouseholdCode(parts[1], int(parts[2]), over=now().timestamp() >= int(parts[3], 16))
