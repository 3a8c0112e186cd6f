"""The bridge with a mistake: it acknowledges what it has not stored yet. The control of the proof.

`python -m tests.proofs.hasty_bridge --data DIR`
"""

import sys
import time
from pathlib import Path

from core.companions import run_companion
from core.logs import configure_logs
from plugins.call_button.bridge.message import Message
from plugins.call_button.bridge.storing import Storing

_stored = Storing._stored


def acknowledge_first(storing: Storing, batch: list[Message]) -> bool:
    """As somebody may write it who wants the broker to be quick."""
    storing._acknowledge(batch)
    time.sleep(0.05)
    return _stored(storing, batch)


if __name__ == "__main__":
    configure_logs()
    Storing._stored = acknowledge_first  # type: ignore[method-assign]
    sys.exit(run_companion(Path(sys.argv[2]), "call_button.bridge"))
