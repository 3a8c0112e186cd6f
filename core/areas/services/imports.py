"""The county imports its own list of areas."""

from core import audit
from core.areas.checks import COLUMNS, AreaRow, check_rows
from core.areas.models import Area
from core.areas.services.successors import keep_pilots
from core.county import county
from core.db import unit_of_work
from core.scope import AreaScope
from core.security import Actor
from core.sheets.reading import reading
from core.sheets.tables import Outcome, Upload

_CHUNK = 500


def import_areas(actor: Actor, upload: Upload, *, dry_run: bool) -> Outcome:
    """Read a table of areas and, without `dry_run` and without mistakes, write all of it.

    Known codes get the new name and dates, new ones are added, areas that the table does not name
    stay as they are. Raises SheetRefused for a file that is no table, Forbidden without areas.manage.
    """
    return _import(actor, upload, actor.demand("areas.manage"), dry_run=dry_run)


def install_areas(actor: Actor, upload: Upload, *, dry_run: bool = False) -> Outcome:
    """The same for whoever runs the command line: they own the county, so no permission is asked."""
    return _import(actor, upload, AreaScope((county().settings.county_code,)), dry_run=dry_run)


def _import(actor: Actor, upload: Upload, scope: AreaScope, *, dry_run: bool) -> Outcome:
    known = _known(county().settings.county_code)
    with reading(upload, COLUMNS) as table:
        rows = check_rows(table, known, county().settings.county_code, scope)
    table.mistakes.sort()
    added = [row for row in rows.values() if row.code not in known]
    changed = [row for row in rows.values() if row.code in known and known[row.code] != row]
    counts = {
        "added": len(added),
        "changed": len(changed),
        "unchanged": len(rows) - len(added) - len(changed),
    }
    if table.mistakes.total == 0 and not dry_run:
        _write(actor, scope, upload.digest, added, changed)
    return Outcome(
        dry_run=dry_run,
        digest=upload.digest,
        rows=len(rows),
        counts=counts,
        mistakes=tuple(table.mistakes.kept),
        mistake_count=table.mistakes.total,
    )


def _known(county_code: str) -> dict[str, AreaRow]:
    reason = "a table is checked against all areas of the county"
    rows = Area.unscoped(reason).where(Area.code.startswith(county_code))
    return {
        row.code: AreaRow(row.code, row.name, row.level, row.valid_from, row.valid_to, row.successor_code)
        for row in rows
    }


def _write(actor: Actor, scope: AreaScope, digest: str, added: list[AreaRow], changed: list[AreaRow]) -> None:
    with unit_of_work():
        for start in range(0, len(added), _CHUNK):
            Area.insert_many([vars(row) for row in added[start : start + _CHUNK]]).execute()
        for row in changed:
            values = {name: value for name, value in vars(row).items() if name != "code"}
            Area.update(values).where(Area.code == row.code).execute()
        audit.record(
            actor,
            "areas.import_areas",
            area_code=scope.prefixes[0],
            subject=f"file:{digest[:16]}",
            added=len(added),
            changed=len(changed),
        )
        keep_pilots(actor)
