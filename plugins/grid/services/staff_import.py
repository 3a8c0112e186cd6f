"""The whole staffing from a table: looked at first, imported whole or not at all, taken back whole."""

from datetime import timedelta

from core import audit
from core.clock import now, today
from core.db import unit_of_work
from core.errors import NotFound
from core.scope import AreaScope
from core.security import Actor
from core.sheets import Outcome, Upload, reading
from plugins.grid.errors import BatchGone
from plugins.grid.models.staffing import Batch, Cover, Staff
from plugins.grid.queries.open_work import owned_work
from plugins.grid.services.posts import STAFF, NewPost, finish, give
from plugins.grid.services.staff_checks import COLUMNS, StaffTable, grids_of


def import_staff(actor: Actor, upload: Upload, *, dry_run: bool) -> Outcome:
    """Read a table of posts and, without `dry_run` and without mistakes, give all of them.

    People are found by their ID number in the register of the actor's areas, and the name must agree.
    A look is on record too, since it answers questions about numbers. Raises SheetRefused.
    """
    scope = actor.demand(STAFF)
    with reading(upload, COLUMNS) as table:
        check = StaffTable(table, scope)
        posts = check.read()
    check.mistakes.sort()
    clean = check.mistakes.total == 0
    if clean and not dry_run and posts:
        _write(actor, scope, upload, posts)
    else:
        _note_look(actor, scope, upload, check)
    return Outcome(
        dry_run=dry_run,
        digest=upload.digest,
        rows=check.rows,
        counts={"posts": len(posts) if clean else 0, "grids": grids_of(posts)},
        mistakes=tuple(check.mistakes.kept),
        mistake_count=check.mistakes.total,
    )


def _write(actor: Actor, scope: AreaScope, upload: Upload, posts: list[NewPost]) -> None:
    with unit_of_work():
        batch = Batch.create(
            area_code=scope.prefixes[0],
            digest=upload.digest,
            rows=len(posts),
            account_id=actor.account_id,
            imported_at=now(),
        )
        for post in posts:
            give(actor, scope, post, batch_id=batch.id)
        audit.record(
            actor,
            "grid.import_staff",
            area_code=scope.prefixes[0],
            subject=f"grid_batch:{batch.id}",
            posts=len(posts),
        )


def _note_look(actor: Actor, scope: AreaScope, upload: Upload, check: StaffTable) -> None:
    with unit_of_work():
        audit.record(
            actor,
            "grid.check_staff_table",
            area_code=scope.prefixes[0],
            subject=f"file:{upload.digest[:16]}",
            rows=check.rows,
            mistakes=check.mistakes.total,
        )


def undo_import(actor: Actor, batch_id: int) -> int:
    """Take an imported table back: its posts never began; returns how many.

    Raises NotFound, BatchGone (taken back before, or one of its posts was ended, is stood in for, or
    has open work since).
    """
    scope = actor.demand(STAFF)
    with unit_of_work():
        batch = Batch.within(scope).where(Batch.id == batch_id).get_or_none()
        if batch is None:
            raise NotFound
        rows = list(Staff.within(scope).where(Staff.batch_id == batch.id))
        if batch.undone_at is not None or len(rows) < batch.rows or _touched(scope, rows):
            raise BatchGone
        for row in rows:
            finish(actor, scope, row, min(row.since, today()) - timedelta(days=1), "undone")
        Batch.update(undone_at=now()).where(Batch.id == batch.id).execute()
        audit.record(
            actor,
            "grid.undo_import",
            area_code=batch.area_code,
            subject=f"grid_batch:{batch.id}",
            posts=len(rows),
        )
    return len(rows)


def _touched(scope: AreaScope, rows: list[Staff]) -> bool:
    covered = {cover.staff_id for cover in Cover.within(scope)}
    return any(
        row.ended_why or row.id in covered or owned_work(row.area_code, row.account_id) for row in rows
    )


def list_batches(actor: Actor, *, limit: int = 20) -> list[Batch]:
    """The newest imported tables in the actor's areas."""
    scope = actor.demand(STAFF)
    return list(Batch.within(scope).order_by(Batch.id.desc()).limit(limit))
