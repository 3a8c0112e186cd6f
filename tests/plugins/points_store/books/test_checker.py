"""An export, and the checker that knows nothing of gridgov: a whole ledger passes, no change does."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import NotFound
from plugins.points_store.chain import current_head
from plugins.points_store.services import awards, cards, holders, openings
from plugins.points_store.services.export import export_lines
from plugins.points_store.services.openings import Holding
from plugins.points_store.services.reversal import reverse_redemption
from tests.plugins.points_store.village import VILLAGE, acting
from tools.ledger_check import Check, Wrong, main

CHECKER = Path(__file__).parents[4] / "tools" / "ledger_check.py"


@pytest.fixture
def lines(world):
    """The export of a ledger with many kinds of bookings."""
    world.award(200)
    wallet = world.award(50, world.other_household)
    receipt = world.redeem(world.code().code, (world.bus, 2), (world.salt, 1))
    world.redeem(world.code().code, (world.oil, 1))
    reverse_redemption(world.second_clerk, redemption_id=receipt.redemption_id, reason="拿错了")
    card = cards.issue_card(world.admin, household_id=world.other_household)
    world.redeem(card.serial, (world.bus, 1), raw_pin=card.pin)
    sheet = openings.enter_opening(
        acting(20, "accountant", VILLAGE),
        area_code=VILLAGE,
        source="第1页",
        holdings=[Holding(world.household, 7)],
    )
    openings.confirm_opening(world.secretary, sheet_id=sheet.id)
    holders.merge_wallets(world.admin, wallet_id=wallet, household_id=world.sibling_household, reason="并户")
    awards.grant_budget(world.admin, area_code=VILLAGE, points=5, reason="追加")
    return list(export_lines(world.admin))


def check(lines, *heads):
    """Raises Wrong, or names the heads that are not on the chain."""
    found = Check(heads)
    found.run(line + "\n" for line in lines)
    return found.missing


def test_a_whole_export_passes_with_the_head_of_now_and_of_then(world, lines):
    head = current_head().hash
    then = json.loads(lines[3])["hash"]
    assert check(lines, head, then) == set()
    assert json.loads(lines[-1])["head"] == head
    assert check(lines, "a" * 64) == {"a" * 64}


@pytest.mark.parametrize("in_halves", [False, True], ids=["whole", "as it is printed"])
def test_it_runs_by_itself_on_a_machine_without_gridgov(world, lines, tmp_path, in_halves):
    file = tmp_path / "ledger.jsonl"
    file.write_text("".join(line + "\n" for line in lines), "utf-8")
    head = current_head().hash
    heads = [head[:32], head[32:]] if in_halves else [head]
    run = subprocess.run(
        [sys.executable, "-I", "-S", str(CHECKER), str(file), *heads],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert (run.returncode, run.stdout[:2]) == (0, "OK"), run.stdout
    source = CHECKER.read_text("utf-8")
    assert len(source.splitlines()) < 150
    assert "import core" not in source
    assert "plugins" not in source


def test_it_says_what_is_wrong_by_its_exit_status(world, lines, tmp_path, capsys):
    file = tmp_path / "ledger.jsonl"
    file.write_text("".join(line + "\n" for line in lines[:-1]), "utf-8")
    assert main([str(file)]) == 1
    file.write_text("".join(line + "\n" for line in lines), "utf-8")
    assert main([str(file), "b" * 64]) == 1
    assert main([str(file)]) == 0
    assert main([]) == 2


def altered(lines, data):
    """One change of any kind: a value, a line removed, doubled, exchanged, or the end cut off."""
    number = data.draw(st.integers(0, len(lines) - 1))
    kind = data.draw(st.sampled_from(["change", "remove", "double", "reorder", "cut"]))
    found = list(lines)
    if kind == "remove":
        del found[number]
    elif kind == "double":
        found.insert(number, found[number])
    elif kind == "reorder":
        other = data.draw(st.integers(0, len(lines) - 1).filter(lambda it: it != number))
        found[number], found[other] = found[other], found[number]
    elif kind == "cut":
        found = found[:number]
    else:
        found[number] = _changed(found[number], data)
    return found


def _changed(line, data):
    values = json.loads(line)
    key = data.draw(st.sampled_from(sorted(values)))
    if key == "entries" and data.draw(st.booleans()):
        entries = values["entries"]
        deed = data.draw(st.sampled_from(["number", "remove", "double"]))
        place = data.draw(st.integers(0, len(entries) - 1))
        if deed == "remove":
            del entries[place]
        elif deed == "double":
            entries.append(entries[place])
        else:
            entries[place][data.draw(st.integers(0, 2))] += data.draw(st.sampled_from([-1, 1, 1000]))
    elif isinstance(values[key], int):
        values[key] += data.draw(st.sampled_from([-1, 1, 1000]))
    elif key == "kind":
        values[key] = data.draw(st.sampled_from(["mint", "fund", "wallet", "store"]))
    else:
        text = values[key] if isinstance(values[key], str) else json.dumps(values[key])
        place = data.draw(st.integers(0, len(text) - 1))
        sign = data.draw(st.sampled_from("0123456789af人"))
        values[key] = text[:place] + sign + text[place + 1 :]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_every_change_is_found(world, lines, data):
    head = json.loads(lines[-1])["head"]
    found = altered(lines, data)
    if found == lines or found[1:] == lines[1:]:  # the county's name is not of the ledger
        return
    try:
        missing = check(found, head)
    except (Wrong, TypeError, IndexError, KeyError, ValueError):
        return
    assert missing, "a change went unseen"


def test_whoever_remakes_the_whole_chain_is_found_by_a_printed_head(lines):
    head, forged = "0" * 64, [lines[0]]
    for line in lines[1:]:
        values = json.loads(line)
        if "text" in values:
            values["text"] = values["text"].replace("清理河道", "打扫卫生")
            head = hashlib.sha256(f"{head}{values['id']} {values['text']}\n".encode()).hexdigest()
            values["hash"] = head
        elif "head" in values:
            values["head"] = head
        forged.append(json.dumps(values, ensure_ascii=False, separators=(",", ":")))
    printed = json.loads(lines[-1])["head"]
    assert check(forged) == set()
    assert check(forged, printed) == {printed}


def test_only_who_may_see_the_whole_county_takes_the_ledger_home(world):
    with pytest.raises(NotFound):
        list(export_lines(world.secretary))
