"""The database: one handle, one base model, one owner of the transaction.

A process serves one county, so the handle is a proxy that `open_database` points at the
county's own database. Nothing but `unit_of_work` opens a transaction; inside it services
write, and it commits once or not at all.
"""

from core.db.bulk import insert_rows
from core.db.checkpoints import checkpoint_apart
from core.db.empty import is_empty, make_empty
from core.db.fair_lock import FairLock
from core.db.handle import (
    SQLITE_PRAGMAS,
    advance_ids,
    broke_off,
    close_database,
    connect,
    database,
    engine,
    is_outage,
    open_database,
    reconnect,
    trigger_names,
)
from core.db.indexes import indexes_afterwards
from core.db.models import (
    AreaModel,
    BaseModel,
    MomentField,
    ScopeMissing,
    from_milliseconds,
    milliseconds,
    raw_rows,
    rows,
)
from core.db.search import begins, contains
from core.db.statement import Statement
from core.db.unit import UnitOfWork, current_unit
from core.db.work import (
    AUDIT_CHAIN,
    NotShared,
    UnauditedWrite,
    hold,
    joined_unit,
    one_view,
    unit_of_work,
    write_turn,
)

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
    "broke_off",
    "checkpoint_apart",
    "close_database",
    "connect",
    "contains",
    "current_unit",
    "database",
    "engine",
    "from_milliseconds",
    "hold",
    "indexes_afterwards",
    "insert_rows",
    "is_empty",
    "is_outage",
    "joined_unit",
    "make_empty",
    "milliseconds",
    "one_view",
    "open_database",
    "raw_rows",
    "reconnect",
    "rows",
    "trigger_names",
    "unit_of_work",
    "write_turn",
]
