"""`gridgov export ledger` from a county's own folder, checked by the checker that stands alone."""

import subprocess
import sys
from pathlib import Path

from core.cli.transfer import export
from core.county import County
from plugins.points_store.cli import export_ledger

CHECKER = Path(__file__).parents[4] / "tools" / "ledger_check.py"


def test_the_ledger_is_an_export_like_the_households(world, county: County, tmp_path: Path) -> None:
    world.award(5)
    file = tmp_path / "ledger.jsonl"
    assert export_ledger.callback is not None
    export_ledger.callback(file)
    done = subprocess.run([sys.executable, "-I", str(CHECKER), str(file)], check=False, capture_output=True)
    assert done.returncode == 0
    assert {"households", "ledger"} <= set(export.list_commands(None))
