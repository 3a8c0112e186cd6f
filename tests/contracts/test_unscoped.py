"""Every place that reads rows without an area is known, with its reason, in unscoped.toml.

So a new one is seen in review. After reading the new place, `python -m tests.contracts.unscoped`
writes the table anew.
"""

import tomllib

from tests.contracts.unscoped import TABLE, found


def test_every_unscoped_read_is_listed_with_its_reason() -> None:
    listed = tomllib.loads(TABLE.read_text("utf-8"))
    known = {
        (file, function): reasons for file, places in listed.items() for function, reasons in places.items()
    }
    assert found() == known, "run `python -m tests.contracts.unscoped` and read what changed"


def test_every_reason_is_a_sentence_and_no_excuse() -> None:
    for place, reasons in found().items():
        for reason in reasons:
            assert len(reason) >= 15, (place, reason)
