"""gridgov ...: starts without importing any plugin; a command is imported when it is used."""

import gc
import sys


def main() -> None:
    """Entry point of the `gridgov` command."""
    if sys.argv[1:] == ["--version"]:
        # Scripts ask this often, so it costs no import but the number itself.
        from core.version import VERSION

        print(f"gridgov {VERSION}")
        return
    # Imports leave no garbage to look for; it is turned on again before the command runs (core.cli.program).
    gc.disable()
    from core.cli.program import run

    sys.exit(run(sys.argv[1:]))
