"""The tables of areas and people: what the migrations make is what the models say, down and up again."""

from pathlib import Path

import pytest
from peewee import IntegrityError

import core
from core.areas.models import Area
from core.county import County
from core.db import database
from core.migrations import Chain, differences, downgrade, upgrade
from core.people.models import Household, Person, PersonTag
from core.testing import VILLAGE

MODELS = [Area, Household, Person, PersonTag]


CHAINS = [Chain(name, Path(core.__path__[0]) / name / "migrations") for name in ("areas", "people")]


def test_models_and_migrated_tables_agree_after_up_down_up(county: County) -> None:
    assert differences(MODELS) == []
    for chain in reversed(CHAINS):
        downgrade(chain)
    assert not set(database.get_tables()) & {model._meta.table_name for model in MODELS}
    upgrade(CHAINS)
    assert differences(MODELS) == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO people_person (household_id, area_code, name, is_head, risk_level, synthetic, "
        f"created_at) VALUES (999, '{VILLAGE}', '甲', false, 'low', false, 0)",
        "INSERT INTO people_person_tag (person_id, tag, since) VALUES (999, 'disabled', '2026-01-01')",
        "INSERT INTO areas_area (code, name, level, valid_from) VALUES ('1', '甲', 'village', '2026-01-01')",
        f"UPDATE areas_area SET level = 'planet' WHERE code = '{VILLAGE}'",
        f"UPDATE areas_area SET valid_to = '1999-01-01' WHERE code = '{VILLAGE}'",
    ],
)
def test_the_database_itself_refuses_rows_that_cannot_be(county: County, statement: str) -> None:
    with pytest.raises(IntegrityError):
        database.execute_sql(statement)
