"""The database: one handle, one base model, one owner of the transaction.

A process serves one county, so the handle is a proxy that `open_database` points at the
county's own database. Nothing but `unit_of_work` opens a transaction; inside it services
write, and it commits once or not at all.
"""

from core.db.empty import is_empty, make_empty
from core.db.fair_lock import FairLock
from core.db.handle import (
    SQLITE_PRAGMAS,
    advance_ids,
    close_database,
    connect,
    database,
    engine,
    is_outage,
    open_database,
    trigger_names,
)
from core.db.models import (
    AreaModel,
    BaseModel,
    MomentField,
    ScopeMissing,
    from_milliseconds,
    milliseconds,
    rows,
)
from core.db.search import begins, contains
from core.db.statement import Statement
from core.db.unit import UnitOfWork, current_unit
from core.db.work import AUDIT_CHAIN, NotShared, UnauditedWrite, unit_of_work, write_turn

__all__ = [
    "AUDIT_CHAIN",
    "SQLITE_PRAGMAS",
    "AreaModel",
    "BaseModel",
    "FairLock",
    "MomentField",
    "NotShared",
    "ScopeMissing",
    "Statement",
    "UnauditedWrite",
    "UnitOfWork",
    "advance_ids",
    "begins",
    "close_database",
    "connect",
    "contains",
    "current_unit",
    "database",
    "engine",
    "from_milliseconds",
    "is_empty",
    "is_outage",
    "make_empty",
    "milliseconds",
    "open_database",
    "rows",
    "trigger_names",
    "unit_of_work",
    "write_turn",
]
