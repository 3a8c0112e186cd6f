"""The county's mark over a ballot, for the decision log: whoever changes a row in the database is found out.

Keyed (HMAC-SHA256), so that the log tells nobody the choice, and over all of the row, so that neither choice
nor voter, way nor moment can be exchanged.
"""

import json
from typing import Any

from core.county import county

# In the order in which they are marked; `cast_at` in milliseconds.
FIELDS = (
    *("id", "version_id", "decision_id", "roll_entry_id", "number", "choice", "opinion", "way"),
    *("account_id", "receipt", "cast_at"),
)


def mark(values: tuple[Any, ...]) -> str:
    """The mark of a row whose FIELDS are `values`, as 64 hex signs."""
    line = json.dumps(["ballot", *values], ensure_ascii=False, separators=(",", ":"))
    return county().keys.sign(line).hex()
